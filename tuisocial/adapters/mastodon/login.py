"""The ways to sign in to a Mastodon-API server: in a browser, with a token, or as a guest."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace

from tuisocial.adapters.mastodon.api import Api
from tuisocial.adapters.mastodon.browser import READ_ONLY, start
from tuisocial.adapters.mastodon.identity import login_name, login_of, netloc, once
from tuisocial.adapters.mastodon.limits import domain_of, instance
from tuisocial.adapters.mastodon.servers import server_address
from tuisocial.adapters.mastodon.software import is_relative, not_ours, software
from tuisocial.sdk.errors import BadAnswer, NotAllowed, NotFound, Refused, SignInNeeded
from tuisocial.sdk.http import Http
from tuisocial.sdk.login_steps import Answers, Done, LoginFlow, SignInContext, Step
from tuisocial.sdk.options import Field, FieldKind
from tuisocial.sdk.secret import Secret

SERVER = Field(
    "server",
    "Server or handle",
    FieldKind.URL,
    placeholder="mastodon.social or @me@mastodon.social",
    help="the server's address, or your whole handle; without http:// or https:// it is https",
)
_TOKEN = Field(
    "token",
    "Access token",
    FieldKind.SECRET,
    help="made on the server's pages: Preferences, Development, New application",
)


def flows() -> tuple[LoginFlow, ...]:
    """The ways to sign in, the most usual first."""
    return (
        LoginFlow(
            "browser",
            "Mastodon account",
            "on the server's own page, in your browser",
            (SERVER, READ_ONLY),
            _in_browser,
        ),
        LoginFlow(
            "token",
            "Mastodon account by token",
            "with an access token from the server's preferences",
            (SERVER, _TOKEN),
            _with_token,
        ),
        LoginFlow(
            "guest",
            "Mastodon server as a guest",
            "reads what the server shows to everybody",
            (SERVER,),
            _as_guest,
            guest=True,
        ),
    )


async def _in_browser(answers: Answers, context: SignInContext) -> Step:
    with once():
        return await start(answers, context)


async def _with_token(answers: Answers, context: SignInContext) -> Done:
    server = _server(answers, context.http)
    given = answers.secrets.get("token")
    token = Secret(given.reveal().strip()) if given else Secret("")
    if not re.fullmatch(r"[\x21-\x7e]+", token.reveal()):
        raise Refused(
            "an access token has letters, digits and signs, and no space within",
            field="token",
            remedy="copy the access token once more from the server's page",
        )
    with closing(Api(server, token)) as api, once():
        try:
            done = await login_of(api)
        except SignInNeeded as error:
            raise SignInNeeded(
                error.message,
                remedy="copy the access token again from the server's Preferences, Development",
            ) from None
    return replace(done, secrets={"token": token})


def _server(answers: Answers, http: Http) -> str:
    server = server_address(answers.texts.get("server", ""))
    http.reach.typed(server)
    return server


async def _as_guest(answers: Answers, context: SignInContext) -> Done:
    server = _server(answers, context.http)
    with closing(Api(server, None)) as api, once():
        return await _guest_of(api, context.http)


async def _guest_of(api: Api, http: Http) -> Done:
    try:
        description = await instance(api)
        domain = domain_of(description) or netloc(api)
        if not description.get("version") and not domain_of(description):
            raise not_ours(api.where)
    except (NotFound, Refused, NotAllowed, SignInNeeded, BadAnswer):
        # Some do not describe themselves to everybody.
        name = await software(http, api.server)
        if not is_relative(name):
            raise not_ours(api.where, name) from None
        domain = netloc(api)
    return Done(
        account=None,
        handle=domain,
        suggested_name=login_name(domain.rpartition(":")[0] or domain),
        options={"server": api.server, "domain": domain},
    )

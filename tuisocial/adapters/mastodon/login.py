"""The ways to sign in to a Mastodon-API server: in a browser, with a token, or as a guest."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace

from tuisocial.adapters.mastodon.api import Api
from tuisocial.adapters.mastodon.browser import READ_ONLY, clock_words, other_words, start
from tuisocial.adapters.mastodon.identity import login_name, login_of, netloc, once
from tuisocial.adapters.mastodon.limits import domain_of, instance
from tuisocial.adapters.mastodon.servers import Home, find
from tuisocial.adapters.mastodon.software import is_relative, not_ours, software
from tuisocial.sdk.errors import BadAnswer, NotAllowed, NotFound, Refused, SignInNeeded
from tuisocial.sdk.http import Http
from tuisocial.sdk.login_steps import Answers, Done, LoginFlow, SignInContext, Step
from tuisocial.sdk.options import Field, FieldKind
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.status import ahead

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
    given = answers.secrets.get("token")
    token = Secret(given.reveal().strip()) if given else Secret("")
    if not re.fullmatch(r"[\x21-\x7e]+", token.reveal()):
        raise Refused(
            "an access token has letters, digits and signs, and no space within",
            field="token",
            remedy="copy the access token once more from the server's page",
        )
    with once():
        home = await find(answers.texts.get("server", ""), context.http)
    with closing(_api(home, token, context)) as api, once():
        try:
            done = await login_of(api)
        except SignInNeeded as error:
            raise SignInNeeded(
                error.message,
                remedy="copy the access token again from the server's Preferences, Development",
            ) from None
        said = other_words("the token is that of", done.handle, home), _clock(api, context)
    return replace(
        done,
        options={**done.options, **home.options()},
        secrets={"token": token},
        warning="; ".join(filter(None, said)),
    )


def _api(home: Home, token: Secret | None, context: SignInContext) -> Api:
    reach = context.http.reach
    return Api(home.server, token, reach=reach, circle=home.circle(reach))


def _clock(api: Api, context: SignInContext) -> str:
    """What there is to say of the clock after an answer."""
    pulse = api.pulse
    return clock_words(ahead({"date": pulse.date}, context.now()), api.where) if pulse else ""


async def _as_guest(answers: Answers, context: SignInContext) -> Done:
    with once():
        home = await find(answers.texts.get("server", ""), context.http)
    with closing(_api(home, None, context)) as api, once():
        done = await _guest_of(api, home, context.http)
        return replace(
            done,
            options={**done.options, **home.options()},
            warning=_clock(api, context),
        )


async def _guest_of(api: Api, home: Home, http: Http) -> Done:
    try:
        description = await instance(api)
        domain = domain_of(description) or netloc(api)
        if not description.get("version") and not domain_of(description):
            raise not_ours(api.where)
    except (NotFound, Refused, NotAllowed, SignInNeeded, BadAnswer):
        # Some do not describe themselves to everybody.
        name = await software(http, api.server, home.by)
        if not is_relative(name):
            raise not_ours(api.where, name) from None
        domain = netloc(api)
    return Done(
        account=None,
        handle=domain,
        suggested_name=login_name(domain.rpartition(":")[0] or domain),
        options={"server": api.server, "domain": domain},
    )

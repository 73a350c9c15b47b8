"""Signing in to a Mastodon-API server: with a token made on its pages, or as a guest."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

from tuisocial.adapters.mastodon.accounts import account_id, qualified
from tuisocial.adapters.mastodon.api import Api
from tuisocial.adapters.mastodon.fields import Json, Malformed, records, text, uri
from tuisocial.adapters.mastodon.limits import domain_of, instance
from tuisocial.model.printable import printable_line
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotAllowed,
    NotFound,
    RateLimited,
    Refused,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.login_steps import Answers, Done, LoginFlow, SignInContext
from tuisocial.sdk.options import Field, FieldKind
from tuisocial.sdk.secret import Secret

SERVER = Field(
    "server",
    "Server",
    FieldKind.URL,
    placeholder="mastodon.social",
    help="the server's address; without http:// or https:// it is https",
)
_TOKEN = Field(
    "token",
    "Access token",
    FieldKind.SECRET,
    help="made on the server's pages: Preferences, Development, New application",
)

_FAMILY = (
    "akkoma friendica glitchcafe gotosocial hollo hometown iceshrimp mastodon mitra pixelfed "
    "pleroma sharkey snac takahe"
)
"""Software, by its NodeInfo name, that offers the API although it may not describe itself by it."""


def server_address(typed: str, *, field: str = "server") -> str:
    """The base address of what people type: a host, an address, a page, a handle.

    Raises: Refused naming what is wrong.
    """
    typed = typed.strip()
    if "://" not in typed:
        typed = "https://" + typed.rpartition("@")[2]
    remedy = "write the server as example.social or https://example.social"
    try:
        parts = urlsplit(typed)
        port = f":{parts.port}" if parts.port is not None else ""
        name = (parts.hostname or "").rstrip(".")
        name = f"[{ipaddress.IPv6Address(name)}]" if ":" in name else _ascii(name)
    except ValueError:
        name = port = ""
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not name:
        shown = printable_line(typed)[:60]
        raise Refused(f"this is not a server's address: {shown!r}", field=field, remedy=remedy)
    if parts.username or parts.password:
        raise Refused(
            f"an address must not hold a name and password: {name}", field=field, remedy=remedy
        )
    return f"{parts.scheme}://{name}{port}"


def _ascii(name: str) -> str:
    """A host name as DNS spells it.

    Raises: ValueError if it is none.
    """
    name = name.encode("idna").decode("ascii").lower()
    if not re.fullmatch(
        r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*", name
    ):
        raise ValueError("not a host name")
    return name


def flows() -> tuple[LoginFlow, ...]:
    """The ways to sign in."""
    return (
        LoginFlow(
            "token",
            "Mastodon account",
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


async def _with_token(answers: Answers, context: SignInContext) -> Done:
    server = server_address(answers.texts.get("server", ""))
    given = answers.secrets.get("token")
    token = Secret(given.reveal().strip()) if given else Secret("")
    if not re.fullmatch(r"[\x21-\x7e]+", token.reveal()):
        raise Refused(
            "an access token has letters, digits and signs, and no space within",
            field="token",
            remedy="copy the access token once more from the server's page",
        )
    with closing(Api(server, token)) as api, _once():
        return await _login_of(api, token)


@contextmanager
def _once() -> Iterator[None]:
    """What is asked in here is not asked again by itself, so no error may promise that."""
    try:
        yield
    except (RateLimited, Unreachable) as error:
        if error.remedy == type(error).remedy:
            error.remedy = "try again in a while"
        raise


async def _login_of(api: Api, token: Secret) -> Done:
    try:
        account = await api.record("/api/v1/accounts/verify_credentials")
    except SignInNeeded as error:
        raise SignInNeeded(
            error.message,
            remedy="copy the access token again from the server's Preferences, Development",
        ) from None
    except NotFound:
        raise _not_ours(api) from None
    domain = await _domain(api)
    try:
        name, handle = account_id(account, domain), qualified(account, domain)
    except Malformed:
        raise _not_ours(api) from None
    return Done(
        account=name,
        handle=f"@{handle}",
        suggested_name=_login_name(text(account, "username")),
        options={"server": api.server, "domain": domain},
        secrets={"token": token},
    )


async def _as_guest(answers: Answers, context: SignInContext) -> Done:
    server = server_address(answers.texts.get("server", ""))
    with closing(Api(server, None)) as api, _once():
        return await _guest_of(api)


async def _guest_of(api: Api) -> Done:
    try:
        description = await instance(api)
        domain = domain_of(description) or _netloc(api)
        if not description.get("version") and not domain_of(description):
            raise _not_ours(api)
    except (NotFound, Refused, NotAllowed, SignInNeeded, BadAnswer):
        await _require_family(api)
        domain = _netloc(api)
    return Done(
        account=None,
        handle=domain,
        suggested_name=_login_name(domain.rpartition(":")[0] or domain),
        options={"server": api.server, "domain": domain},
    )


async def _require_family(api: Api) -> None:
    """Accept a server that does not describe itself, by NodeInfo.

    <https://nodeinfo.diaspora.software/protocol.html>

    Raises: BadAnswer for anything else than a relative of Mastodon.
    """
    try:
        links = records(await api.record("/.well-known/nodeinfo"), "links")
        address = next((a for link in links if (a := uri(link, "href"))), "")
        parts = urlsplit(address)
        software: Json = {}
        if parts.netloc == urlsplit(api.server).netloc:
            found = (await api.record(parts.path)).get("software")
            software = found if isinstance(found, dict) else {}
    except (NotFound, Refused, NotAllowed, SignInNeeded, BadAnswer):
        raise _not_ours(api) from None
    name = printable_line(text(software, "name"))[:40]
    if name.lower() not in _FAMILY.split():
        raise _not_ours(api, f"runs {name}, which" if name else "")


def _not_ours(api: Api, who: str = "") -> BadAnswer:
    return BadAnswer(
        f"{api.where} {who} does not offer the Mastodon API".replace("  ", " "),
        remedy="check the address: the API may be at another name than the handles have",
    )


async def _domain(api: Api) -> str:
    """The domain in local handles, by the server's description or else its address."""
    try:
        return domain_of(await instance(api)) or _netloc(api)
    except AdapterError:
        return _netloc(api)


def _netloc(api: Api) -> str:
    return urlsplit(api.server).netloc


def _login_name(text: str) -> str:
    """A short name for a login, made of a user's or server's name."""
    name = re.sub(r"[^A-Za-z0-9_.-]", "", text)[:32].lstrip("_.-")
    return name or "masto"

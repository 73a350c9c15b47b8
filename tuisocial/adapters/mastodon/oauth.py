"""OAuth with a server of the family: registering, the page to agree on, the token, and its end.

<https://docs.joinmastodon.org/methods/apps/>, `oauth/`; RFC 6749, 7009 (revoking), 7636 (PKCE),
8414 (what a server tells of itself). How servers differ, as far as it matters here:

* Mastodon from 4.3 on describes itself and has PKCE. GoToSocial's older token endpoint loses the
  verifier, so that PKCE is used only where it is told.
* A server that does not list its redirect addresses apart may take two for one (older GoToSocial);
  there each gets a registration of its own.
* Takahē answers 401 `access_denied`, or breaks, over a wrong code, Pleroma 400 without a name.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin

from tuisocial.adapters.mastodon import scopes
from tuisocial.adapters.mastodon.fields import Json, text
from tuisocial.adapters.mastodon.servers import Home, handed_by
from tuisocial.model.printable import printable_line
from tuisocial.sdk.errors import AdapterError, BadAnswer, NotAllowed, NotSupported, Refused
from tuisocial.sdk.http import Http, Response, host
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.status import error_for_status

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect address of pages that show the code."""

_MAX_BYTES = 200_000
_NAME = "tuisocial"


class NotOffered(Exception):
    """There is no registration of the Mastodon API here; `elsewhere` is where it leads to."""

    def __init__(self, elsewhere: str = "") -> None:
        super().__init__()
        self.elsewhere = elsewhere


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a server's OAuth is, whether it has PKCE, and which scopes it says that it knows."""

    authorize: str
    token: str
    pkce: bool = False
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class App:
    """A registration, the scopes that it may ask for, and when the server says that it was made."""

    client_id: str
    client_secret: Secret
    scopes: tuple[str, ...]
    date: str = ""
    apart: bool = True
    """Whether the server lists its redirect addresses one by one."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A token, and what it allows."""

    token: Secret
    scopes: tuple[str, ...]


async def endpoints(http: Http, home: Home) -> Endpoints:
    """What a server says of its OAuth, or what is usual where it says nothing.

    Raises: Refused for an endpoint that must not be asked, Unreachable.
    """
    answer = await http.get(
        f"{home.server}/.well-known/oauth-authorization-server",
        max_bytes=_MAX_BYTES,
        follow_redirects=False,
        by=home.by,
    )
    told = _record(answer) if answer.status == 200 else {}
    found = Endpoints(
        text(told, "authorization_endpoint") or f"{home.server}/oauth/authorize",
        text(told, "token_endpoint") or f"{home.server}/oauth/token",
        "S256" in _texts(told, "code_challenge_methods_supported"),
        _texts(told, "scopes_supported"),
    )
    for address in (found.authorize, found.token):
        http.reach.handed(address, home.server)
    return found


async def register(
    http: Http, home: Home, redirects: tuple[str, ...], wanted: tuple[str, ...]
) -> App:
    """Register this program; where the scopes are refused by name, with `read write`.

    Raises: NotOffered, and AdapterError as the server answers.
    """
    form: dict[str, str | Secret] = {
        "client_name": _NAME,
        "redirect_uris": "\n".join(redirects),
        "scopes": " ".join(wanted),
    }
    answer = await http.post_form(
        f"{home.server}/api/v1/apps", form, max_bytes=_MAX_BYTES, by=home.by
    )
    if 300 <= answer.status < 400:
        raise NotOffered(urljoin(answer.url, answer.headers.get("location", "")))
    told = _record(answer)
    fallback = scopes.coarse(read_only=not set(wanted) - set(scopes.READS))
    if answer.status in (400, 422) and told and wanted != fallback:
        return await register(http, home, redirects, fallback)
    if answer.status in (408, 429) or (answer.status >= 500 and answer.status != 501):
        raise error_for_status(answer.status, host(home.server), answer.headers, _reason(told))
    client, secret = text(told, "client_id"), text(told, "client_secret")
    if not 200 <= answer.status < 300 or not client:
        if told and 400 <= answer.status < 500 and answer.status not in (404, 405):
            raise error_for_status(answer.status, host(home.server), answer.headers, _reason(told))
        raise NotOffered
    listed = _texts(told, "redirect_uris")
    return App(
        client,
        Secret(secret),
        wanted,
        answer.headers.get("date", ""),
        apart=set(redirects) <= set(listed),
    )


@dataclass(frozen=True, slots=True)
class Request:
    """One question for agreement: its page, and what the answer is exchanged with."""

    app: App
    redirect: str
    verifier: Secret | None = None

    def page(self, where: Endpoints, state: Secret) -> str:
        """The address of the page to agree on."""
        query = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": self.redirect,
            "scope": " ".join(self.app.scopes),
            "state": state.reveal(),
        }
        if self.verifier is not None:
            digest = hashlib.sha256(self.verifier.reveal().encode()).digest()
            query["code_challenge"] = urlsafe_b64encode(digest).decode().rstrip("=")
            query["code_challenge_method"] = "S256"
        return f"{where.authorize}{'&' if '?' in where.authorize else '?'}{urlencode(query)}"


def unguessable() -> Secret:
    """A `state` or a PKCE verifier."""
    return Secret(secrets.token_urlsafe(48))


async def exchange(
    http: Http, home: Home, where: Endpoints, request: Request, code: Secret
) -> Grant:
    """The token that a code stands for.

    Raises: Refused for a code that is wrong or too old, NotAllowed for an account that is shut out.
    """
    if not re.fullmatch(r"[\x21-\x7e]{1,2000}", code.reveal()):
        raise Refused(
            "a code has letters, digits and signs, and no space within",
            field="code",
            remedy="copy the code once more from the page in the browser",
        )
    form: dict[str, str | Secret] = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": request.app.client_id,
        "client_secret": request.app.client_secret,
        "redirect_uri": request.redirect,
    }
    if request.verifier is not None:
        form["code_verifier"] = request.verifier
    by = handed_by(where.token, home.server, home.by)
    answer = await http.post_form(where.token, form, max_bytes=_MAX_BYTES, by=by)
    told = _record(answer)
    if answer.status != 200:
        raise _not_granted(answer, told, host(home.server))
    token = text(told, "access_token")
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise BadAnswer(f"{host(home.server)} took the code and gave no token for it")
    granted = text(told, "scope").split()
    return Grant(Secret(token), tuple(granted) or request.app.scopes)


def _not_granted(answer: Response, told: Json, where: str) -> AdapterError:
    name, said = text(told, "error"), _reason(told)
    if name in ("invalid_client", "invalid_client_id", "unauthorized_client"):
        return Refused(
            f"{where} does not know this program any more",
            field="code",
            remedy="begin the sign-in again, so that it registers anew",
        )
    if answer.status in (400, 401, 404, 422):
        return Refused(
            f"{where} does not accept the code: it is mistyped, used already or too old",
            field="code",
            remedy="begin the sign-in again, and use its code within a few minutes",
        )
    if answer.status == 403:
        return NotAllowed(
            f"{where} lets this account in no further ({said or 'it does not say why'})",
            remedy=f"look at the account on the pages of {where}, then sign in again",
        )
    return error_for_status(answer.status, where, answer.headers, said)


async def revoke(
    http: Http, home: Home, client_id: str, client_secret: Secret, token: Secret
) -> None:
    """Make a token worthless.

    Raises: NotSupported where the server has no way to, AdapterError.
    """
    form: dict[str, str | Secret] = {
        "client_id": client_id,
        "client_secret": client_secret,
        "token": token,
    }
    answer = await http.post_form(
        f"{home.server}/oauth/revoke", form, max_bytes=_MAX_BYTES, by=home.by
    )
    where = host(home.server)
    if answer.status in (404, 405, 501):
        raise NotSupported(
            f"{where} has no way to revoke a sign-in",
            remedy=f"end it on the pages of {where}, among the authorized applications",
        )
    if not 200 <= answer.status < 300:
        # What it says may quote what was sent.
        raise error_for_status(answer.status, where, answer.headers)


def _record(answer: Response) -> Json:
    try:
        found = answer.json()
    except BadAnswer:
        return {}
    return found if isinstance(found, dict) else {}


def _texts(told: Json, key: str) -> tuple[str, ...]:
    found = told.get(key)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def _reason(told: Json) -> str:
    return printable_line(text(told, "error_description") or text(told, "error"))

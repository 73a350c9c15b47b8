"""Signing in on the server's own page in a browser, here or, by a code, on another machine."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from tuisocial.adapters.mastodon import oauth, scopes, servers, software
from tuisocial.adapters.mastodon.api import Api
from tuisocial.adapters.mastodon.identity import login_of, once
from tuisocial.adapters.mastodon.oauth import OUT_OF_BAND, App, Endpoints, Grant, Request
from tuisocial.adapters.mastodon.servers import Home
from tuisocial.model.printable import printable_line
from tuisocial.sdk.errors import AdapterError, NotAllowed, NotSupported, Refused
from tuisocial.sdk.http import host
from tuisocial.sdk.login_steps import Answers, ByHand, Done, Elsewhere, SignInContext, Step
from tuisocial.sdk.options import Field, FieldKind
from tuisocial.sdk.redirect import Listener, Returned, returned_in
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.status import ahead

READ_ONLY = Field(
    "read_only",
    "Read only",
    FieldKind.FLAG,
    required=False,
    help="ask for no right to write",
)
CODE = Field(
    "code",
    "Code",
    FieldKind.SECRET,
    help="the code that the page shows, or the address at which the browser ended",
)

CLOCK_SECONDS = 300
"""From here on a clock that is wrong is worth a word."""


async def start(answers: Answers, context: SignInContext) -> Step:
    """Find the server, register there, and lead the person to its page.

    Raises: AdapterError.
    """
    read_only = READ_ONLY.name in answers.flags
    home = await servers.find(answers.texts.get("server", ""), context.http)
    state = oauth.unguessable()
    try:
        listener = await Listener.listening(state)
    except OSError:
        raise NotSupported(
            "this machine lets no program listen for the browser",
            remedy="sign in with an access token from the server's preferences instead",
        ) from None
    try:
        return await _page(home, context, listener, state, read_only=read_only)
    except BaseException:
        await listener.aclose()
        raise


async def _page(
    home: Home, context: SignInContext, listener: Listener, state: Secret, *, read_only: bool
) -> Step:
    home, where, here, away = await _registered(home, context, listener.url, read_only=read_only)
    verifier = oauth.unguessable() if where.pkce else None
    skew = ahead({"date": here.date}, context.now())
    sign_in = _SignIn(
        home,
        where,
        Request(here, listener.url, verifier),
        Request(away, OUT_OF_BAND, verifier),
        listener,
        state,
        context,
        skew,
    )
    return Elsewhere(
        f"Agree on the page of {host(home.server)} that this program may use your account",
        sign_in.by_browser.page(where, state),
        sign_in.arrived,
        by_hand=ByHand(sign_in.by_code.page(where, state), CODE, sign_in.typed),
        aclose=listener.aclose,
    )


async def _registered(
    home: Home, context: SignInContext, redirect: str, *, read_only: bool
) -> tuple[Home, Endpoints, App, App]:
    """The server that lets programs register, its OAuth, and the registrations for both ways.

    Raises: BadAnswer saying what the server is instead, AdapterError.
    """
    http = context.http
    try:
        return await _register_at(home, context, redirect, read_only=read_only)
    except oauth.NotOffered as refusal:
        there = servers.origin(refusal.elsewhere)
    other = None
    if there is not None and there != home.server:
        http.reach.handed(there, home.server)
        other = Home(there, servers.handed_by(there, home.server, home.by), home.handle)
    elif home.by is None:
        other = await servers.by_host_meta(http, home.server)
    if other is not None:
        try:
            return await _register_at(other, context, redirect, read_only=read_only)
        except oauth.NotOffered:
            pass
    raise await software.stranger(http, home.server, home.by)


async def _register_at(
    home: Home, context: SignInContext, redirect: str, *, read_only: bool
) -> tuple[Home, Endpoints, App, App]:
    """Raises: NotOffered, AdapterError."""
    where = await oauth.endpoints(context.http, home)
    wanted = scopes.asked(where.scopes, read_only=read_only)
    both = await oauth.register(context.http, home, (redirect, OUT_OF_BAND), wanted)
    if both.apart:
        return home, where, both, both
    here = await oauth.register(context.http, home, (redirect,), both.scopes)
    away = await oauth.register(context.http, home, (OUT_OF_BAND,), both.scopes)
    return home, where, here, away


@dataclass(frozen=True, slots=True)
class _SignIn:
    """A sign-in whose page is open."""

    home: Home
    where: Endpoints
    by_browser: Request
    by_code: Request
    listener: Listener
    state: Secret
    context: SignInContext
    skew: float | None

    async def arrived(self) -> Step:
        """Wait for the browser on this machine."""
        return await self._returned(await self.listener.returned())

    async def typed(self, answers: Answers) -> Step:
        """Take the code that was typed, or the address that the browser ended at."""
        given = answers.secrets.get(CODE.name) or Secret("")
        text = given.reveal().strip()
        if text.startswith(OUT_OF_BAND):
            text = parse_qs(urlsplit(text).query).get("code", [""])[0]
        elif "?" in text:
            returned = returned_in(text, self.state)
            if returned is None:
                raise Refused(
                    "that address is not the answer to this sign-in",
                    field=CODE.name,
                    remedy="paste the address at which the browser ended just now, or the code",
                )
            return await self._returned(returned)
        return await self._finish(self.by_code, Secret(text))

    async def _returned(self, returned: Returned) -> Step:
        if returned.code is not None:
            return await self._finish(self.by_browser, returned.code)
        server = host(self.home.server)
        if returned.error == "access_denied":
            raise NotAllowed(
                f"{server} was told not to let this program in",
                remedy="sign in again, and agree on the page in the browser",
            )
        said = printable_line(returned.description or returned.error)
        raise Refused(
            f"{server} did not finish the sign-in ({said})",
            remedy="sign in again; if it says the same, use an access token from its preferences",
        )

    async def _finish(self, request: Request, code: Secret) -> Step:
        app = request.app
        # A server may quote what it was sent.
        for secret in (code, app.client_secret, request.verifier):
            if secret is not None:
                self.context.hide(secret)
        with once():
            grant = await oauth.exchange(self.context.http, self.home, self.where, request, code)
        self.context.hide(grant.token)
        try:
            found = await self._who(grant)
        except BaseException:
            # The code is used up, and nobody else knows the token.
            with suppress(AdapterError):
                await oauth.revoke(
                    self.context.http, self.home, app.client_id, app.client_secret, grant.token
                )
            raise
        return Done(
            found.account,
            found.handle,
            found.suggested_name,
            {
                **found.options,
                **self.home.options(),
                "client_id": app.client_id,
                "scopes": " ".join(grant.scopes),
            },
            {"token": grant.token, "client_secret": app.client_secret},
            self._warning(found.handle, app, grant),
        )

    async def _who(self, grant: Grant) -> Done:
        reach = self.context.http.reach
        api = Api(
            self.home.server,
            grant.token,
            grant.scopes,
            reach=reach,
            circle=self.home.circle(reach),
        )
        try:
            with once():
                return await login_of(api)
        finally:
            api.close()

    def _warning(self, handle: str, app: App, grant: Grant) -> str:
        """What the person should know although all went well."""
        found = [other_words("the browser is signed in as", handle, self.home)]
        refused = [scope for scope in app.scopes if not scopes.covers(grant.scopes, scope)]
        if refused:
            found.append(f"{host(self.home.server)} did not grant {', '.join(refused)}")
        found.append(clock_words(self.skew, host(self.home.server)))
        return "; ".join(filter(None, found))


def other_words(before: str, handle: str, home: Home) -> str:
    """What is said where another handle was typed than `handle`; `before` begins it."""
    if not home.handle or f"@{home.handle}".lower() == handle.lower():
        return ""
    return f"{before} {handle}, not {before.rpartition(' ')[2]} @{home.handle}"


def clock_words(skew: float | None, where: str) -> str:
    """What is said of a clock that is more than five minutes off; empty for one that is not."""
    if skew is None or abs(skew) <= CLOCK_SECONDS:
        return ""
    minutes = round(abs(skew) / 60)
    side = "ahead of" if skew > 0 else "behind"
    return (
        f"this machine's clock is {minutes} minutes {side} that of {where}: set it right, "
        "because posts are dated and certificates are judged by it"
    )

"""How a sign-in stands with its server: what it was granted, how the server answers, its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tuisocial.adapters.mastodon import oauth, scopes
from tuisocial.adapters.mastodon.api import Api
from tuisocial.adapters.mastodon.identity import once
from tuisocial.adapters.mastodon.servers import Home
from tuisocial.model.login import Login
from tuisocial.sdk.adapter import SessionContext
from tuisocial.sdk.capabilities import Endpoint, EndpointState, Rights
from tuisocial.sdk.errors import (
    BadAnswer,
    NotAllowed,
    NotFound,
    NotSupported,
    Refused,
    SignInNeeded,
)
from tuisocial.sdk.status import ahead

_SLOW_SECONDS = 3.0


def endpoint(api: Api) -> Endpoint:
    """The server as its last answer showed it, without I/O."""
    pulse, rights = api.pulse, api.granted or ()
    if pulse is None or (pulse.latency is None and not pulse.trouble):
        return Endpoint(api.server, EndpointState.IDLE, rights=rights)
    if pulse.trouble:
        return Endpoint(api.server, EndpointState.FAILED, pulse.trouble, pulse.latency, rights)
    slow = pulse.latency is not None and pulse.latency > _SLOW_SECONDS
    state = EndpointState.SLOW if slow else EndpointState.OK
    return Endpoint(api.server, state, latency=pulse.latency, rights=rights)


async def rights(api: Api, now: Callable[[], datetime]) -> Rights:
    """What the login may do, asked afresh.

    The sign-in's own scopes count before those of its registration, which may be more.
    <https://docs.joinmastodon.org/methods/apps/#verify_credentials>

    Raises: AdapterError; SignInNeeded for a token that is revoked.
    """
    told: tuple[str, ...] = ()
    if not api.signed_in:
        await api.get("/api/v1/instance")
    else:
        try:
            found = (await api.record("/api/v1/apps/verify_credentials")).get("scopes")
            if isinstance(found, list):
                told = tuple(scope for scope in found if isinstance(scope, str))
        except (NotFound, NotAllowed, SignInNeeded, Refused, BadAnswer):
            # Absent on some servers, and shut to tokens of no registration on others.
            await api.record("/api/v1/accounts/verify_credentials")
    skew = ahead({"date": api.pulse.date}, now()) if api.pulse else None
    granted = (api.granted or told or None) if api.signed_in else ()
    missing = scopes.lacking(granted) if granted else ()
    return Rights(granted, missing, skew)


async def revoke(login: Login, context: SessionContext, where: str) -> None:
    """Have the server forget the sign-in.

    Raises: NotSupported where there is no registration to do that with, AdapterError.
    """
    client = login.options.get("client_id", "")
    secret, token = await context.secret("client_secret"), await context.secret("token")
    if not client or secret is None or token is None:
        raise NotSupported(
            f"the token for {where} was made on its pages, and only there can it be revoked",
            remedy=f"delete it on the pages of {where}: Preferences, Development",
        )
    with once():
        home = Home(login.options["server"], login.options.get("named_by"))
        await oauth.revoke(context.http, home, client, secret, token)

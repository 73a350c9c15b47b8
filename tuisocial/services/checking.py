"""Checking a login: who its server says I am, what I may do there, and how its servers are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuisocial.model.limits import Limits
from tuisocial.sdk.capabilities import Endpoint, ReportsRights, Rights, endpoints_of
from tuisocial.sdk.errors import AdapterError, SignInNeeded
from tuisocial.services import promises

if TYPE_CHECKING:
    from tuisocial.model.account import Account
    from tuisocial.model.login import Login
    from tuisocial.sdk.adapter import Session
    from tuisocial.services.sessions import Sessions


@dataclass(frozen=True, slots=True)
class LoginReport:
    """What a check of one login found; `error` is None when all is well.

    `rights` is None where the network has no such thing, or could not be asked.
    """

    login: Login
    account: Account | None
    error: AdapterError | None
    endpoints: tuple[Endpoint, ...]
    limits: Limits
    rights: Rights | None = None


async def check(login: Login, sessions: Sessions) -> LoginReport:
    """Ask the server who I am; trouble is part of the report, never raised."""
    account: Account | None = None
    error: AdapterError | None = None
    rights: Rights | None = None
    limits, guard = Limits(), sessions.guard
    endpoints: tuple[Endpoint, ...] = ()
    try:
        session = await sessions.get(login.id)
        account = await _proof(login, session, sessions)
        limits = guard.ask(login.id, session.limits, limits)
        if isinstance(session, ReportsRights):
            rights = await guard(login.id, session.rights)
        endpoints = _endpoints(login, sessions)
        await sessions.accepted(login.id)
    except AdapterError as trouble:
        error = trouble
        endpoints = _endpoints(login, sessions)
        if isinstance(trouble, SignInNeeded):
            await sessions.signed_out(login.id)
    return LoginReport(login, account, error, endpoints, limits, rights)


async def _proof(login: Login, session: Session, sessions: Sessions) -> Account | None:
    """Who the server says I am; for a guest, only that it lets its first timeline be read."""
    guard = sessions.guard
    if not login.guest:
        return await guard(login.id, session.me, promises.account)
    timelines = sessions.timelines(login.id, session)
    if timelines:
        await guard(login.id, lambda: session.timeline(timelines[0], cursor=None, limit=1))
    return None


def _endpoints(login: Login, sessions: Sessions) -> tuple[Endpoint, ...]:
    none: tuple[Endpoint, ...] = ()
    session = sessions.opened(login.id)
    return sessions.guard.ask(login.id, lambda: endpoints_of(session), none)

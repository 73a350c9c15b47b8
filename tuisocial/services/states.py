"""How each source stands: what its last fetch came to, for status lines and for the merge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tuisocial.events import SourceChanged
from tuisocial.sdk.errors import SignInNeeded, Unreachable
from tuisocial.store.rows import SourceState, SourceStatus

if TYPE_CHECKING:
    from collections.abc import Collection

    from tuisocial.events import Bus
    from tuisocial.model.ids import LoginId
    from tuisocial.services.errors import Trouble
    from tuisocial.services.sessions import Sessions
    from tuisocial.store.entries import StoredSource
    from tuisocial.store.rows import Source


class States:
    """What became of the fetches of this run, source by source."""

    def __init__(self, sessions: Sessions, bus: Bus, *, offline: bool) -> None:
        self._sessions = sessions
        self._bus = bus
        self._offline = offline
        self._states: dict[Source, SourceState] = {}
        self._troubles: dict[Source, Trouble] = {}

    def trouble(self, source: Source) -> Trouble | None:
        """What went wrong with a source's last fetch, if it failed."""
        return self._troubles.get(source)

    def of(self, source: Source, record: StoredSource | None) -> SourceState:
        """How a source stands; `record` is what the store knows of it."""
        fetched_at = (
            datetime.fromtimestamp(record.fetched_at, UTC)
            if record is not None and record.fetched_at is not None
            else None
        )
        state = self._states.get(source)
        if state is None:
            status = SourceStatus.NEVER if fetched_at is None else SourceStatus.BEHIND
            state = SourceState(source, SourceStatus.OFFLINE if self._offline else status)
        return replace(
            state,
            fetched_at=fetched_at,
            ended=record is not None and record.ended,
            detail=self._detail(source.login),
        )

    def unreachable(self, sources: Collection[Source]) -> bool:
        """Whether no server of any of them answers: it is our own network that is down."""
        return bool(sources) and all(
            isinstance(self._troubles.get(source), Unreachable) for source in sources
        )

    def begin(self, source: Source) -> SourceState | None:
        """A fetch begins; the state before it, for `put_back`."""
        before = self._states.get(source)
        self._set(SourceState(source, SourceStatus.FETCHING))
        return before

    def succeeded(self, source: Source) -> None:
        """A fetch brought what there was."""
        self._troubles.pop(source, None)
        self._set(SourceState(source, SourceStatus.UP_TO_DATE))

    def failed(self, source: Source, error: Trouble) -> None:
        """A fetch went wrong."""
        self._troubles[source] = error
        signed_out = isinstance(error, SignInNeeded)
        self._set(
            SourceState(
                source,
                SourceStatus.SIGNED_OUT if signed_out else SourceStatus.BEHIND,
                error=error.message,
                remedy=error.remedy,
            )
        )

    def put_back(self, source: Source, before: SourceState | None) -> None:
        """A fetch was cancelled: as if it had never begun."""
        if before is None:
            self._states.pop(source, None)
            self._bus.publish(SourceChanged(source))
        else:
            self._set(before)

    def forget_all_but(self, logins: Collection[LoginId]) -> None:
        """Forget the sources of logins that are gone: another one may take the name."""
        for known in (self._states, self._troubles):
            for source in [source for source in known if source.login not in logins]:
                del known[source]

    def _detail(self, login: LoginId) -> str:
        """In a few words, which of a login's servers are not well."""
        session = self._sessions.opened(login)
        if session is None:
            return ""
        from tuisocial.sdk.capabilities import EndpointState, endpoints_of

        def words() -> str:
            endpoints = endpoints_of(session)
            used = [e for e in endpoints if e.state is not EndpointState.IDLE]
            well = [e for e in used if e.state is EndpointState.OK]
            return "" if len(well) == len(used) else f"{len(well)} of {len(used)} answered"

        return self._sessions.guard.ask(login, words, "")

    def _set(self, state: SourceState) -> None:
        self._states[state.source] = state
        self._bus.publish(SourceChanged(state.source))

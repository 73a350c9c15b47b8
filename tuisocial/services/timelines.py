"""Timelines: which there are, what they hold, and fetching more of them.

A view is one or more sources read as one list. What was fetched is in the store; a view reads
from there and nowhere else, so that it is the same with and without a network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tuisocial.errors import UsageError
from tuisocial.events import Bus, SourceChanged, TimelineChanged
from tuisocial.model.ids import LoginId
from tuisocial.model.timeline import HOME, Timeline
from tuisocial.sdk.capabilities import EndpointState, endpoints_of
from tuisocial.sdk.errors import AdapterError, SignInNeeded, Unreachable
from tuisocial.services.fetching import Fetching
from tuisocial.services.logins import Logins
from tuisocial.services.merge import Tail, watermark
from tuisocial.services.sessions import Sessions
from tuisocial.services.windows import Frame, place_of, position_of, read_window
from tuisocial.store import entries
from tuisocial.store.database import Database
from tuisocial.store.entries import StoredSource
from tuisocial.store.rows import Gap, Position, Source, SourceState, SourceStatus, Window

MERGED = "merged"


@dataclass(frozen=True, slots=True)
class View:
    """A list that can be read: its name (unique), its title, and the sources it is made of."""

    name: str
    title: str
    sources: tuple[Source, ...]

    @property
    def merged(self) -> bool:
        """Whether it mixes several sources, and so must hold rows back for the slowest."""
        return len(self.sources) > 1


class Timelines:
    """Reading and fetching of every view."""

    def __init__(
        self,
        database: Database,
        logins: Logins,
        sessions: Sessions,
        bus: Bus,
        now: Callable[[], datetime],
        *,
        page_size: int,
        offline: bool,
    ) -> None:
        self._database = database
        self._logins = logins
        self._sessions = sessions
        self._bus = bus
        self._offline = offline
        self._fetching = Fetching(database, sessions, now, page_size)
        self._states: dict[Source, SourceState] = {}
        self._troubles: dict[Source, AdapterError] = {}
        self._locks: dict[Source, asyncio.Lock] = {}

    # --- views ----------------------------------------------------------------------------

    def views(self) -> list[View]:
        """The merged view of every login's main timeline, then each login's own."""
        mains = [
            Source(each.login.id, each.timelines[0] if each.timelines else HOME)
            for each in self._logins.stored()
        ]
        own = [View(f"login:{main.login}", main.login.name, (main,)) for main in mains]
        return [View(MERGED, "Merged", tuple(mains)), *own]

    def open_view(self, source: Source) -> View:
        """A view of any one source."""
        title = source.timeline.title or str(source.timeline)
        return View(f"source:{source}", title, (source,))

    def available(self, login: LoginId) -> list[Timeline]:
        """What a login offers, as remembered from its last session."""
        found = [each for each in self._logins.stored() if each.login.id == login]
        return list(found[0].timelines) if found else []

    def view_for(self, logins: Sequence[LoginId] | None, timeline: Timeline | None) -> View:
        """A view of one timeline of some logins, or of all; None means each one's main one.

        Raises: UsageError for a login that does not exist, or when there is none.
        """
        stored = self._logins.stored()
        if not stored:
            raise UsageError("there is no login yet", "add one with: tuisocial login add")
        names = [self._logins.get(login).id for login in logins or ()]
        chosen = [each for each in stored if not names or each.login.id in names]
        sources = [
            Source(each.login.id, timeline or (each.timelines[0] if each.timelines else HOME))
            for each in chosen
        ]
        if timeline is None and len(chosen) == len(stored):
            return self.views()[0]
        label = " ".join(str(source) for source in sources)
        return View(f"source:{label}", label, tuple(sources))

    # --- reading --------------------------------------------------------------------------

    def window(
        self,
        view: View,
        *,
        at: Position | None = None,
        before: int = 0,
        after: int = 50,
        ceiling: Position | None = None,
    ) -> Window:
        """Items around `at`: up to `before` newer ones, the one there, up to `after` older ones.

        None is the head of the list. Items newer than `ceiling` are counted, not returned.
        """
        frame = self._frame(view)
        if ceiling is not None:
            frame = replace(frame, ceiling=place_of(ceiling))
        if not frame.sources:
            return Window()
        return self._database.read(lambda c: read_window(c, frame, at, before, after))

    def head(self, view: View) -> Position | None:
        """The place of the newest row stored."""
        frame = self._frame(view)
        spans = self._database.read(lambda c: [entries.ends(c, n) for n in frame.numbers()])
        return min(
            (position_of(span[0]) for span in spans if span),
            key=lambda position: position.order,
            default=None,
        )

    def states(self, view: View) -> list[SourceState]:
        """How each source of a view stands."""
        stored = self._stored_sources()
        states = [self._state(source, stored.get(source)) for source in view.sources]
        if states and all(
            isinstance(self._troubles.get(state.source), Unreachable) for state in states
        ):
            return [replace(state, status=SourceStatus.OFFLINE) for state in states]
        return states

    def read_position(self, view: View) -> Position | None:
        """Where a view was left, for the next start."""
        return self._database.read(lambda c: entries.read_position(c, view.name))

    def save_read_position(self, view: View, position: Position) -> None:
        """Remember where a view is left; returns at once."""
        self._database.write(lambda c: entries.save_position(c, view.name, position))

    def _frame(self, view: View) -> Frame:
        stored = self._stored_sources()
        found = {source: stored[source] for source in view.sources if source in stored}
        frame = Frame(
            list(found.values()), {record.number: source.login for source, record in found.items()}
        )
        if not view.merged or self._offline:
            return frame
        floor = watermark(
            Tail(record.tail, record.ended, source in self._troubles)
            for source, record in found.items()
        )
        return frame if floor is None else replace(frame, floor=floor)

    def _stored_sources(self) -> dict[Source, StoredSource]:
        names = {each.number: each.login.id for each in self._logins.stored()}
        return {
            Source(names[record.login], _untitled(record.timeline)): record
            for record in self._database.read(entries.all_sources)
            if record.login in names
        }

    def _state(self, source: Source, record: StoredSource | None) -> SourceState:
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

    def _detail(self, login: LoginId) -> str:
        """In a few words, which of a login's servers are not well."""
        endpoints = endpoints_of(self._sessions.opened(login))
        used = [e for e in endpoints if e.state is not EndpointState.IDLE]
        well = [e for e in used if e.state is EndpointState.OK]
        return "" if len(well) == len(used) else f"{len(well)} of {len(used)} answered"

    # --- fetching -------------------------------------------------------------------------

    async def refresh(self, view: View, *, limit: int | None = None) -> None:
        """Fetch the head of every source of a view, each in its own time.

        Failures become the sources' states; nothing is raised.
        """
        await asyncio.gather(*(self._refresh(source, limit) for source in view.sources))

    async def older(self, view: View) -> bool:
        """Fetch further down where the list is held back; False when there is no more to be had."""
        stored = self._stored_sources()
        going = {
            source: record
            for source in view.sources
            if (record := stored.get(source)) is not None
            and not record.ended
            and record.tail is not None
        }
        if not going or self._offline:
            return False
        floor = watermark(
            Tail(record.tail, failing=source in self._troubles) for source, record in going.items()
        )
        holding = [
            source
            for source, record in going.items()
            if floor is None or source in self._troubles or record.tail == floor
        ]
        found = await asyncio.gather(
            *(self._fetch(source, self._fetching.older) for source in holding)
        )
        return any(found)

    async def fill(self, view: View, gap: Gap) -> None:
        """Fetch a page of what a gap left out; it closes or becomes smaller."""

        async def fill(source: Source) -> int:
            return await self._fetching.fill(source, place_of(gap.position))

        if not self._offline and gap.source in view.sources:
            await self._fetch(gap.source, fill)

    async def _refresh(self, source: Source, limit: int | None) -> None:
        if self._offline:
            return

        async def head(source: Source) -> int:
            return await self._fetching.head(source, limit)

        await self._fetch(source, head)

    async def _fetch(self, source: Source, fetch: Callable[[Source], Awaitable[int]]) -> bool:
        """Run one fetch of a source at a time, and keep what became of it as its state."""
        async with self._locks.setdefault(source, asyncio.Lock()):
            before = self._states.get(source)
            self._set(SourceState(source, SourceStatus.FETCHING))
            try:
                found = await fetch(source)
            except AdapterError as error:
                self._troubles[source] = error
                self._set(_failed(source, error))
                self._bus.publish(TimelineChanged(source))
                return False
            except BaseException:
                self._set(before or SourceState(source))
                raise
            self._troubles.pop(source, None)
            self._set(SourceState(source, SourceStatus.UP_TO_DATE))
            self._bus.publish(TimelineChanged(source))
            return found > 0

    def trouble(self, source: Source) -> AdapterError | None:
        """What went wrong with a source's last fetch, if it failed."""
        return self._troubles.get(source)

    def _set(self, state: SourceState) -> None:
        self._states[state.source] = state
        self._bus.publish(SourceChanged(state.source))


def _failed(source: Source, error: AdapterError) -> SourceState:
    signed_out = isinstance(error, SignInNeeded)
    return SourceState(
        source,
        SourceStatus.SIGNED_OUT if signed_out else SourceStatus.BEHIND,
        error=error.message,
        remedy=error.remedy,
    )


def _untitled(timeline: Timeline) -> Timeline:
    return timeline if not timeline.title else Timeline(timeline.kind, timeline.argument)

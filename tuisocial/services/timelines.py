"""Timelines: which there are, what they hold, and fetching more of them.

A view is one or more sources read as one list. What was fetched is in the store; a view reads
from there and nowhere else, so that it is the same with and without a network.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from tuisocial.errors import UsageError, UserError
from tuisocial.events import LoginsChanged, TimelineChanged
from tuisocial.model.login import Share
from tuisocial.model.timeline import HOME, TimelineKind
from tuisocial.sdk.errors import AdapterError, SignInNeeded, Unreachable
from tuisocial.services.merge import Tail, watermark
from tuisocial.services.states import States
from tuisocial.services.windows import Frame, place_of, position_of, read_window
from tuisocial.store import entries, positions
from tuisocial.store.rows import Source, SourceStatus, Window

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from tuisocial.events import Bus, Event
    from tuisocial.model.ids import LoginId
    from tuisocial.model.timeline import Timeline
    from tuisocial.services.errors import Trouble
    from tuisocial.services.fetching import Fetching
    from tuisocial.services.logins import Logins
    from tuisocial.services.merge import Place
    from tuisocial.services.sessions import Sessions
    from tuisocial.store.database import Database
    from tuisocial.store.entries import StoredSource
    from tuisocial.store.logins import StoredLogin
    from tuisocial.store.rows import Gap, Position, SourceState

MERGED = "merged"

_LISTED = frozenset(TimelineKind) - {TimelineKind.TAG, TimelineKind.LIST, TimelineKind.ACCOUNT}
"""Kinds of which every login that has any names at least one."""


@dataclass(frozen=True, slots=True)
class View:
    """A list that can be read: its name (unique), its title, and the sources it is made of.

    Of the sources in `addressed` it holds only what speaks to their login's own account.
    """

    name: str
    title: str
    sources: tuple[Source, ...]
    addressed: frozenset[Source] = frozenset()

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
        self._bus = bus
        self._offline = offline
        self._sessions = sessions
        self._now = now
        self._page_size = page_size
        self._states = States(sessions, bus, offline=offline)
        self._locks: dict[Source, asyncio.Lock] = {}
        bus.subscribe(self._forget_removed)

    # --- views ----------------------------------------------------------------------------

    def views(self) -> list[View]:
        """The merged view of the logins' main timelines, then each login's own."""
        enabled = [each for each in self._logins.stored() if each.enabled]
        now = self._now().timestamp()
        mixed = [each for each in enabled if not each.muted(now)]
        narrow = [each for each in mixed if each.share is Share.MENTIONS]
        merged = View(
            MERGED,
            "Merged",
            tuple(_source(each) for each in mixed),
            frozenset(_source(each) for each in narrow),
        )
        return [merged, *(_own_view(_source(each)) for each in enabled)]

    def own_views(self) -> list[View]:
        """Each login's main timeline, those of disabled ones too."""
        return [_own_view(_source(each)) for each in self._logins.stored()]

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
        chosen = [
            each
            for each in stored
            if (each.login.id in names if names else each.enabled and _offers(each, timeline))
        ]
        if not chosen:
            raise UsageError(
                f"no login has {timeline or 'a timeline'}", "see: tuisocial login list"
            )
        sources = [Source(each.login.id, timeline or _main(each)) for each in chosen]
        if timeline is None and not names:
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
        # A source that joins later must not hold back what the reader has reached already.
        reached = [place_of(place) for place in (at, ceiling) if place is not None]
        frame = replace(frame, floor=max(frame.floor, *reached)) if reached else frame
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
        states = [self._states.of(source, stored.get(source)) for source in view.sources]
        if self._states.unreachable(view.sources):
            return [replace(state, status=SourceStatus.OFFLINE) for state in states]
        return states

    def trouble(self, source: Source) -> Trouble | None:
        """What went wrong with a source's last fetch, if it failed."""
        return self._states.trouble(source)

    def read_position(self, view: View) -> Position | None:
        """Where a view was left, for the next start."""
        return self._database.read(lambda c: positions.read_position(c, view.name))

    def save_read_position(self, view: View, position: Position) -> None:
        """Remember where a view is left; returns at once."""
        self._database.write(lambda c: positions.save_position(c, view.name, position))

    def _frame(self, view: View) -> Frame:
        stored = self._stored_sources()
        found = {source: stored[source] for source in view.sources if source in stored}
        frame = Frame(
            list(found.values()), {record.number: source.login for source, record in found.items()}
        )
        narrow = {stored[source].number for source in view.addressed if source in stored}
        frame = replace(frame, addressed=frozenset(narrow))
        if not view.merged or self._offline:
            return frame
        floor = self._watermark(found)
        return frame if floor is None else replace(frame, floor=floor)

    def _watermark(self, found: dict[Source, StoredSource]) -> Place | None:
        return watermark(
            Tail(record.tail, record.ended, self._states.trouble(source) is not None)
            for source, record in found.items()
        )

    def _stored_sources(self) -> dict[Source, StoredSource]:
        names = {each.number: each.login.id for each in self._logins.stored()}
        return {
            Source(names[record.login], record.timeline): record
            for record in self._database.read(entries.all_sources)
            if record.login in names
        }

    def _forget_removed(self, event: Event) -> None:
        if isinstance(event, LoginsChanged):
            self._states.forget_all_but({login.id for login in self._logins.all()})

    @cached_property
    def _fetching(self) -> Fetching:
        # Made when first asked for: the first paint fetches nothing.
        from tuisocial.services.fetching import Fetching

        return Fetching(self._database, self._sessions, self._now, self._page_size)

    # --- fetching -------------------------------------------------------------------------

    async def refresh(
        self, view: View, *, limit: int | None = None, patience: float | None = None
    ) -> None:
        """Fetch the head of every source of a view, each in its own time.

        Failures become the sources' states; nothing is raised. `patience` is after how many
        seconds a source that has not answered counts as failed.
        """
        await asyncio.gather(*(self._refresh(source, limit, patience) for source in view.sources))

    async def older(self, view: View, *, patience: float | None = None) -> bool:
        """Fetch further down where the list is held back; False when there is no more to be had."""
        if self._offline:
            return False
        going = self._going(view)
        floor = self._watermark(going)
        holding = [
            source
            for source, record in going.items()
            if floor is None
            or record.tail is None
            or record.tail == floor
            or self._states.trouble(source) is not None
        ]
        found = await asyncio.gather(
            *(self._fetch(source, self._fetching.older, patience) for source in holding)
        )
        if any(found) or floor is None or not view.merged:
            return any(found)
        # A source that came to its end, or failed, holds the others' rows back no longer.
        now = self._watermark(self._going(view))
        return now is None or now > floor

    def _going(self, view: View) -> dict[Source, StoredSource]:
        """The sources of a view that have more to give."""
        stored = self._stored_sources()
        return {
            source: stored[source]
            for source in view.sources
            if source in stored and stored[source].older is not None
        }

    async def fill(self, view: View, gap: Gap) -> None:
        """Fetch a page of what a gap left out; it closes or becomes smaller."""

        async def fill(source: Source) -> int:
            return await self._fetching.fill(source, place_of(gap.position))

        if not self._offline and gap.source in view.sources:
            await self._fetch(gap.source, fill)

    async def _refresh(self, source: Source, limit: int | None, patience: float | None) -> None:
        if self._offline:
            return

        async def head(source: Source) -> int:
            return await self._fetching.head(source, limit)

        await self._fetch(source, head, patience)

    async def _fetch(
        self,
        source: Source,
        fetch: Callable[[Source], Awaitable[int]],
        patience: float | None = None,
    ) -> bool:
        """Run one fetch of a source at a time, and keep what became of it as its state."""
        async with self._locks.setdefault(source, asyncio.Lock()):
            before = self._states.begin(source)
            try:
                async with asyncio.timeout(patience):
                    found = await fetch(source)
            except TimeoutError:
                silent = Unreachable(f"{source.login} did not answer within {patience:.0f} seconds")
                self._states.failed(source, silent)
                self._bus.publish(TimelineChanged(source))
                return False
            except (AdapterError, UserError) as error:
                self._states.failed(source, error)
                if isinstance(error, SignInNeeded):
                    await self._sessions.signed_out(source.login)
                self._bus.publish(TimelineChanged(source))
                return False
            except BaseException:
                self._states.put_back(source, before)
                raise
            self._states.succeeded(source)
            await self._sessions.accepted(source.login)
            self._bus.publish(TimelineChanged(source))
            return found > 0


def _offers(login: StoredLogin, timeline: Timeline | None) -> bool:
    """Whether a login may have such a timeline; each network has some that it cannot list."""
    if timeline is None or timeline.kind not in _LISTED:
        return True
    return any(offered.kind is timeline.kind for offered in login.timelines)


def _source(login: StoredLogin) -> Source:
    return Source(login.login.id, _main(login))


def _own_view(source: Source) -> View:
    return View(f"login:{source.login}", source.login.name, (source,))


def _main(login: StoredLogin) -> Timeline:
    """The timeline that is merged: the first one its adapter named."""
    return login.timelines[0] if login.timelines else HOME

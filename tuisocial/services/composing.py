"""Writing: drafts kept as they are typed, what each target will get, and handing it to the outbox.

`plan` says what becomes of a draft, `outbox` sends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from tuisocial.errors import UsageError, UserError
from tuisocial.events import DraftsChanged, OutboxChanged
from tuisocial.model.draft import Draft
from tuisocial.model.post import Visibility
from tuisocial.model.submission import Attempt, Fate, Feature, Outcome, PostRef, Submission
from tuisocial.sdk.errors import AdapterError, NotSupported
from tuisocial.sdk.writing import Deletes, Edits, Publishes
from tuisocial.services import people
from tuisocial.services.plan import Target, TargetPlan, plan
from tuisocial.services.redrafting import Redraft, anew
from tuisocial.services.taking_back import taken_back
from tuisocial.services.visibility import narrowed
from tuisocial.services.voices import Voices
from tuisocial.store import accounts, drafts
from tuisocial.store import outbox as stored
from tuisocial.store.drafts import StoredDraft
from tuisocial.store.outbox import Act, NewDelivery

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from sqlite3 import Connection

    from tuisocial.events import Bus
    from tuisocial.model.ids import LoginId, PostId
    from tuisocial.sdk.adapter import Session
    from tuisocial.services.errors import Trouble
    from tuisocial.services.logins import Logins
    from tuisocial.services.sessions import Sessions
    from tuisocial.store.database import Database
    from tuisocial.store.logins import StoredLogin

_PATIENCE = 5.0
"""Seconds that composing waits for a server to tell its limits."""
_ASK_AGAIN = timedelta(minutes=10)

T = TypeVar("T")


class Composing:
    """Drafts, plans, and sending them off. `alt_needed` refuses files without a description."""

    def __init__(
        self,
        database: Database,
        logins: Logins,
        sessions: Sessions,
        bus: Bus,
        now: Callable[[], datetime],
        *,
        alt_needed: bool,
        offline: bool,
    ) -> None:
        self._database = database
        self._logins = logins
        self._voices = Voices(database, logins)
        self._sessions = sessions
        self._bus = bus
        self._now = now
        self._alt_needed = alt_needed
        self._offline = offline
        self._troubles: dict[LoginId, Trouble] = {}
        self._asked: WeakKeyDictionary[Session, datetime] = WeakKeyDictionary()

    # --- drafts -------------------------------------------------------------------------

    def drafts(self, words: str = "") -> list[StoredDraft]:
        """The drafts that hold all `words`, the latest first."""
        wanted = words.casefold().split()
        return [
            each
            for each in self._database.read(drafts.open_drafts)
            if all(word in _words(each.draft) for word in wanted)
        ]

    def draft(self, key: str) -> StoredDraft:
        """One draft by its id or the beginning of it. Raises: UsageError."""
        found = self._database.read(lambda c: drafts.draft(c, key))
        if found is not None:
            return found
        like = [each for each in self.drafts() if key and each.id.startswith(key)]
        if len(like) != 1:
            raise UsageError(
                f"{'several drafts begin' if like else 'no draft begins'} with {key[:40]!r}",
                "see `tuisocial draft list`",
            )
        return like[0]

    async def save(self, draft: Draft, key: str = "") -> str:
        """Keep a draft as it is now; its id, a new one if it has none yet or was sent meanwhile.

        Raises: StoreError, after which it is still in the caller's hands alone.
        """
        now = self._millis()

        def work(connection: Connection) -> str:
            held = drafts.draft(connection, key) if key else None
            name = uuid.uuid4().hex if not key or (held and held.queued) else key
            drafts.save_draft(connection, name, draft, now)
            return name

        kept = await self._write(work)
        self._bus.publish(DraftsChanged())
        return kept

    async def discard(self, key: str) -> None:
        """Forget a draft."""
        await self._write(lambda c: drafts.discard_draft(c, key))
        self._bus.publish(DraftsChanged())

    # --- beginnings ---------------------------------------------------------------------

    def writers(self) -> list[StoredLogin]:
        """The logins that may be somebody's voice: signed in as an account, and not put aside."""
        return self._voices.writers()

    def new(self) -> Draft:
        """An empty draft for the logins that post unless told otherwise, or for the only one."""
        writers = self.writers()
        chosen = [each for each in writers if each.posts] or writers[:1]
        return Draft(targets=tuple(each.login.id for each in chosen))

    def reply(self, post: PostId, login: LoginId | None = None) -> Draft:
        """The beginning of an answer, by `login` or by those of the network that know the post.

        It is seen by no more people than what it answers, carries its warning, and names those
        whom the network wants named.

        Raises: UsageError.
        """
        answered = self._voices.post(post)
        writer = self._voices.writer(post, login)
        draft = replace(
            self.new(),
            targets=(writer.login.id,),
            reply_to=post,
            content_warning=answered.content_warning,
            visibility=_at_most(answered.visibility),
        )
        if writer.vocabulary is None or not writer.vocabulary.names_the_answered:
            return draft
        mine = {each.login.account for each in self._logins.stored()}
        named = [answered.author.id, *answered.mentions]
        found = self._database.read(
            lambda c: accounts.load_accounts(c, [str(account) for account in named])
        )
        persons = [
            people.address(f"@{found[str(account)].handle.lstrip('@')}", found[str(account)])
            for account in dict.fromkeys(named)
            if account not in mine and str(account) in found
        ]
        text = "".join(f"{person.text} " for person in persons)
        return replace(draft, text=text, addresses=tuple(persons))

    def quote(self, post: PostId, login: LoginId | None = None) -> Draft:
        """The beginning of a post that quotes another. Raises: UsageError."""
        writer = self._voices.writer(post, login)
        return replace(
            self.new(),
            targets=(writer.login.id,),
            quote=post,
            visibility=_at_most(self._voices.post(post).visibility),
        )

    async def edit(self, post: PostId) -> Draft:
        """A post of mine as it was written, to be changed wherever it was sent.

        Raises: UsageError, AdapterError.
        """
        held = self._voices.post(post)
        voices = self._voices.of(post)
        return replace(
            await self._source(*voices[0]),
            targets=tuple(voice for voice, _ in voices),
            visibility=held.visibility,
            quotable=None,
            edits=post,
            reply_to=held.reply_to.post if held.reply_to else None,
        )

    # --- plans --------------------------------------------------------------------------

    async def prepare(self, targets: Sequence[LoginId]) -> None:
        """Open what planning needs: sessions, and what their servers say of themselves.

        Nothing is raised: who cannot be opened refuses in the plan.
        """
        await asyncio.gather(*(self._prepare(target) for target in targets))

    def plan(self, draft: Draft) -> list[TargetPlan]:
        """What each target gets, without asking anybody; targets are to be prepared."""
        draft = self._database.read(lambda c: people.named(c, draft))
        return plan(draft, self._targets(draft), alt_needed=self._alt_needed)

    async def send(self, key: str, draft: Draft, *, delay: float = 0) -> list[int]:
        """Hand a draft to the outbox, to go out after `delay` seconds: its deliveries' numbers.

        Raises: UsageError where the plan has refusals or another process was faster, StoreError;
        the draft stays as it was.
        """
        await self.prepare(draft.targets)
        plans = self.plan(draft)
        if not plans:
            raise UsageError("nobody to post as", "choose a login: see `tuisocial login list`")
        for one in plans:
            for fate in one.refused:
                raise UsageError(f"{one.login}: {fate.text}", fate.remedy)
        now = self._millis()
        rows = self._deliveries(draft, plans, now + int(delay * 1000))

        def work(connection: Connection) -> list[int]:
            # Another window may have been faster.
            taken = {each.login for each in stored.deliveries_of(connection, key)}
            for row in rows:
                if row.login in taken:
                    raise UsageError(
                        f"this draft was sent by {row.login} already, from another window",
                        "see the outbox; what you changed since is a draft of its own",
                    )
            drafts.save_draft(connection, key, draft, now)
            drafts.mark_queued(connection, key, queued=True)
            return stored.queue(connection, key, rows, now)

        try:
            numbers = await self._write(work)
        except LookupError as error:
            raise UsageError(f"there is no login named {error} any more") from None
        self._bus.publish(DraftsChanged())
        self._bus.publish(OutboxChanged(key))
        return numbers

    async def take_back(self, key: str, login: LoginId | None = None) -> StoredDraft:
        """Take what is not sent of a draft out of the outbox, to be written on, as a draft.

        It goes to the targets that have nothing of it yet. Where each has some, or where `login`
        has, it is what one target still lacks of its thread, as an answer to the rest. What may
        have gone out stays, to be looked for: written anew it could be there twice.

        Raises: UsageError where all of it is sent, or is being sent at this moment.
        """
        now = self._millis()
        taken = await self._write(lambda c: taken_back(c, key, login, now))
        self._bus.publish(DraftsChanged())
        self._bus.publish(OutboxChanged(key))
        if taken is None:
            raise UsageError("it is sent, or may be on its way", "see the outbox")
        return taken

    # --- taking back --------------------------------------------------------------------

    async def deleting(self, post: PostId) -> list[tuple[LoginId, Fate]]:
        """What deleting a post of mine and its copies will come to. Raises: UsageError."""
        voices = self._voices.of(post)
        await self.prepare([login for login, _ in voices])
        return [(login, self._of_deleting(login, ref)) for login, ref in voices]

    async def delete(self, post: PostId, *, copies_too: bool = True) -> list[int]:
        """Have a post of mine, and its copies, taken back: the deliveries that do so.

        A copy that waits to be sent is not sent any more.

        Raises: UsageError.
        """
        rows = self._deletions(self._voices.of(post), copies_too=copies_too)
        key = uuid.uuid4().hex

        def work(connection: Connection) -> list[int]:
            if copies_too:
                stored.drop_waiting_copies(connection, post)
            return stored.queue(connection, key, rows, self._millis())

        numbers = await self._write(work)
        self._bus.publish(OutboxChanged(key))
        return numbers

    async def redraft(self, post: PostId, *, copies_too: bool = True) -> Redraft:
        """Make a draft of a post of mine, and have the post and its copies taken back.

        Nothing is taken back before the draft is kept.
        Raises: UsageError, AdapterError, StoreError; then the post stays as it is.
        """
        held = self._voices.post(post)
        voices = self._voices.of(post)[: None if copies_too else 1]
        source = await self._source(*voices[0])
        files = self._database.read(lambda c: stored.files_of(c, post))
        draft, notes = anew(source, held, files, [voice for voice, _ in voices])
        rows, now = self._deletions(voices), self._millis()
        key, of_deleting = uuid.uuid4().hex, uuid.uuid4().hex

        def work(connection: Connection) -> list[int]:
            drafts.save_draft(connection, key, draft, now)
            if copies_too:
                stored.drop_waiting_copies(connection, post)
            return stored.queue(connection, of_deleting, rows, now)

        numbers = await self._write(work)
        self._bus.publish(DraftsChanged())
        self._bus.publish(OutboxChanged(of_deleting))
        return Redraft(key, draft, tuple(numbers), notes)

    # --- how ----------------------------------------------------------------------------

    async def _source(self, login: LoginId, ref: PostRef) -> Draft:
        """What a network keeps of a post. Raises: UsageError, AdapterError."""
        session = await self._sessions.get(login)
        if not isinstance(session, Edits):
            raise UsageError(f"posts by {login} cannot be changed", "delete it and write it anew")
        return await self._sessions.guard(login, lambda: session.source(ref))

    def _deletions(
        self, voices: Sequence[tuple[LoginId, PostRef]], *, copies_too: bool = True
    ) -> list[NewDelivery]:
        now, due = self._now(), self._millis()
        return [
            NewDelivery(login, Act.DELETE, 0, 1, _attempt(now), Submission(edits=ref), due)
            for login, ref in (voices if copies_too else voices[:1])
        ]

    def _of_deleting(self, login: LoginId, ref: PostRef) -> Fate:
        session = self._sessions.opened(login)
        if session is None or not isinstance(session, Deletes):
            return Fate(Feature.EDIT, Outcome.REFUSED, f"{login} cannot take posts back")
        unknown = Fate(Feature.EDIT, Outcome.KEPT)
        return self._sessions.guard.ask(login, lambda: session.deleting(ref), unknown)

    async def _prepare(self, login: LoginId) -> None:
        self._troubles.pop(login, None)
        try:
            session = await self._sessions.get(login)
        except (AdapterError, UserError) as error:
            self._troubles[login] = error
            return
        if self._offline or not isinstance(session, Publishes) or self._asked_lately(session):
            return
        # A server that cannot be asked now does not stand in the way: what is known counts.
        with contextlib.suppress(AdapterError, UserError):
            await self._sessions.guard(login, session.prepare, patience=_PATIENCE)

    def _asked_lately(self, session: Session) -> bool:
        """Whether a session was asked what it knows of its server a moment ago, and note it."""
        now = self._now()
        asked, self._asked[session] = self._asked.get(session), now
        return asked is not None and abs(now - asked) < _ASK_AGAIN

    def _targets(self, draft: Draft) -> list[Target]:
        logins = {each.login.id: each for each in self._logins.stored()}
        named = [address.account for address in draft.addresses]
        named += [other for address in draft.addresses for other in address.elsewhere]
        found = self._database.read(
            lambda c: accounts.load_accounts(c, [str(account) for account in named])
        )
        handles = {account.id: f"@{account.handle.lstrip('@')}" for account in found.values()}
        targets = []
        for login in dict.fromkeys(draft.targets):
            known = logins.get(login)
            if known is None:
                gone = NotSupported(f"there is no login named {login}", remedy="take it out")
                targets.append(Target(login, "", None, gone))
                continue
            targets.append(
                Target(
                    login,
                    known.login.network,
                    self._sessions.opened(login),
                    self._troubles.get(login),
                    self._voices.related(draft.reply_to, known),
                    self._voices.related(draft.quote, known),
                    self._voices.edited(draft.edits, known),
                    handles,
                )
            )
        return targets

    def _deliveries(self, draft: Draft, plans: Sequence[TargetPlan], due: int) -> list[NewDelivery]:
        """One for each part and target; a part waits for the one before it."""
        now = self._now()
        act = Act.POST if draft.edits is None else Act.EDIT
        rows: list[NewDelivery] = []
        first: dict[LoginId, int] = {}
        for one in sorted(plans, key=lambda one: one.link_from is not None):
            before = first.get(one.link_from) if one.link_from else None
            for part, submission in enumerate(one.parts):
                first.setdefault(one.login, len(rows))
                rows.append(
                    NewDelivery(
                        one.login,
                        act,
                        part,
                        len(one.parts),
                        _attempt(now),
                        submission,
                        due,
                        before,
                    )
                )
                before = len(rows) - 1
        return rows

    def _millis(self) -> int:
        return int(self._now().timestamp() * 1000)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._database.write(work))


def _attempt(now: datetime) -> Attempt:
    return Attempt(uuid.uuid4().hex, now.replace(microsecond=0))


def _at_most(visibility: Visibility) -> Visibility:
    """Public, or what is no wider than a post that is answered."""
    offered = (
        Visibility.PUBLIC,
        Visibility.UNLISTED,
        Visibility.FOLLOWERS,
        Visibility.DIRECT,
    )
    return narrowed(Visibility.PUBLIC, offered, (visibility,)) or Visibility.DIRECT


def _words(draft: Draft) -> str:
    own = [one.text or "" for one in draft.own.values()]
    parts = [part for one in draft.own.values() for part in one.parts]
    return " ".join([draft.text, draft.content_warning or "", *own, *parts]).casefold()

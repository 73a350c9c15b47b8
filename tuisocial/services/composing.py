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
from tuisocial.model.draft import Address, Draft
from tuisocial.model.post import Visibility
from tuisocial.model.submission import Attempt, Fate, Feature, Outcome, PostRef, Submission
from tuisocial.sdk.errors import AdapterError, NotSupported
from tuisocial.sdk.writing import Deletes, Edits, Publishes
from tuisocial.services.plan import Related, Target, TargetPlan, plan
from tuisocial.services.visibility import narrowed
from tuisocial.store import accounts, copies, drafts, posts
from tuisocial.store import outbox as stored
from tuisocial.store.drafts import StoredDraft
from tuisocial.store.outbox import Act, NewDelivery

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from sqlite3 import Connection

    from tuisocial.events import Bus
    from tuisocial.model.ids import LoginId, PostId
    from tuisocial.model.post import Post
    from tuisocial.sdk.adapter import Session
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
        self._sessions = sessions
        self._bus = bus
        self._now = now
        self._alt_needed = alt_needed
        self._offline = offline
        self._troubles: dict[LoginId, AdapterError] = {}
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
        """Keep a draft as it is now; its id, a new one if it has none yet.

        Raises: StoreError, after which it is still in the caller's hands alone.
        """
        key = key or uuid.uuid4().hex
        now = self._millis()
        await self._write(lambda c: drafts.save_draft(c, key, draft, now))
        self._bus.publish(DraftsChanged())
        return key

    async def discard(self, key: str) -> None:
        """Forget a draft."""
        await self._write(lambda c: drafts.discard_draft(c, key))
        self._bus.publish(DraftsChanged())

    # --- beginnings ---------------------------------------------------------------------

    def writers(self) -> list[StoredLogin]:
        """The logins that may be somebody's voice: signed in as an account, and not put aside."""
        return [each for each in self._logins.stored() if each.enabled and not each.login.guest]

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
        answered = self._post(post)
        writer = self._writer(post, login)
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
        people = [
            Address(f"@{found[str(account)].handle.lstrip('@')}", account)
            for account in dict.fromkeys(named)
            if account not in mine and str(account) in found
        ]
        text = "".join(f"{person.text} " for person in people)
        return replace(draft, text=text, addresses=tuple(people))

    def quote(self, post: PostId, login: LoginId | None = None) -> Draft:
        """The beginning of a post that quotes another. Raises: UsageError."""
        writer = self._writer(post, login)
        return replace(
            self.new(),
            targets=(writer.login.id,),
            quote=post,
            visibility=_at_most(self._post(post).visibility),
        )

    async def edit(self, post: PostId) -> Draft:
        """A post of mine as it was written, to be changed wherever it was sent.

        Raises: UsageError, AdapterError.
        """
        held = self._post(post)
        voices = self._voices(post)
        login, ref = voices[0]
        session = await self._sessions.get(login)
        if not isinstance(session, Edits):
            raise UsageError(f"posts by {login} cannot be changed", "delete it and write it anew")
        source = await self._sessions.guard(login, lambda: session.source(ref))
        return replace(
            source,
            targets=tuple(voice for voice, _ in voices),
            visibility=held.visibility,
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
        return plan(draft, self._targets(draft), alt_needed=self._alt_needed)

    async def send(self, key: str, draft: Draft, *, delay: float = 0) -> list[int]:
        """Hand a draft to the outbox, to go out after `delay` seconds: its deliveries' numbers.

        Raises: UsageError where the plan has refusals, StoreError; the draft stays as it was.
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

    async def take_back(self, key: str) -> Draft:
        """Take what is not sent of a draft out of the outbox, to be written on.

        The answer goes to the targets that have nothing of it yet. What may have gone out stays
        where it is, to be looked for: written anew it could be there twice. Where nothing is left
        to take, that is refused.

        Raises: UsageError.
        """

        def work(connection: Connection) -> Draft | None:
            held = drafts.draft(connection, key)
            before = stored.deliveries_of(connection, key)
            doubtful = {each.login for each in before if each.doubt}
            certain = [each.number for each in before if each.login not in doubtful]
            gone = stored.drop(connection, certain)
            left = stored.deliveries_of(connection, key)
            if held is None or not gone:
                return None
            busy = {each.login for each in left}
            free = dict.fromkeys(each.login for each in before if each.login not in busy)
            draft = replace(held.draft, targets=tuple(free))
            if not left:
                drafts.mark_queued(connection, key, queued=False)
                drafts.save_draft(connection, key, draft, self._millis())
            return draft

        taken = await self._write(work)
        self._bus.publish(DraftsChanged())
        self._bus.publish(OutboxChanged(key))
        if taken is None:
            raise UsageError("it is sent, or may be on its way", "see the outbox")
        return taken

    # --- taking back --------------------------------------------------------------------

    async def deleting(self, post: PostId) -> list[tuple[LoginId, Fate]]:
        """What deleting a post of mine and its copies will come to. Raises: UsageError."""
        voices = self._voices(post)
        await self.prepare([login for login, _ in voices])
        return [(login, self._of_deleting(login, ref)) for login, ref in voices]

    async def delete(self, post: PostId, *, copies_too: bool = True) -> list[int]:
        """Have a post of mine, and its copies, taken back: the deliveries that do so.

        Raises: UsageError.
        """
        voices = self._voices(post)
        now = self._now()
        rows = [
            NewDelivery(
                login,
                Act.DELETE,
                0,
                1,
                _attempt(now),
                Submission(edits=ref),
                self._millis(),
            )
            for login, ref in (voices if copies_too else voices[:1])
        ]
        key = uuid.uuid4().hex
        numbers = await self._write(lambda c: stored.queue(c, key, rows, self._millis()))
        self._bus.publish(OutboxChanged(key))
        return numbers

    # --- how ----------------------------------------------------------------------------

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
        except AdapterError as error:
            self._troubles[login] = error
            return
        except UserError as error:
            self._troubles[login] = AdapterError(error.message, remedy=error.remedy)
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
        people = self._database.read(
            lambda c: accounts.load_accounts(c, [str(account) for account in named])
        )
        handles = {account.id: f"@{account.handle.lstrip('@')}" for account in people.values()}
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
                    self._related(draft.reply_to, known),
                    self._related(draft.quote, known),
                    self._edited(draft.edits, known),
                    handles,
                )
            )
        return targets

    def _related(self, post: PostId | None, login: StoredLogin) -> Related | None:
        """A post as a login's network has it: itself, or a declared copy."""
        if post is None:
            return None
        held = self._post(post)
        there = [post, *self._copies(post)]
        ref = next((one for one in there if one.network == login.login.network), None)
        return Related(
            None if ref is None else PostRef(ref, self._key(ref, login)),
            held.visibility,
            held.url if held.url and held.url.startswith("https://") else None,
        )

    def _edited(self, post: PostId | None, login: StoredLogin) -> Related | None:
        if post is None:
            return None
        ref = next((ref for voice, ref in self._voices(post) if voice == login.login.id), None)
        return Related(ref, self._post(post).visibility)

    def _voices(self, post: PostId) -> list[tuple[LoginId, PostRef]]:
        """The logins that said it, each with its own copy of the post.

        Raises: UsageError where it is nobody's of mine.
        """
        sent = self._database.read(lambda c: stored.siblings(c, post))
        views = [(one.login, one.receipt.view) for one in sent if one.receipt]
        voices = [(login, PostRef(view.post.id, view.remote_key)) for login, view in views if view]
        if voices:
            return voices
        author = self._post(post).author.id
        mine = [each for each in self.writers() if each.login.account == author]
        if not mine:
            raise UsageError("that post is by none of your logins")
        return [(mine[0].login.id, PostRef(post, self._key(post, mine[0])))]

    def _writer(self, post: PostId, login: LoginId | None) -> StoredLogin:
        """Who speaks to a post: `login`, or one of its network, rather one that has seen it.

        Raises: UsageError.
        """
        writers = self.writers()
        if login is not None:
            found = next((each for each in writers if each.login.id == login), None)
            if found is None:
                raise UsageError(f"{login} is no login that can post")
            return found
        networks = {post.network, *(copy.network for copy in self._copies(post))}
        able = [each for each in writers if each.login.network in networks]
        if not able:
            raise UsageError("none of your logins can post where that is", "sign in there")
        return min(
            able,
            key=lambda each: (
                each.login.network != post.network,
                not self._key(post, each),
                not each.posts,
            ),
        )

    def _copies(self, post: PostId) -> list[PostId]:
        return self._database.read(lambda c: copies.alike(c, post))

    def _key(self, post: PostId, login: StoredLogin) -> str:
        """A login's own handle for a post, empty if it has not seen it."""

        def work(connection: Connection) -> str:
            number = posts.numbers_of(connection, [post]).get(post)
            if number is None:
                return ""
            seen: Mapping[int, tuple[str, object]] = posts.sightings(connection, [number]).get(
                number, {}
            )
            return seen[login.number][0] if login.number in seen else ""

        return self._database.read(work)

    def _post(self, post: PostId) -> Post:
        """A stored post. Raises: UsageError."""

        def work(connection: Connection) -> Post | None:
            number = posts.numbers_of(connection, [post]).get(post)
            if number is None:
                return None
            return posts.load_posts(connection, [number]).get(number)

        found = self._database.read(work)
        if found is None:
            raise UsageError(f"the store has no post {post}", "open its thread first")
        return found

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

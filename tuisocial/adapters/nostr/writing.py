"""A login that writes: notes and files, put together from the parts.

The event of a submission is `notes`' work, the way to the relays `publishing`'s, what lasts from
try to try `attempts`'. Changing and deleting notes is `changing`'s, all else is `acting`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from tuisocial.adapters.nostr import (
    addresses,
    answering,
    blossom,
    fates,
    limits,
    notes,
    replies,
)
from tuisocial.adapters.nostr import login as logins
from tuisocial.adapters.nostr.answering import Seen
from tuisocial.adapters.nostr.attempts import Attempts, Kept
from tuisocial.adapters.nostr.audience import Audience
from tuisocial.adapters.nostr.blossom import Blossom
from tuisocial.adapters.nostr.convert import COMMENT, NOTE
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.ids import reference_id
from tuisocial.adapters.nostr.notes import Around
from tuisocial.adapters.nostr.offers import Offer
from tuisocial.adapters.nostr.outside import Outside
from tuisocial.adapters.nostr.publishing import Publisher, Unkept
from tuisocial.adapters.nostr.relays import Answer, Relays
from tuisocial.adapters.nostr.session import NostrSession
from tuisocial.adapters.nostr.signers import Signer, Unsigned
from tuisocial.adapters.nostr.standing import Learner
from tuisocial.adapters.nostr.surroundings import Surroundings
from tuisocial.model.draft import Attachment
from tuisocial.model.limits import Limits
from tuisocial.model.login import Login
from tuisocial.model.submission import (
    Attempt,
    Fate,
    Feature,
    Measure,
    PostRef,
    Receipt,
    Submission,
)
from tuisocial.sdk.adapter import SessionContext
from tuisocial.sdk.capabilities import EndpointState
from tuisocial.sdk.errors import (
    AdapterError,
    NotAllowed,
    NotFound,
    NotSupported,
    Refused,
    Sent,
    Unreachable,
)
from tuisocial.sdk.writing import Progress


class Writing(NostrSession):
    """A session of an account that can sign."""

    acts = True

    def __init__(
        self,
        login: Login,
        context: SessionContext,
        relays: Relays,
        signer: Signer,
        outside: Outside,
    ) -> None:
        super().__init__(login, context, relays, signer.pubkey, signer)
        self._author = signer.pubkey
        self._sign = signer.sign
        self._audience = Audience(signer.pubkey, relays)
        self._publisher = Publisher(relays, outside.publishing)
        self._attempts = Attempts(context.memory)
        self._blossom = Blossom(context.http, signer, context.now)
        self._standing = Learner(
            signer.pubkey,
            relays,
            self._audience,
            context.http,
            context.memory,
            self._people.pictures,
            context.now,
            blossom.addresses_in(login.options.get(logins.BLOSSOM, "")),
        )

    async def remember(self) -> None:
        """Take up what an earlier session learnt, so that it counts without a network."""
        await self._standing.remember()

    async def prepare(self) -> None:
        """Learn where I write, what relays allow, my media servers and my emoji."""
        await self._standing.refresh()

    def limits(self) -> Limits:
        """What my relays told, now or in an earlier session."""
        told = (*self._relays.limits(), *self._standing.known.limits.values())
        return limits.together(told)

    def measure(self, submission: Submission) -> Measure:
        """By the strictest of my relays (NIP-11)."""
        answered = submission.reply_to
        parent = self._relays.event(answered.post.uri) if answered else None
        return fates.measure(submission, self._author, self._standing.known, parent)

    def fates(self, submission: Submission) -> Sequence[Fate]:
        """What becomes of each feature."""
        return fates.fates(submission, servers=bool(self._standing.servers()))

    async def publish(self, submission: Submission, attempt: Attempt) -> Receipt:
        """Post a note."""
        offers = await self._published(submission, attempt)
        return await self._finish(submission, attempt, offers, offers[0].event)

    async def find(self, submission: Submission, attempt: Attempt) -> Receipt | None:
        """Ask the relays that may have it; others are given it, in case it never got so far."""
        kept = await self._attempts.get(attempt)
        if kept is None or not kept.doubtful:
            return None
        await self._audience.learn((), self._seconds())
        mine = self._audience.mine()
        urls = tuple(dict.fromkeys((*mine, *kept.doubtful)))
        wanted = Filter(ids=frozenset({kept.event.id}), limit=1)
        answers = await self._relays.find(urls, wanted)
        if any(answer.events for answer in answers):
            return await self._settled(submission, attempt, kept)
        _require_all([answer for answer in answers if answer.url in kept.doubtful], answers)
        await self._attempts.keep(attempt, replace(kept, doubtful=()))
        return None

    async def upload(self, attachment: Attachment, progress: Progress) -> str:
        """Upload a file to the first of my media servers that takes it."""
        if not self._standing.servers():
            await self._standing.refresh()
        return await self._blossom.upload(attachment, self._standing.servers(), progress)

    async def _published(self, submission: Submission, attempt: Attempt) -> list[Offer]:
        """Raises: AdapterError."""
        kept = await self._attempts.get(attempt) or await self._made(submission, attempt)
        await self._audience.learn((), self._seconds())
        mine = self._audience.mine()
        doubted = kept.doubtful
        kept = replace(kept, doubtful=tuple(dict.fromkeys((*doubted, *mine))))
        await self._attempts.keep(attempt, kept)
        try:
            offers = await self._publisher.publish(kept.event, mine, kept.others)
        except Unkept as unkept:
            doubtful = unkept.doubtful(doubted)
            if not doubtful and isinstance(unkept.error, Refused):
                await self._attempts.forget(attempt)
            else:
                await self._attempts.keep(attempt, replace(kept, doubtful=doubtful))
            if doubtful and not isinstance(unkept.error, Unreachable):
                raise Unreachable(unkept.error.message, sent=Sent.MAYBE) from None
            if doubtful and isinstance(unkept.error, Unreachable):
                unkept.error.sent = Sent.MAYBE
            raise unkept.error from None
        await self._attempts.settle(attempt)
        return offers

    async def _made(self, submission: Submission, attempt: Attempt) -> Kept:
        """The event of a new attempt, and whom it is for."""
        refused = fates.first_refusal(self.fates(submission))
        if refused is not None:
            what = refused.feature.value
            raise Refused(f"{what}: {refused.text}", field=what, remedy=refused.remedy)
        if not all("url" in notes.described(upload) for upload in submission.media):
            raise Refused("a file was not uploaded", field=Feature.MEDIA.value)
        around, near = await self._around(submission)
        unsigned = notes.note(submission, _seconds(attempt.created_at), self._author, around)
        event = await self._sign(unsigned)
        named = [tag[1] for tag in event.tags if len(tag) > 1 and tag[0] in ("p", "P")]
        quoted = [around.quote.event.pubkey] if around.quote else []
        others = self._audience.others((*named, *quoted), self._audience.mine(), near)
        return Kept(event, others)

    async def _around(self, submission: Submission) -> tuple[Around, str]:
        """What a submission refers to, and a relay where what it answers was found."""
        old = await self._mine(submission.edits, "change") if submission.edits else None
        if old is not None and old.event.kind not in (NOTE, COMMENT):
            raise NotSupported("only notes are changed here")
        answered = submission.reply_to or (_answered(old.event) if old else None)
        reply = quote = None
        if answered is not None:
            try:
                reply = await self._seen(answered)
            except NotFound as error:
                raise self._missing(answered, error) from None
        if submission.quote is not None:
            try:
                quote = await self._seen(submission.quote)
            except NotFound:
                pass  # it is quoted by its id alone, whoever has it
        people = list(notes.content(submission, {}).people)
        people += answering.people(reply, self._author) if reply else []
        people += [quote.event.pubkey] if quote else []
        await self._audience.learn(people, self._seconds())
        return Around(
            reply,
            quote,
            old.event if old else None,
            self._audience.hints(people),
            self._standing.known.emoji,
        ), (reply.relay if reply else "")

    async def _seen(self, ref: PostRef, *, exact: bool = False) -> Seen:
        """A post; a repost stands for what it reposts, unless `exact` is wanted.

        Raises: NotFound, Unreachable.
        """
        near = self._relays.loopback_allowed
        # Without a key nobody knows which relay has it, and what refers to it is to say so.
        event, relay = (self._relays.event(ref.post.uri) if ref.key else None), ref.key
        if event is None:
            event, relay = await self._lookup.post(ref.post, ref.key, repost=exact)
        return Seen(event, addresses.foreign(relay, loopback_allowed=near) or "")

    def _missing(self, ref: PostRef, error: NotFound) -> AdapterError:
        """What it means that no relay has what is answered: not all may have been asked."""
        for one in self._relays.endpoints():
            if one.state is not EndpointState.OK and one.url in (*self._relays.own, ref.key):
                return Unreachable(
                    f"the post that it answers was not found, and {addresses.host(one.url)} "
                    f"{one.detail or 'was not asked'}"
                )
        return Refused(error.message, field=Feature.REPLY.value)

    async def _mine(self, ref: PostRef, what: str) -> Seen:
        """Raises: NotAllowed for somebody else's."""
        seen = await self._seen(ref, exact=True)
        if seen.event.pubkey != self._author:
            raise NotAllowed(f"only its author can {what} that")
        return seen

    async def _settled(self, submission: Submission, attempt: Attempt, kept: Kept) -> Receipt:
        """What is published, it turns out; whoever lacks it is given it, the others again."""
        try:
            offers = await self._publisher.publish(kept.event, self._audience.mine(), kept.others)
        except Unkept:
            offers = []
        await self._attempts.settle(attempt)
        return await self._finish(submission, attempt, offers, kept.event)

    async def _finish(
        self, submission: Submission, attempt: Attempt, offers: Sequence[Offer], event: Event
    ) -> Receipt:
        """What remains to be done once a note is published."""
        return self._receipt(offers, event)

    async def _publish(
        self, unsigned: Unsigned, people: Iterable[str] = (), more: Sequence[str] = ()
    ) -> list[Offer]:
        """Sign an event and give it to my relays, to those of these people, and to `more`.

        Raises: AdapterError.
        """
        await self._audience.learn((), self._seconds())
        event = await self._sign(unsigned)
        mine = self._audience.mine()
        others = dict.fromkeys((*self._audience.others(people, mine), *more))
        try:
            return await self._publisher.publish(event, mine, tuple(others))
        except Unkept as unkept:
            raise unkept.error from None

    def _receipt(self, offers: Sequence[Offer], event: Event) -> Receipt:
        keeps = next((one.url for one in offers if one.complete), "")
        view = self._gatherer.view(event, Surroundings(), keeps)
        return Receipt(view, tuple(one.place for one in offers))

    def _seconds(self) -> int:
        return _seconds(self._now())


def _seconds(when: datetime) -> int:
    return int(when.astimezone(UTC).timestamp())


def _answered(event: Event) -> PostRef | None:
    """What a note answers, as its tags tell."""
    parent = replies.place(event).parent
    named = reference_id(parent.id) if parent else None
    return PostRef(named, parent.relay) if parent and named else None


def _require_all(doubtful: Sequence[Answer], asked: Sequence[Answer]) -> None:
    """Raises: Unreachable where one that may have it does not say."""
    silent = [answer for answer in doubtful if not answer.complete]
    if not silent and any(answer.complete for answer in asked):
        return
    first = (silent or list(asked))[0]
    raise Unreachable(
        f"nobody can tell whether it was kept: {addresses.host(first.url)} {first.ending.reason}"
    )

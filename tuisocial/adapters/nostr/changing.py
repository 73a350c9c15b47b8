"""A login that changes and takes back what it wrote.

Nostr has neither: a changed note is another one, and a deletion (NIP-09) is a request.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tuisocial.adapters.nostr import acts
from tuisocial.adapters.nostr.convert import post as converted
from tuisocial.adapters.nostr.convert import post_id
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.offers import Offer
from tuisocial.adapters.nostr.writing import Writing
from tuisocial.model.draft import Draft
from tuisocial.model.submission import (
    Attempt,
    Fate,
    Feature,
    Outcome,
    PostRef,
    Receipt,
    Submission,
)
from tuisocial.sdk.errors import AdapterError, NotFound, Refused


class Changing(Writing):
    """A session whose posts can be changed and taken back."""

    async def source(self, post: PostRef) -> Draft:
        """A note's own text, with its references as codes."""
        event = (await self._mine(post, "change")).event
        shown = converted(event, self._people.account)
        return Draft(
            text=event.content,
            content_warning=shown.content_warning or None,
            sensitive=shown.content_warning == "",
            language=shown.language,
            reply_to=shown.reply_to.post if shown.reply_to else None,
            quote=shown.quote.post if shown.quote else None,
        )

    async def edit(self, submission: Submission, attempt: Attempt) -> Receipt:
        """Post it anew, and ask for the old one to be deleted."""
        if submission.edits is None:
            raise Refused("nothing is named that is to be changed", field=Feature.EDIT.value)
        return await self.publish(submission, attempt)

    def deleting(self, post: PostRef) -> Fate:
        """Relays are asked; that is all that can be done."""
        text = "relays are asked to delete it, and may keep it"
        return Fate(Feature.EDIT, Outcome.REPLACED, text)

    async def delete(self, post: PostRef) -> Receipt:
        """Ask for a post of mine to be deleted (NIP-09)."""
        offers = await self._delete(post, self._seconds())
        return Receipt(places=tuple(one.place for one in offers), note=_left(offers))

    async def _finish(
        self, submission: Submission, attempt: Attempt, offers: Sequence[Offer], event: Event
    ) -> Receipt:
        receipt = self._receipt(offers, event)
        if submission.edits is None:
            return receipt
        at = int(attempt.created_at.timestamp())
        try:
            deleted = await self._delete(submission.edits, at)
        except AdapterError as error:
            return replace(receipt, note=f"the old one is still there: {error.message}")
        return replace(receipt, note=_left(deleted))

    async def _delete(self, ref: PostRef, now: int) -> list[Offer]:
        try:
            event = (await self._mine(ref, "delete")).event
        except NotFound:
            event = None
        uris, kinds, people = [ref.post.uri], [], list[str]()
        if event is not None:
            uris = list(dict.fromkeys((post_id(event).uri, event.id)))
            kinds, now = [event.kind], max(now, event.created_at)
            people = [tag[1] for tag in event.tags if len(tag) > 1 and tag[0] == "p"]
        await self._audience.learn(people, self._seconds())
        return await self._publish(acts.deletion(uris, kinds, now), people)


def _left(offers: Iterable[Offer]) -> str:
    """A clause on the relays that did not take a deletion."""
    left = sum(not offer.complete for offer in offers)
    if not left:
        return ""
    return "1 relay may still show it" if left == 1 else f"{left} relays may still show it"

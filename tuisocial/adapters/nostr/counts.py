"""Reactions (NIP-25), reposts and replies, counted onto the posts they are about.

Each account counts once for each sort of thing. What relays hold is all that can be counted, so
figures are those of the relays asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from tuisocial.adapters.nostr import profiles, replies
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.pictures import ANYBODYS, Pictures
from tuisocial.model.post import UNKNOWN_MARK, Counts, On, Reaction, Viewer
from tuisocial.sdk.text import scalar

REACTION = 7
COUNTED = frozenset({1, 6, REACTION, 16, 1111})
_MOST_REACTIONS = 20
_LONGEST_REACTION = 40


class Tally:
    """Counts for some posts, by their uri: the id of an event, or the address of an article."""

    def __init__(
        self, uris: Collection[str], me: str | None = None, pictures: Pictures = ANYBODYS
    ) -> None:
        self._uris = frozenset(uris)
        self._me = me
        self._pictures = pictures
        self._replies: defaultdict[str, set[str]] = defaultdict(set)
        self._reposts: defaultdict[str, set[str]] = defaultdict(set)
        self._likes: defaultdict[str, set[str]] = defaultdict(set)
        self._reactions: defaultdict[str, defaultdict[tuple[str, str], set[str]]] = defaultdict(
            lambda: defaultdict(set)
        )
        self._my_likes: dict[str, str] = {}
        self._my_reposts: dict[str, str] = {}

    def add(self, events: Iterable[Event]) -> None:
        """Count each event where it belongs; the same one twice counts once."""
        for event in events:
            if event.kind == REACTION:
                self._react(event)
            elif event.kind in (6, 16):
                for uri in self._named(event, "e", "a"):
                    self._reposts[uri].add(event.pubkey)
                    if event.pubkey == self._me:
                        self._my_reposts[uri] = event.id
            else:
                parent = replies.place(event).parent
                if parent is not None and parent.id in self._uris:
                    self._replies[parent.id].add(event.id)

    def counts(self, uri: str) -> Counts:
        """What was counted for one post; likes are `+`, as NIP-25 says, emoji are reactions."""
        ordered = sorted(self._reactions[uri].items(), key=lambda item: (-len(item[1]), item[0]))
        return Counts(
            replies=len(self._replies.get(uri, ())),
            reposts=len(self._reposts.get(uri, ())),
            likes=len(self._likes.get(uri, ())),
            reactions=tuple(
                Reaction(name, len(accounts), url or None)
                for (name, url), accounts in ordered[:_MOST_REACTIONS]
            ),
        )

    def viewer(self, uri: str) -> Viewer:
        """My own marks, as far as they were found."""
        return Viewer(
            liked=On(self._my_likes[uri]) if uri in self._my_likes else UNKNOWN_MARK,
            reposted=On(self._my_reposts[uri]) if uri in self._my_reposts else UNKNOWN_MARK,
        )

    def _named(self, event: Event, *letters: str) -> set[str]:
        return {tag[1] for tag in event.tags if len(tag) > 1 and tag[0] in letters} & self._uris

    def _react(self, event: Event) -> None:
        """The last `e` tag is the target; an `a` tag names the article that it is a version of."""
        targets = self._named(event, "a")
        last = next((tag[1] for tag in reversed(event.tags) if len(tag) > 1 and tag[0] == "e"), "")
        if last in self._uris:
            targets.add(last)
        content = scalar(event.content.strip())
        for uri in targets:
            if content in ("+", ""):
                self._likes[uri].add(event.pubkey)
                if event.pubkey == self._me:
                    self._my_likes[uri] = event.id
            elif content != "-" and len(content) <= _LONGEST_REACTION:
                name = content.strip(":") if content.startswith(":") else content
                found = profiles.emoji(event.tags, self._pictures) if name != content else {}
                url = found.get(name, "")
                self._reactions[uri][name if url else content, url].add(event.pubkey)

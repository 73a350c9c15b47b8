"""Writes the demo's people and posts as signed Nostr events and publishes them to its relay.

What is said, by whom and when comes from `stories`. Keys are fresh in each demo.
"""

import json
import re
import socket
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any
from urllib.parse import urlsplit

from pynostr.event import Event
from pynostr.key import PrivateKey
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tuisocial.demo import pictures, stories
from tuisocial.demo.cast import ON_NOSTR, READER, Person
from tuisocial.demo.server import HOST, DemoUnavailable
from tuisocial.demo.story import SPAN, Post

_MENTION = re.compile(r"(?<![\w@/])@(\w+)")
_HASHTAG = re.compile(r"(?<![\w&/])#(\w+)")
_SHORTCODE = re.compile(r":([a-z_]+):")
_REACTIONS = ("+", "+", "+", "🤙", "❤️", ":zap:")
_IN_FLIGHT = 100  # events sent before their answers are read

Tag = list[str]


class Keys:
    """A fresh key for everyone, the reader included."""

    def __init__(self) -> None:
        self._keys = {person.name: PrivateKey() for person in (READER, *ON_NOSTR)}

    def private(self, name: str) -> str:
        """The private key in hex."""
        return str(self._keys[name].hex())

    def public(self, name: str) -> str:
        """The public key in hex."""
        return str(self._keys[name].public_key.hex())

    def npub(self, name: str) -> str:
        """The public key as NIP-19 writes it."""
        return str(self._keys[name].public_key.bech32())

    def nsec(self, name: str) -> str:
        """The private key as NIP-19 writes it."""
        return str(self._keys[name].bech32())


def events(keys: Keys, *, relay_url: str, mastodon_url: str, now: datetime) -> list[Event]:
    """The whole story as events, in the order in which they have to be published."""
    elsewhere = stories.on_mastodon(now)
    ids = stories.mastodon_ids(elsewhere)
    originals = {
        post: stories.mastodon_uri(mastodon_url, post.author, ids[post]) for post in elsewhere
    }
    writer = _Writer(keys, relay_url, mastodon_url, originals)
    writer.introduce(now)
    for post in stories.on_nostr(now, elsewhere):
        writer.publish(post)
    return writer.events


def publish(relay_url: str, signed: Sequence[Event]) -> None:
    """Publishes events over one connection, many in flight at a time.

    Raises:
        DemoUnavailable: The relay refused one, or went away.
    """
    try:
        # A connection of our own making, as an HTTP proxy in the environment is not for loopback.
        there = socket.create_connection((HOST, urlsplit(relay_url).port or 80))
        with connect(relay_url, sock=there, compression=None) as relay:
            for index, event in enumerate(signed):
                relay.send(json.dumps(["EVENT", event.to_dict()], ensure_ascii=False))
                if index >= _IN_FLIGHT:
                    _accepted(relay.recv())
            for _ in range(min(len(signed), _IN_FLIGHT)):
                _accepted(relay.recv())
    except (OSError, WebSocketException) as error:
        raise DemoUnavailable(f"The demo's relay at {relay_url} went away: {error}.") from error


def _accepted(answer: str | bytes) -> None:
    if json.loads(answer)[2] is not True:
        raise DemoUnavailable(f"The demo's relay refused an event: {answer!r}.")


class _Writer:
    """Turns a story into events; keeps what later ones refer to."""

    def __init__(
        self, keys: Keys, relay_url: str, mastodon_url: str, originals: Mapping[Post, str]
    ) -> None:
        self.events: list[Event] = []
        self._keys = keys
        self._relay = relay_url
        self._media = mastodon_url
        self._originals = originals
        self._published: dict[Post, Event] = {}
        self._roots: dict[Post, Post] = {}
        self._replies = 0
        self._rng = Random("reactions")

    def introduce(self, now: datetime) -> None:
        """Profiles (0), follows (3), relays (10002, NIP-65), media servers (10063) of everyone."""
        people = (READER, *ON_NOSTR)
        before = int((now - SPAN).timestamp()) - 3600
        for person in people:
            self._sign(
                person, 0, json.dumps(self._profile(person)), self._emoji(person.display), before
            )
            follows = [
                ["p", self._keys.public(other.name), self._relay, other.name]
                for other in people
                if other is not person
            ]
            self._sign(person, 3, "", follows, before)
            self._sign(person, 10002, "", [["r", self._relay]], before)
            # BUD-03: the relay's process keeps files too.
            files = self._relay.replace("ws://", "http://")
            self._sign(person, 10063, "", [["server", files]], before)

    def publish(self, post: Post) -> None:
        """The event of one post, and what follows from it: reactions, a deletion."""
        if post.repost_of is not None:
            self._repost(post, self._published[post.repost_of])
            return
        event = self._article(post) if post.title else self._note(post)
        self._published[post] = event
        if post.withdrawn:
            self._sign(post.author, 5, "wrong", [["e", event.id], ["k", "1"]], _second(post) + 60)
        elif self._rng.random() < 0.2:
            self._react(post, event)

    def _note(self, post: Post) -> Event:
        text = post.text
        tags = [*self._thread(post)]
        for name in dict.fromkeys(_MENTION.findall(text)):
            if name in self._names():
                text = re.sub(rf"(?<![\w@/])@{name}\b", f"nostr:{self._keys.npub(name)}", text)
                tags.append(["p", self._keys.public(name), "", "mention"])
        if post.quote_of is not None:
            quoted = self._published[post.quote_of]
            text = f"{text}\n\nnostr:{quoted.bech32()}"
            tags.append(["q", quoted.id, self._relay, quoted.pubkey])
        for picture in post.pictures:
            address = f"{self._media}/{pictures.picture_path(picture.motif)}"
            text = f"{text}\n{address}"
            size = f"dim {pictures.WIDTH}x{pictures.HEIGHT}"
            alt = [] if picture.description is None else [f"alt {picture.description}"]
            tags.append(["imeta", f"url {address}", "m image/png", size, *alt])  # NIP-92
        if post.warning:
            tags.append(["content-warning", post.warning])  # NIP-36
        if post.copy_of is not None:
            tags.append(["proxy", self._originals[post.copy_of], "activitypub"])  # NIP-48
        tags += [["t", tag.lower()] for tag in dict.fromkeys(_HASHTAG.findall(post.text))]
        tags += self._emoji(post.text)
        return self._sign(post.author, 1, text, tags, _second(post))

    def _thread(self, post: Post) -> Iterable[Tag]:
        """NIP-10 tags of a reply: markers, but every ninth in the old form, by position."""
        if post.reply_to is None:
            return
        parent = self._published[post.reply_to]
        top = self._roots.get(post.reply_to, post.reply_to)
        self._roots[post] = top
        root = self._published[top]
        self._replies += 1
        if self._replies % 9 == 0:
            yield ["e", root.id]
            if parent is not root:
                yield ["e", parent.id]
        else:
            yield ["e", root.id, self._relay, "root", root.pubkey]
            if parent is not root:
                yield ["e", parent.id, self._relay, "reply", parent.pubkey]
        for pubkey in dict.fromkeys((parent.pubkey, root.pubkey)):
            yield ["p", pubkey]

    def _article(self, post: Post) -> Event:
        """A long-form article, NIP-23."""
        assert post.title is not None
        name = re.sub(r"\W+", "-", post.title.lower())
        image = f"{self._media}/{pictures.picture_path(post.pictures[0].motif)}"
        tags = [
            ["d", name],
            ["title", post.title],
            ["summary", "What a relay needs, and what it does not."],
            ["image", image],
            ["published_at", str(_second(post))],
            ["t", "relays"],
        ]
        return self._sign(post.author, 30023, post.text, tags, _second(post))

    def _repost(self, post: Post, original: Event) -> None:
        """NIP-18: kind 6 for a note, 16 for anything else."""
        kind = 6 if original.kind == 1 else 16
        tags = [["e", original.id, self._relay], ["p", original.pubkey]]
        if kind == 16:
            name = next(tag[1] for tag in original.tags if tag[0] == "d")
            tags += [["k", str(original.kind)], ["a", f"{original.kind}:{original.pubkey}:{name}"]]
        content = json.dumps(original.to_dict(), ensure_ascii=False)
        self._sign(post.author, kind, content, tags, _second(post))

    def _react(self, post: Post, event: Event) -> None:
        """NIP-25 reactions, a few seconds after the post."""
        for person in self._rng.sample(ON_NOSTR, self._rng.randint(1, 3)):
            if person is not post.author:
                content = self._rng.choice(_REACTIONS)
                tags = [["e", event.id], ["p", event.pubkey], ["k", str(event.kind)]]
                self._sign(person, 7, content, tags + self._emoji(content), _second(post) + 1)

    def _profile(self, person: Person) -> dict[str, str]:
        port = self._relay.rpartition(":")[2]
        return {
            "name": person.name,
            "display_name": person.display,
            "about": person.about,
            "picture": f"{self._media}/{pictures.avatar_path(person.name)}",
            # The relay itself vouches for the names, at /.well-known/nostr.json.
            "nip05": f"{person.name}@{HOST}:{port}",
            "website": f"https://{person.name}.example",
        }

    def _emoji(self, text: str) -> list[Tag]:
        """NIP-30 tags of the custom emoji in `text`."""
        names = dict.fromkeys(_SHORTCODE.findall(text))
        return [
            ["emoji", name, f"{self._media}/{pictures.emoji_path(name)}"]
            for name in names
            if name in pictures.EMOJI
        ]

    def _names(self) -> set[str]:
        return {person.name for person in (READER, *ON_NOSTR)}

    def _sign(self, who: Person, kind: int, content: str, tags: list[Any], second: int) -> Event:
        event = Event(
            content=content,
            kind=kind,
            tags=tags,
            created_at=second,
            pubkey=self._keys.public(who.name),
        )
        event.sign(self._keys.private(who.name))
        self.events.append(event)
        return event


def _second(post: Post) -> int:
    return int(post.at.timestamp())

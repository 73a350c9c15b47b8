"""The demo's two stories, one for each network, and the names of what is told twice.

Ada's posts on Nostr say of which Mastodon post they are copies, so both seeders, which run in
different processes, have to arrive at the same ids: they are a function of the moment alone.
"""

from collections.abc import Sequence
from datetime import datetime

from tuisocial.demo import scenes
from tuisocial.demo.cast import ON_MASTODON, ON_NOSTR, Person
from tuisocial.demo.story import Post, copies, everyday


def on_mastodon(now: datetime) -> list[Post]:
    """Everything that is said on the Mastodon-API server in the two days before `now`."""
    return everyday(ON_MASTODON, scenes.on_mastodon(now), now)


def on_nostr(now: datetime, elsewhere: Sequence[Post]) -> list[Post]:
    """Everything that is said on the relay; `elsewhere` is what `on_mastodon` told."""
    return everyday(ON_NOSTR, [*scenes.on_nostr(now), *copies(elsewhere, now)], now)


def mastodon_ids(posts: Sequence[Post]) -> dict[Post, int]:
    """Each post's id: the millisecond of its making, as ids have to grow with time.

    mastodon-mock counts its own ids from the millisecond of its start, and so goes on from here.
    """
    ids: dict[Post, int] = {}
    last = 0
    for post in sorted(posts, key=lambda one: one.at):
        last = max(last + 1, int(post.at.timestamp() * 1000))
        ids[post] = last
    return ids


def mastodon_uri(url: str, author: Person, number: int) -> str:
    """The ActivityPub id of a post on the server at `url`, as mastodon-mock forms it."""
    return f"{url}/@{author.acct}/{number}"

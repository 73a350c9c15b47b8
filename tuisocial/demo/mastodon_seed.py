"""Writes the demo's people and posts into mastodon-mock's database.

Runs in the server's own process, before it serves. Rows are mastodon-mock's; what is said, by
whom and when comes from `stories`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import permutations
from random import Random

from mastodon_mock.db.models import (
    Account,
    Bookmark,
    Favourite,
    MediaAttachment,
    Notification,
    OAuthToken,
    Poll,
    PollOption,
    PollVote,
    Relationship,
    Status,
    StatusMention,
    StatusTag,
    UserList,
    UserListAccount,
)
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tuisocial.demo import mastodon_html, pictures, stories, story
from tuisocial.demo.cast import ON_MASTODON, READER, Person

_SCOPES = ["read", "write", "follow", "push"]
_FRIENDS = ("ada", "grace", "katherine")  # in the reader's list


def fill(engine: Engine, *, url: str, tokens: Mapping[str, str], now: datetime | None) -> None:
    """Fills an empty database with the people and, unless `now` is None, their posts.

    One that has people already is left as it is.
    """
    with Session(engine) as session:
        if session.scalar(select(Account.id).limit(1)) is not None:
            return
        accounts = _people(session, url, tokens)
        if now is not None:
            _Writer(session, url, accounts, now).write(stories.on_mastodon(now))
        session.commit()


def _people(session: Session, url: str, tokens: Mapping[str, str]) -> dict[str, Account]:
    """Everybody, each following everybody else, with a token for those who have one."""
    accounts = {
        person.name: Account(
            username=person.name,
            domain=person.domain,
            display_name=person.display,
            note=f"<p>{person.about}</p>",
            avatar_url=f"{url}/{pictures.avatar_path(person.name)}",
            discoverable=True,
            fields=[],
        )
        for person in (READER, *ON_MASTODON)
    }
    session.add_all(accounts.values())
    session.flush()
    for name, token in tokens.items():
        session.add(
            OAuthToken(access_token=token, account_id=accounts[name].id, scopes=list(_SCOPES))
        )
    for one, other in permutations(accounts.values(), 2):
        session.add(
            Relationship(
                source_account_id=one.id,
                target_account_id=other.id,
                following=True,
                followed_by=True,
            )
        )
    return accounts


class _Writer:
    """Turns a story into rows."""

    def __init__(
        self, session: Session, url: str, accounts: Mapping[str, Account], now: datetime
    ) -> None:
        self._session = session
        self._url = url
        self._accounts = accounts
        self._accts = {person.name: person.acct for person in (READER, *ON_MASTODON)}
        self._now = now
        self._rng = Random("stars")
        self._ids: dict[story.Post, int] = {}

    def write(self, said: Sequence[story.Post]) -> None:
        self._ids = stories.mastodon_ids(said)
        self._session.add_all([self._status(post) for post in said])
        self._session.flush()
        for post in said:
            if post.repost_of is None:
                self._belongings(post)
                self._favourites(post)
        self._readers_own(said)

    def _status(self, post: story.Post) -> Status:
        status = Status(
            id=self._ids[post],
            account_id=self._accounts[post.author.name].id,
            created_at=post.at,
            visibility=post.visibility,
            language=post.language,
            spoiler_text=post.warning,
            sensitive=bool(post.warning),
            edit_history=[],
        )
        if post.repost_of is not None:
            status.reblog_of_id = self._ids[post.repost_of]
            status.language = post.repost_of.language
            return status
        status.text = _spoken(post)
        status.content = self._html(status.text)
        if post.reply_to is not None:
            status.in_reply_to_id = self._ids[post.reply_to]
            status.in_reply_to_account_id = self._accounts[post.reply_to.author.name].id
        if post.quote_of is not None:
            status.quoted_status_id = self._ids[post.quote_of]
        if post.before_edit is not None:
            status.edited_at = post.at + timedelta(minutes=7)
            status.edit_history = [
                {
                    "content": self._html(post.before_edit),
                    "spoiler_text": post.warning,
                    "sensitive": bool(post.warning),
                    "created_at": post.at.isoformat(),
                }
            ]
        if post.poll is not None:
            status.poll_id = self._poll(post.poll, self._ids[post])
        return status

    def _html(self, text: str) -> str:
        return mastodon_html.render(text, url=self._url, accts=self._accts)

    def _poll(self, poll: story.Poll, status_id: int) -> int:
        closes = self._now + poll.closes
        row = Poll(
            status_id=status_id,
            expires_at=closes,
            expired=closes <= self._now,
            multiple=poll.multiple,
            options=[PollOption(position=i, title=title) for i, title in enumerate(poll.options)],
        )
        self._session.add(row)
        self._session.flush()
        voters = [self._accounts[person.name].id for person in ON_MASTODON]
        cast = 0
        for position, votes in enumerate(poll.votes):
            for _ in range(votes):
                voter = voters[cast % len(voters)]
                cast += 1
                self._session.add(
                    PollVote(poll_id=row.id, account_id=voter, option_position=position)
                )
        return row.id

    def _belongings(self, post: story.Post) -> None:
        """Mentions, hashtags and pictures."""
        number = self._ids[post]
        text = _spoken(post)
        for name in mastodon_html.mentioned(text, self._accts):
            account = self._accounts[name]
            self._session.add(StatusMention(status_id=number, account_id=account.id))
            if name == READER.name:
                self._notify("mention", post.author, number, post.at)
        for tag in mastodon_html.hashtags(text):
            self._session.add(StatusTag(status_id=number, name=tag))
        for picture in post.pictures:
            address = f"{self._url}/{pictures.picture_path(picture.motif)}"
            size = {"width": pictures.WIDTH, "height": pictures.HEIGHT}
            self._session.add(
                MediaAttachment(
                    account_id=self._accounts[post.author.name].id,
                    status_id=number,
                    type="image",
                    url=address,
                    preview_url=address,
                    description=picture.description,
                    meta={"original": size, "small": size},
                )
            )

    def _favourites(self, post: story.Post) -> None:
        for person in self._rng.sample(ON_MASTODON, self._rng.choice((0, 0, 0, 1, 2, 4))):
            if person is post.author or post.visibility == "direct":
                continue
            account = self._accounts[person.name]
            self._session.add(Favourite(account_id=account.id, status_id=self._ids[post]))
            if post.author is READER:
                self._notify("favourite", person, self._ids[post], post.at)

    def _notify(self, kind: str, who: Person, status_id: int, at: datetime) -> None:
        self._session.add(
            Notification(
                account_id=self._accounts[READER.name].id,
                type=kind,
                from_account_id=self._accounts[who.name].id,
                status_id=status_id,
                created_at=at,
            )
        )

    def _readers_own(self, said: Sequence[story.Post]) -> None:
        """The reader's list, bookmarks and favourites."""
        reader = self._accounts[READER.name].id
        friends = UserList(account_id=reader, title="Engines and orbits")
        self._session.add(friends)
        self._session.flush()
        for name in _FRIENDS:
            self._session.add(
                UserListAccount(list_id=friends.id, account_id=self._accounts[name].id)
            )
        plain = [post for post in said if post.repost_of is None and post.visibility == "public"]
        for post in plain[-400::40]:
            self._session.add(Bookmark(account_id=reader, status_id=self._ids[post]))
            self._session.add(Favourite(account_id=reader, status_id=self._ids[post]))


def _spoken(post: story.Post) -> str:
    """The text; a reply begins by naming whom it answers, as Mastodon's composers do."""
    parent = post.reply_to
    if parent is None or parent.author is post.author:
        return post.text
    return f"@{parent.author.name} {post.text}"

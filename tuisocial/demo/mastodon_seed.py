"""Writes the demo's people and posts into mastodon-mock's database.

Runs in the server's own process, before it serves. Rows are mastodon-mock's; what is said, by
whom and when comes from `story`.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import permutations
from pathlib import Path

from mastodon_mock.db.models import Account, OAuthToken, Relationship
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tuisocial.demo.cast import ON_MASTODON, READER

_SCOPES = ["read", "write", "follow", "push"]


def fill(
    engine: Engine, *, url: str, media: Path, tokens: Mapping[str, str], now: datetime | None
) -> None:
    """Fills an empty database; one that has people is left as it is."""
    with Session(engine) as session:
        if session.scalar(select(Account.id).limit(1)) is not None:
            return
        _people(session, tokens)
        session.commit()


def _people(session: Session, tokens: Mapping[str, str]) -> dict[str, Account]:
    """Everybody, each following everybody else, with a token for those who have one."""
    accounts = {
        person.name: Account(
            username=person.name,
            domain=person.domain,
            display_name=person.display,
            note=f"<p>{person.about}</p>",
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

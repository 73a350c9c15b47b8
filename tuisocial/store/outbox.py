"""Deliveries: what was sent or is to be sent, one row for each post and target.

A row is taken by one process at a time, which puts its name (`owner`) on it. Whether an owner is
alive is for the caller to know. `doubt` is set before the first byte goes out and taken away when
it is certain that nothing did: a row in doubt is looked for at its server before it is sent again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from tuisocial.model.ids import LoginId, PostId
from tuisocial.store.text import dumps, storable

if TYPE_CHECKING:
    from tuisocial.model.draft import Attachment
    from tuisocial.model.submission import Attempt, Receipt, Submission

A_DAY = 86_400_000
"""Milliseconds. Nothing waits longer than this for its next try."""


class Act(StrEnum):
    """What a delivery does."""

    POST = "post"
    EDIT = "edit"
    DELETE = "delete"


class State(StrEnum):
    """How a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    """It did not work, and is tried again by itself."""
    UNKNOWN = "unknown"
    """Nobody knows whether it went out; that is found out before it is tried again."""
    REFUSED = "refused"
    """It will not work as it is: somebody has to change something."""


SETTLED = frozenset({State.SENT, State.REFUSED})


@dataclass(frozen=True, slots=True)
class Delivery:
    """One post for one target.

    `draft` is the draft it was made of, `part` its place in the thread (from 0) of `parts`.
    `after` is the number of the delivery that must be sent before. `due` is when it may be tried,
    in milliseconds since 1970. `problem` and `remedy` are sentences that may quote remote text.
    """

    number: int
    draft: str
    login: LoginId
    act: Act
    part: int
    parts: int
    attempt: Attempt
    submission: Submission
    state: State
    due: int
    tries: int = 0
    after: int | None = None
    doubt: bool = False
    owner: str = ""
    receipt: Receipt | None = None
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery that is to be queued; `after` is the place of an earlier one in the same list."""

    login: LoginId
    act: Act
    part: int
    parts: int
    attempt: Attempt
    submission: Submission
    due: int
    after: int | None = None


_COLUMNS = (
    "outbox.id, draft, logins.name, act, part, parts, attempt, created, submission, state, due, "
    "tries, after, doubt, owner, receipt, problem, remedy"
)
_FROM = "FROM outbox JOIN logins ON logins.id = outbox.login"

_CHANGED_BEFORE = (
    "earlier.id < outbox.id AND earlier.login = outbox.login AND earlier.act = 'edit' "
    "AND json_extract(earlier.submission, '$.edits.post') "
    "= json_extract(outbox.submission, '$.edits.post')"
)
# "state <> 'sent'" says nothing new: only by these words the index of what is not sent is found.
_UNDER_WAY = (
    "earlier.state IN ('queued', 'failed', 'unknown', 'sending') AND earlier.state <> 'sent'"
)
_READY = (
    "state IN ('queued', 'failed', 'unknown') AND state <> 'sent' "
    "AND (after IS NULL OR EXISTS (SELECT 1 FROM outbox AS before "
    "WHERE before.id = outbox.after AND before.state = 'sent')) "
    f"AND NOT EXISTS (SELECT 1 FROM outbox AS earlier WHERE {_CHANGED_BEFORE} AND {_UNDER_WAY})"
)
"""What waits for no other: for the part before it, or for an earlier change of the same post."""


# --- writing ------------------------------------------------------------------------------


def queue(
    connection: sqlite3.Connection, draft: str, deliveries: Sequence[NewDelivery], now: int
) -> list[int]:
    """Add deliveries of one draft; their numbers.

    One that changes or deletes a post takes the place of earlier changes of it that are certainly
    not out: what these were made of waits among the drafts.

    Raises: LookupError for a login that is gone.
    """
    numbers: list[int] = []
    for each in deliveries:
        login = connection.execute(
            "SELECT id FROM logins WHERE name = ?", (each.login.name,)
        ).fetchone()
        if login is None:
            raise LookupError(each.login.name)
        cursor = connection.execute(
            "INSERT INTO outbox (draft, login, act, part, parts, attempt, created, submission, "
            "state, due, since, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                draft,
                login[0],
                each.act,
                each.part,
                each.parts,
                each.attempt.key,
                int(each.attempt.created_at.timestamp()),
                _text_of(each.submission),
                State.QUEUED,
                each.due,
                now,
                None if each.after is None else numbers[each.after],
            ),
        )
        numbers.append(int(cursor.lastrowid or 0))
        if each.submission.edits is not None:
            _replace_earlier(connection, numbers[-1])
    return numbers


def _replace_earlier(connection: sqlite3.Connection, number: int) -> None:
    replaced = connection.execute(
        "SELECT earlier.id, earlier.draft FROM outbox AS earlier JOIN outbox ON outbox.id = ? "
        f"WHERE {_CHANGED_BEFORE} AND NOT earlier.doubt "
        "AND earlier.state IN ('queued', 'failed', 'refused') AND earlier.state <> 'sent'",
        (number,),
    ).fetchall()
    for old, draft in replaced:
        connection.execute("DELETE FROM outbox WHERE id = ?", (old,))
        if not deliveries_of(connection, draft):
            connection.execute("UPDATE drafts SET queued = 0 WHERE id = ?", (draft,))


def take(connection: sqlite3.Connection, number: int, owner: str) -> Delivery | None:
    """Have `owner` send a delivery; None when another was faster or it is settled."""
    taken = connection.execute(
        "UPDATE outbox SET state = 'sending', owner = ?, tries = tries + 1 "
        "WHERE id = ? AND state IN ('queued', 'failed', 'unknown')",
        (owner, number),
    ).rowcount
    return delivery(connection, number) if taken else None


def release(
    connection: sqlite3.Connection, owner: str, now: int, *, due: int | None = None
) -> None:
    """Take back what a process that is no more was sending, to be tried at once or when `due`."""
    connection.execute(
        "UPDATE outbox SET state = CASE WHEN doubt THEN 'unknown' ELSE 'queued' END, owner = '', "
        "due = ?, since = ? WHERE state = 'sending' AND state <> 'sent' AND owner = ?",
        (now if due is None else due, now, owner),
    )


def keep_submission(
    connection: sqlite3.Connection, number: int, owner: str, submission: Submission, *, doubt: bool
) -> bool:
    """Write down what is about to be sent; False when `owner` has no right to it any more."""
    return bool(
        connection.execute(
            "UPDATE outbox SET submission = ?, doubt = ? "
            "WHERE id = ? AND state = 'sending' AND owner = ?",
            (_text_of(submission), doubt, number, owner),
        ).rowcount
    )


def settle_sent(connection: sqlite3.Connection, number: int, owner: str, receipt: Receipt) -> None:
    """A delivery went out."""
    from tuisocial.model.wire_draft import receipt_to_json

    post = str(receipt.view.post.id) if receipt.view else None
    connection.execute(
        "UPDATE outbox SET state = 'sent', owner = '', doubt = 0, receipt = ?, post = ?, "
        "problem = '', remedy = '' WHERE id = ? AND owner = ?",
        (dumps(receipt_to_json(receipt)), post and storable(post), number, owner),
    )


def settle_otherwise(
    connection: sqlite3.Connection,
    number: int,
    owner: str,
    state: State,
    *,
    due: int,
    now: int,
    doubt: bool,
    problem: str,
    remedy: str,
) -> None:
    """A delivery did not go out, or nobody knows."""
    connection.execute(
        "UPDATE outbox SET state = ?, owner = '', due = ?, since = ?, doubt = ?, problem = ?, "
        "remedy = ? WHERE id = ? AND owner = ?",
        (state, due, now, doubt, storable(problem), storable(remedy), number, owner),
    )


def hurry(connection: sqlite3.Connection, numbers: Iterable[int], now: int) -> int:
    """Have deliveries tried at once, those too that were refused; how many."""
    return connection.execute(
        "UPDATE outbox SET due = ?, since = ?, "
        "state = CASE WHEN state = 'refused' THEN 'queued' ELSE state END "
        "WHERE state IN ('queued', 'failed', 'unknown', 'refused') "
        "AND id IN (SELECT value FROM json_each(?))",
        (now, now, dumps(list(numbers))),
    ).rowcount


def hurry_login(connection: sqlite3.Connection, login: LoginId, now: int) -> None:
    """Have everything tried at once that waited for a login to be signed in again."""
    connection.execute(
        "UPDATE outbox SET due = ?, since = ? WHERE state IN ('failed', 'unknown') "
        "AND due - since >= ? AND login = (SELECT id FROM logins WHERE name = ?)",
        (now, now, A_DAY, login.name),
    )


def drop(connection: sqlite3.Connection, numbers: Iterable[int]) -> list[int]:
    """Forget deliveries that are not sent and not being sent, and what comes after them in their
    threads; the numbers of those that are gone."""
    gone: list[int] = []
    pending = list(numbers)
    while pending:
        number = pending.pop()
        if connection.execute(
            "DELETE FROM outbox WHERE id = ? AND state NOT IN ('sent', 'sending')", (number,)
        ).rowcount:
            gone.append(number)
            pending += [
                row[0]
                for row in connection.execute("SELECT id FROM outbox WHERE after = ?", (number,))
            ]
    return sorted(gone)


def drop_waiting_copies(connection: sqlite3.Connection, post: PostId) -> list[int]:
    """Forget what of a post's draft still waits for other targets; not what may be out already."""
    waiting = connection.execute(
        "SELECT other.id FROM outbox AS one "
        "JOIN outbox AS other ON other.draft = one.draft AND other.part = one.part "
        "WHERE one.post = ? AND one.act = 'post' AND other.act = 'post' "
        "AND other.state IN ('queued', 'failed', 'refused') AND NOT other.doubt",
        (storable(str(post)),),
    )
    return drop(connection, [row[0] for row in waiting.fetchall()])


# --- reading ------------------------------------------------------------------------------


def delivery(connection: sqlite3.Connection, number: int) -> Delivery | None:
    """One delivery."""
    return next(iter(_read(connection, "WHERE outbox.id = ?", number)), None)


def deliveries_of(connection: sqlite3.Connection, draft: str) -> list[Delivery]:
    """What became of a draft, in the order it was queued."""
    return _read(connection, "WHERE draft = ? ORDER BY outbox.id", draft)


def unsettled(connection: sqlite3.Connection) -> list[Delivery]:
    """Everything that is not sent, refused ones too, in the order it was queued."""
    return _read(connection, "WHERE state <> 'sent' ORDER BY outbox.id")


def lately_sent(connection: sqlite3.Connection, limit: int) -> list[Delivery]:
    """What was sent, the latest first."""
    return _read(connection, "WHERE state = 'sent' ORDER BY outbox.id DESC LIMIT ?", limit)


def due(connection: sqlite3.Connection, now: int) -> list[Delivery]:
    """What may be tried at `now`, in milliseconds since 1970.

    Where the clock was set back, what was to wait does not wait for the same hours again.
    """
    return _read(
        connection,
        f"WHERE {_READY} AND (due <= ?1 OR ?1 < since OR due > ?1 + ?2) ORDER BY outbox.id",
        now,
        A_DAY,
    )


def next_due(connection: sqlite3.Connection) -> int | None:
    """When the next delivery may be tried, in milliseconds since 1970."""
    row = connection.execute(f"SELECT min(due) FROM outbox WHERE {_READY}").fetchone()
    return None if row[0] is None else int(row[0])


def ready(connection: sqlite3.Connection, numbers: Iterable[int]) -> set[int]:
    """Those of some deliveries that wait for no other, but for their time."""
    return {
        row[0]
        for row in connection.execute(
            f"SELECT id FROM outbox WHERE {_READY} AND id IN (SELECT value FROM json_each(?))",
            (dumps(list(numbers)),),
        )
    }


def changes_before(connection: sqlite3.Connection, numbers: Iterable[int]) -> set[int]:
    """The earlier changes of the same posts that some deliveries wait for."""
    return {
        row[0]
        for row in connection.execute(
            "SELECT earlier.id FROM outbox AS earlier "
            "JOIN outbox ON outbox.id IN (SELECT value FROM json_each(?)) "
            f"WHERE {_CHANGED_BEFORE} AND {_UNDER_WAY}",
            (dumps(list(numbers)),),
        )
    }


def changed_before(connection: sqlite3.Connection, number: int) -> Delivery | None:
    """The last change that went out, before a delivery, of the post that it is about."""
    return next(
        iter(
            _read(
                connection,
                "WHERE outbox.id = (SELECT max(earlier.id) FROM outbox AS earlier "
                f"JOIN outbox ON outbox.id = ? WHERE {_CHANGED_BEFORE} "
                "AND earlier.state = 'sent')",
                number,
            )
        ),
        None,
    )


def owners(connection: sqlite3.Connection) -> list[str]:
    """Who is sending something, or was when it ended."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT DISTINCT owner FROM outbox WHERE state = 'sending' AND state <> 'sent'"
        )
    ]


def siblings(connection: sqlite3.Connection, post: PostId) -> list[Delivery]:
    """The deliveries that made a post and its copies on other networks, the post's own first.

    Of each login it is the latest: a change may have reached only some copies, or have given one
    another id.
    """
    return _read(
        connection,
        "WHERE outbox.id IN (SELECT max(latest.id) FROM outbox AS latest "
        "WHERE latest.act <> 'delete' AND latest.state = 'sent' AND latest.post IN ("
        "WITH RECURSIVE family (post) AS (VALUES (?1) UNION SELECT copy.post FROM family "
        "JOIN outbox AS known ON known.post = family.post AND known.act <> 'delete' "
        "JOIN outbox AS copy ON copy.draft = known.draft AND copy.part = known.part "
        "WHERE copy.act <> 'delete' AND copy.post IS NOT NULL) SELECT post FROM family) "
        "GROUP BY latest.login) ORDER BY outbox.login <> "
        "(SELECT max(own.login) FROM outbox AS own WHERE own.post = ?1), outbox.id",
        storable(str(post)),
    )


def files_of(connection: sqlite3.Connection, post: PostId) -> tuple[Attachment, ...]:
    """The files that a post went out with by any of its deliveries, the latest that had some."""
    rows = connection.execute(
        "SELECT submission FROM outbox WHERE post = ? AND act <> 'delete' ORDER BY id DESC",
        (storable(str(post)),),
    )
    for (submission,) in rows:
        media = _submission_of(submission).media
        if media:
            return tuple(each.attachment for each in media)
    return ()


def twins(connection: sqlite3.Connection, uris: Iterable[str]) -> dict[str, list[str]]:
    """For each of `uris` that we sent to several networks: the same post elsewhere."""
    found: dict[str, list[str]] = {}
    for uri, twin in connection.execute(
        "SELECT DISTINCT one.post, other.post FROM outbox AS one "
        "JOIN outbox AS other ON other.draft = one.draft AND other.part = one.part "
        "WHERE one.post IN (SELECT value FROM json_each(?)) AND other.post <> one.post "
        "AND one.act <> 'delete' AND other.act <> 'delete' ORDER BY one.post, other.id",
        (dumps(list(uris)),),
    ):
        found.setdefault(uri, []).append(twin)
    return found


# What follows is imported when there is something to read or write: the first paint only asks
# whether there is.


def _text_of(submission: Submission) -> str:
    from tuisocial.model.wire_draft import submission_to_json

    return dumps(submission_to_json(submission))


def _submission_of(text: str) -> Submission:
    from tuisocial.model.wire_draft import submission_from_json

    return submission_from_json(json.loads(text))


def _read(connection: sqlite3.Connection, which: str, *values: object) -> list[Delivery]:
    rows = connection.execute(f"SELECT {_COLUMNS} {_FROM} {which}", values).fetchall()
    if not rows:
        return []
    from tuisocial.model.submission import Attempt
    from tuisocial.model.wire_draft import receipt_from_json

    return [
        Delivery(
            number,
            draft,
            LoginId(login),
            Act(act),
            part,
            parts,
            Attempt(attempt, datetime.fromtimestamp(created, UTC)),
            _submission_of(submission),
            State(state),
            due,
            tries,
            after,
            bool(doubt),
            owner,
            receipt_from_json(json.loads(receipt)) if receipt else None,
            problem,
            remedy,
        )
        for (
            number, draft, login, act, part, parts, attempt, created, submission, state, due,
            tries, after, doubt, owner, receipt, problem, remedy,
        ) in rows
    ]  # fmt: skip

"""The store's schema as numbered steps; `PRAGMA user_version` says which ones a file has.

A step that was released is never edited: a change is a new step at the end.

Text ids are `network:uri`. `rank` is minus the millisecond since 1970 a row sorts at, so that a
list reads forwards in index order. `older` and `cursor` are cursors that only an adapter reads. A
`loose` row does not stand where its server put it. Numbers of logins and sources are never used
again, because a page may still be on its way for one that was removed.
"""

from __future__ import annotations

import sqlite3

STEPS: tuple[str, ...] = (
    """
    CREATE TABLE logins (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        adapter TEXT NOT NULL,
        network TEXT NOT NULL,
        account TEXT,
        handle TEXT NOT NULL,
        options TEXT NOT NULL,
        colour INTEGER NOT NULL,
        timelines TEXT NOT NULL,
        secrets TEXT NOT NULL,
        vocabulary TEXT NOT NULL
    );
    CREATE TABLE memory (
        login INTEGER NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (login, key)
    ) WITHOUT ROWID;
    CREATE TABLE accounts (
        id INTEGER PRIMARY KEY,
        uri TEXT NOT NULL UNIQUE,
        handle TEXT NOT NULL,
        fetched INTEGER NOT NULL,
        body TEXT NOT NULL
    );
    CREATE INDEX accounts_by_handle ON accounts (handle);
    CREATE TABLE posts (
        id INTEGER PRIMARY KEY,
        uri TEXT NOT NULL UNIQUE,
        author INTEGER NOT NULL REFERENCES accounts (id),
        rank INTEGER NOT NULL,
        reply_to TEXT,
        deleted INTEGER NOT NULL DEFAULT 0,
        body TEXT NOT NULL,
        native TEXT NOT NULL
    );
    CREATE INDEX replies ON posts (reply_to) WHERE reply_to IS NOT NULL;
    CREATE VIRTUAL TABLE post_text USING fts5 (
        text, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
    );
    CREATE TABLE sightings (
        post INTEGER NOT NULL,
        login INTEGER NOT NULL,
        remote_key TEXT NOT NULL,
        viewer TEXT NOT NULL,
        PRIMARY KEY (post, login)
    ) WITHOUT ROWID;
    CREATE TABLE reposts (
        key TEXT PRIMARY KEY,
        rank INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE copies (
        target TEXT NOT NULL,
        copy TEXT NOT NULL,
        PRIMARY KEY (target, copy)
    ) WITHOUT ROWID;
    CREATE INDEX targets ON copies (copy);
    CREATE TABLE missing (
        uri TEXT PRIMARY KEY,
        reason TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE sources (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        login INTEGER NOT NULL,
        timeline TEXT NOT NULL,
        title TEXT NOT NULL DEFAULT '',
        older TEXT,
        ended INTEGER NOT NULL DEFAULT 0,
        fetched_at INTEGER,
        tail_rank INTEGER,
        tail_key TEXT,
        count INTEGER NOT NULL DEFAULT 0,
        UNIQUE (login, timeline)
    );
    CREATE TABLE entries (
        source INTEGER NOT NULL,
        rank INTEGER NOT NULL,
        key TEXT NOT NULL,
        post INTEGER NOT NULL,
        reason TEXT,
        loose INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (source, rank, key)
    ) WITHOUT ROWID;
    CREATE TABLE gaps (
        source INTEGER NOT NULL,
        rank INTEGER NOT NULL,
        key TEXT NOT NULL,
        lower_rank INTEGER NOT NULL,
        lower_key TEXT NOT NULL,
        cursor TEXT NOT NULL,
        PRIMARY KEY (source, rank, key)
    ) WITHOUT ROWID;
    CREATE TABLE positions (
        view TEXT PRIMARY KEY,
        rank INTEGER NOT NULL,
        key TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    # Ranks become milliseconds. Logins get an order, what the merged list shows of them, and the
    # way by which they were signed in; rows, whether they speak to their login's own account.
    """
    UPDATE posts SET rank = rank * 1000;
    UPDATE reposts SET rank = rank * 1000;
    UPDATE sources SET tail_rank = tail_rank * 1000;
    UPDATE entries SET rank = rank * 1000;
    UPDATE gaps SET rank = rank * 1000, lower_rank = lower_rank * 1000;
    UPDATE positions SET rank = rank * 1000;
    ALTER TABLE logins ADD COLUMN flow TEXT NOT NULL DEFAULT '';
    ALTER TABLE logins ADD COLUMN renewed INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE logins ADD COLUMN signed_out INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE leftovers (
        login TEXT NOT NULL,
        name TEXT NOT NULL,
        "to" TEXT NOT NULL,
        PRIMARY KEY (login, name)
    );
    ALTER TABLE logins ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE logins ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE logins ADD COLUMN posts INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE logins ADD COLUMN share TEXT NOT NULL DEFAULT 'all';
    ALTER TABLE logins ADD COLUMN muted_until INTEGER;
    UPDATE logins SET place = id;
    ALTER TABLE entries ADD COLUMN addressed INTEGER NOT NULL DEFAULT 0;
    UPDATE entries SET addressed = 1 WHERE EXISTS (
        SELECT 1 FROM sources JOIN logins ON logins.id = sources.login
        JOIN posts ON posts.id = entries.post
        WHERE sources.id = entries.source AND (
            json_extract(posts.body, '$.reply_to.author') = logins.account
            OR EXISTS (SELECT 1 FROM json_each(posts.body, '$.mentions') AS mention
                       WHERE mention.value = logins.account)
        )
    );
    CREATE INDEX addressed ON entries (source, rank, key) WHERE addressed;
    """,
    # A post's other rows are found by its number. A row without a reason is at its post's own
    # place and needs no index, so that taking in posts costs no more.
    """
    CREATE INDEX reposts_of ON entries (post, rank, key) WHERE reason IS NOT NULL;
    """,
    # Drafts, and deliveries of them. Times are milliseconds since 1970 (`created` seconds);
    # `since` is when `due` was set.
    """
    CREATE TABLE drafts (
        id TEXT PRIMARY KEY,
        saved INTEGER NOT NULL,
        queued INTEGER NOT NULL DEFAULT 0,
        body TEXT NOT NULL
    );
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        draft TEXT NOT NULL,
        login INTEGER NOT NULL,
        act TEXT NOT NULL,
        part INTEGER NOT NULL,
        parts INTEGER NOT NULL,
        attempt TEXT NOT NULL UNIQUE,
        created INTEGER NOT NULL,
        submission TEXT NOT NULL,
        state TEXT NOT NULL,
        due INTEGER NOT NULL,
        since INTEGER NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        after INTEGER,
        doubt INTEGER NOT NULL DEFAULT 0,
        owner TEXT NOT NULL DEFAULT '',
        receipt TEXT,
        post TEXT,
        problem TEXT NOT NULL DEFAULT '',
        remedy TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX outbox_drafts ON outbox (draft);
    CREATE INDEX outbox_posts ON outbox (post) WHERE post IS NOT NULL;
    CREATE INDEX outbox_waiting ON outbox (state) WHERE state <> 'sent';
    """,
)

CURRENT = len(STEPS)


def version(connection: sqlite3.Connection) -> int:
    """How many steps the file has been through."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to `CURRENT`, each step whole or not at all.

    Safe when two processes start at once: the version is read again under the write lock.
    """
    while version(connection) < CURRENT:
        connection.execute("BEGIN IMMEDIATE")
        try:
            done = version(connection)
            if done < CURRENT:
                for statement in STEPS[done].split(";"):
                    if statement.strip():
                        connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {done + 1}")
        except BaseException:
            connection.rollback()
            raise
        connection.execute("COMMIT")

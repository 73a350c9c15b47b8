"""Sessions of the Nostr adapter on relays of a test's own."""

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.adapters.nostr.signing import NOON, Author
from tests.live.fake_relay import FakeRelay
from tuisocial.adapters.nostr.dial import Dial, dial
from tuisocial.adapters.nostr.ids import account_id
from tuisocial.adapters.nostr.relays import Patience, Relays
from tuisocial.adapters.nostr.session import NostrSession
from tuisocial.adapters.nostr.signers import Signer
from tuisocial.model.entry import Entry
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.model.timeline import Timeline
from tuisocial.sdk.adapter import SessionContext
from tuisocial.sdk.capabilities import Endpoint
from tuisocial.sdk.http import Http
from tuisocial.sdk.page import Page

_ROOT = Path(__file__).parents[2]
NOW = datetime.fromtimestamp(NOON + 3600, UTC)
IMPATIENT = Patience(grace=0.05, longest=20)
"""Nobody waits for a relay that never answers once another has, and all wait for a busy machine."""


class Memory(dict[str, str]):
    """A login's private memory."""

    async def set(self, key: str, value: str | None) -> None:
        """Keep or forget."""
        if value is None:
            self.pop(key, None)
        else:
            self[key] = value

    async def get(self, key: str) -> str | None:  # type: ignore[override]
        """What is kept."""
        return super().get(key)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def session(
    *urls: str,
    author: Author | None = None,
    me: str | None = None,
    memory: Memory | None = None,
    patience: Patience = IMPATIENT,
    clock: Callable[[], float] | None = None,
    dial: Dial = dial,
    now: datetime = NOW,
    signer: Signer | None = None,
) -> AsyncIterator[NostrSession]:
    """A session for `author`, or the key `me`, or a guest, on these relays; hung up at the end."""
    http = Http()
    me = author.pubkey if author else me
    account = account_id(me) if me else None
    login = Login(LoginId("me"), "nostr", "nostr", account)
    kept = memory if memory is not None else Memory()
    log = logging.getLogger("tuisocial.test")
    context = SessionContext(http, lambda: now, log, _no_secret, kept)
    more = {} if clock is None else {"clock": clock}
    relays = Relays(urls, context.now, http, dial=dial, patience=patience, signer=signer, **more)
    opened = NostrSession(login, context, relays, me, signer)
    try:
        yield opened
    finally:
        await opened.aclose()
        await http.aclose()


async def _no_secret(name: str) -> None:
    return None


async def until(holds: Callable[[], bool]) -> None:
    """Let the loop go on until something holds that tells nobody when it does."""
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def read_all(
    opened: NostrSession, timeline: Timeline, limit: int = 20
) -> tuple[list[Entry], list[Page[Entry]]]:
    """Every row of a timeline, and the pages that they came on."""
    pages: list[Page[Entry]] = []
    cursor = None
    while not pages or cursor is not None:
        pages.append(await opened.timeline(timeline, cursor=cursor, limit=limit))
        cursor = pages[-1].older
        assert len(pages) < 500
    return [entry for page in pages for entry in page.items], pages


def texts(entries: list[Entry] | tuple[Entry, ...]) -> list[str]:
    """What the rows say."""
    return [entry.view.post.text.text for entry in entries]


def reasons(page: Page[Entry]) -> list[str]:
    """Why records were left out."""
    return [one.reason for one in page.skipped]


def names(relay: FakeRelay, **pubkeys: str) -> None:
    """Make the fake relay's web server answer NIP-05 requests (and all others) with these."""
    relay.info_raw = json.dumps({"names": pubkeys}).encode()


def messages(relay: FakeRelay, kind: str) -> list[list[Any]]:
    """What clients sent of one kind."""
    return [message for message in relay.received if message[0] == kind]


def health(opened: NostrSession, relay: FakeRelay) -> Endpoint:
    """How a session says that a relay is doing."""
    return next(endpoint for endpoint in opened.endpoints() if endpoint.url == relay.url)


def tuisocial(home: Path, *arguments: str) -> tuple[int, str, str]:
    """What a command in a process of its own ends with, prints and says."""
    done = subprocess.run(
        [sys.executable, "-m", "tuisocial", *arguments],
        env={**os.environ, "PYTHONPATH": str(_ROOT), "TUISOCIAL_HOME": str(home)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()

"""Nostr intake, from relays' frames to the store's full-text index, against bare verification."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import os
import random
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from sqlite3 import Connection

from pynostr.event import Event
from pynostr.key import PrivateKey, PublicKey

from tests.bench.figures import Figure, percentile
from tuisocial.adapters.nostr import convert
from tuisocial.adapters.nostr.events import verified
from tuisocial.adapters.nostr.relays import BATCH
from tuisocial.launch import YOUNG
from tuisocial.model.account import Account
from tuisocial.model.ids import AccountId, LoginId
from tuisocial.model.login import Login
from tuisocial.model.timeline import HOME, Timeline, TimelineKind
from tuisocial.sdk.page import Cursor, Page
from tuisocial.store import entries, logins
from tuisocial.store.database import Database

_EVENTS, _AUTHORS, _PAGE, _SLICE = 6_000, 40, 500, BATCH
_WORDS = (
    "what", "would", "a", "network", "of", "relays", "remember", "if", "nobody", "paid", "for",
    "it", "tomorrow",
)  # fmt: skip
_RUNS = 9
_BEAT = 0.005
_ME = LoginId("nos")


def figures(folder: Path) -> Iterator[Figure]:
    """Take in the same events bare, on one core, and whole: as the application does, two sources
    at once with its threads where the system puts them, and on that one core alone."""
    cores, threshold = os.sched_getaffinity(0), gc.get_threshold()
    gc.set_threshold(YOUNG)  # as the application does
    one = {min(cores)}
    try:
        frames = _frames()
        bare, runs, pinned = [], [], []
        for run in range(_RUNS):
            os.sched_setaffinity(0, one)
            bare.append(_bare(frames))
            pinned.append(asyncio.run(_whole(frames, folder / f"pinned-{run}"))[0])
            os.sched_setaffinity(0, cores)
            runs.append(asyncio.run(_whole(frames, folder / f"intake-{run}")))
    finally:
        os.sched_setaffinity(0, cores)
        gc.set_threshold(*threshold)
    rate, bare_rate, alone = max(rate for rate, _ in runs), max(bare), max(pinned)
    yield Figure(
        "Nostr intake to the store, over bare signature verification on one core",
        rate / bare_rate,
        0.5,
        at_most=False,
        detail=f"{rate:,.0f}/s over {bare_rate:,.0f}/s, best of {_RUNS} each",
    )
    yield Figure(
        "the same, kept on that one core itself",
        alone / bare_rate,
        0.5,
        at_most=False,
        detail=f"{alone:,.0f}/s over {bare_rate:,.0f}/s, best of {_RUNS} each",
    )
    lags = [lag for _, kept in runs for lag in kept]
    yield Figure(
        "event loop's lag meanwhile, p95",
        percentile(lags, 0.95) * 1000,
        25,
        unit="ms",
        detail=f"worst {max(lags) * 1000:.0f} ms of {len(lags)} beats",
    )


def _frames() -> list[str]:
    rng = random.Random(7)
    keys = [PrivateKey(hashlib.sha256(bytes([n])).digest()) for n in range(_AUTHORS)]
    words = _WORDS
    frames = []
    for number in range(_EVENTS):
        key = keys[number % _AUTHORS]
        text = " ".join(rng.choices(words, k=rng.randrange(8, 40)))
        tags: list[list[str]] = []
        if number % 3 == 0:
            tags += [["e", f"{rng.getrandbits(256):064x}", "", "root"], ["p", "ab" * 32]]
        if number % 4 == 0:
            text += " #asknostr https://example.com/a/path?x=1"
            tags.append(["t", "asknostr"])
        event = Event(
            content=text,
            pubkey=key.public_key.hex(),
            created_at=1_760_000_000 + number,
            kind=1,
            tags=tags,
        )
        event.sign(key.hex())
        frames.append(json.dumps(["EVENT", "s1", event.to_dict()], separators=(",", ":")))
    return frames


def _bare(frames: list[str]) -> float:
    """Signatures a second, with keys and hashes at hand: what no client can do without."""
    ready = []
    for frame in frames:
        event = json.loads(frame)[2]
        ready.append((event["pubkey"], bytes.fromhex(event["sig"]), bytes.fromhex(event["id"])))
    started = time.perf_counter()
    good = sum(PublicKey.from_hex(key).verify(sig, digest) for key, sig, digest in ready)
    taken = time.perf_counter() - started
    if good != len(frames):
        raise RuntimeError("a signature did not verify")
    return len(frames) / taken


async def _whole(frames: list[str], folder: Path) -> tuple[float, list[float]]:
    """Events a second through everything, and how late the loop was for each beat meanwhile."""
    database = Database.open(folder / "store.sqlite3")
    login = Login(_ME, "nostr", "nostr")

    def prepare(connection: Connection) -> list[int]:
        logins.add_login(connection, login, [HOME])
        for timeline in (HOME, Timeline(TimelineKind.PUBLIC)):
            entries.add_source(connection, 1, timeline)
        return [source.number for source in entries.all_sources(connection)]

    sources = await asyncio.wrap_future(database.write(prepare))
    people: dict[str, Account] = {}

    def who(pubkey: str) -> Account:
        if pubkey not in people:
            people[pubkey] = Account(AccountId("nostr", pubkey), pubkey[:12], "Somebody")
        return people[pubkey]

    lags: list[float] = []
    beating = asyncio.create_task(_beat(lags))
    started = time.perf_counter()

    async def fetch(source: int, frames: list[str]) -> None:
        for start in range(0, len(frames), _PAGE):
            rows = []
            for begin in range(start, start + _PAGE, _SLICE):
                events = await asyncio.to_thread(verified, frames[begin : begin + _SLICE])
                rows += [convert.entry(event, _ME, who, relay="ws://127.0.0.1") for event in events]
                await asyncio.sleep(0)
            page = Page(tuple(rows), Cursor(str(start)))
            save = partial(
                entries.save_older, source=source, page=page, logins={"nos": 1}, now=time.time()
            )
            await asyncio.wrap_future(database.write(save))

    half = len(frames) // 2
    await asyncio.gather(fetch(sources[0], frames[:half]), fetch(sources[1], frames[half:]))
    taken = time.perf_counter() - started
    beating.cancel()
    stored = database.read(
        lambda c: c.execute(
            "SELECT count(*) FROM post_text WHERE post_text MATCH ?",
            (" OR ".join(f'"{word}"' for word in _WORDS),),
        ).fetchone()[0]
    )
    database.close()
    if stored != len(frames):
        raise RuntimeError(f"{stored} of {len(frames)} events were stored")
    return len(frames) / taken, lags


async def _beat(lags: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(_BEAT)
        lags.append(time.perf_counter() - before - _BEAT)

"""The servers of a run, with a proxy in front of each and a home that is signed in by these."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from pynostr.event import Event
from pynostr.key import PrivateKey

from tests.live import servers
from tests.live.blossom_server import BlossomServer
from tests.live.faulty import FaultyProxy
from tests.reliability.desk import MASTO, NAME, NOS, NSEC, desk, sign_in
from tests.reliability.kills import Kills, Tally
from tests.reliability.matrix import PATIENCE, Cell, Matrix
from tests.reliability.relay_proxy import RelayProxy
from tests.reliability.witness import MastodonWitness, RelayWitness
from tuisocial.adapters.mastodon import api
from tuisocial.adapters.nostr.backoff import BackOff

_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_MEDIA_SERVERS = 10_063
"""BUD-03: where an account keeps its files."""


@dataclass
class Stage:
    """A home, its servers' proxies, and who reads past them."""

    home: Path
    picture: str
    mastodon: FaultyProxy
    relay: RelayProxy
    witnesses: tuple[MastodonWitness, RelayWitness]

    def cells(self, chosen: Collection[tuple[str, str]] | None = None) -> list[Cell]:
        """Run the fault matrix, or the chosen cells of it."""

        async def run() -> list[Cell]:
            async with desk(self.home) as made:
                await made.runtime.composing.prepare((MASTO, NOS))
                first, second = self.witnesses
                witnesses = {MASTO: first, NOS: second}
                matrix = Matrix(made, self.mastodon, self.relay, witnesses, self.picture)
                return await matrix.cells(chosen)

        # Whoever waits here waits for the fault to end, not for a relay to recover.
        rested = mock.patch.object(BackOff, "wait", 0.0)
        with mock.patch.object(api, "_PATIENCE", PATIENCE), rested:
            return asyncio.run(run())

    def kills(self, trials: int, seed: int) -> Tally:
        """Run so many kill trials; to be called by a process without threads of its own."""
        return Kills(self.home, self.picture, seed).run(trials, self.witnesses)


@contextmanager
def stage(folder: Path, *, proxies: bool) -> Iterator[Stage]:
    """Everything started and signed in; without proxies the logins go to the servers themselves."""
    (folder / "mastodon").mkdir()
    (folder / "relay").mkdir()
    picture = folder / "mill.png"
    picture.write_bytes(_PICTURE)
    blossom = BlossomServer()
    with (
        servers.mastodon(folder / "mastodon") as mastodon,
        servers.relay(folder / "relay") as relay,
    ):
        relay.publish([_media_servers(blossom.url)])
        faulty, relays = FaultyProxy(mastodon.url), RelayProxy(relay.url)
        by = (faulty.url, f"ws://127.0.0.1:{relays.port}") if proxies else (mastodon.url, relay.url)
        web, socket = (url.replace("127.0.0.1", "localhost") for url in by)
        asyncio.run(sign_in(folder / "home", mastodon, web, socket))
        witnesses = (MastodonWitness(mastodon, NAME), RelayWitness(relay, NSEC))
        try:
            yield Stage(folder / "home", str(picture), faulty, relays, witnesses)
        finally:
            faulty.stop()
            relays.stop()
            blossom.stop()


def _media_servers(url: str) -> dict[str, object]:
    key = PrivateKey.from_nsec(NSEC)
    event = Event(
        content="",
        kind=_MEDIA_SERVERS,
        pubkey=key.public_key.hex(),
        tags=[["server", url]],
        created_at=int(time.time()) - 60,
    )
    event.sign(key.hex())
    return dict(event.to_dict())

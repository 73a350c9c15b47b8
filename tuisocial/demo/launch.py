"""Starts both servers of the demo, seeds them, and stops them again.

Leaves the processes to `server` and what is on them to `mastodon_seed` and `nostr_seed`.
"""

import importlib.util
import json
import secrets
import shlex
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from tuisocial.demo.cast import ON_MASTODON, ON_NOSTR, READER
from tuisocial.demo.server import HOST, DemoUnavailable, Server


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that runs: where its servers are, and the secrets by which to sign in to them.

    `tokens` are the Mastodon tokens of everyone who is at home on the server, and `nsecs` the
    Nostr keys of everyone there, both by name; the reader, who follows all of them, has one each.
    """

    home: Path
    mastodon: Server
    relay: Server
    mastodon_url: str
    relay_url: str
    npub: str
    tokens: Mapping[str, str] = field(repr=False)
    nsecs: Mapping[str, str] = field(repr=False)

    @property
    def mastodon_token(self) -> str:
        """The reader's token."""
        return self.tokens[READER.name]

    @property
    def nsec(self) -> str:
        """The reader's key."""
        return self.nsecs[READER.name]

    def as_json(self) -> str:
        """One line of JSON for scripts: the home, and how to reach and sign in to each server."""
        return json.dumps(
            {
                "home": str(self.home),
                "mastodon": {
                    "url": self.mastodon_url,
                    "token": self.mastodon_token,
                    "handle": f"@{READER.name}@{HOST}:{self.mastodon.port}",
                    "tokens": dict(self.tokens),
                },
                "nostr": {
                    "relay": self.relay_url,
                    "nsec": self.nsec,
                    "npub": self.npub,
                    "nsecs": dict(self.nsecs),
                },
            }
        )


@contextmanager
def running(home: Path) -> Iterator[Demo]:
    """Both servers, seeded and answering; their data and logs are in `home/servers`.

    Raises:
        DemoUnavailable: The servers are not installed, or one did not start.
    """
    require_servers()
    from tuisocial.demo import nostr_seed

    directory = home / "servers"
    directory.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    tokens = new_tokens()
    keys = nostr_seed.Keys()
    with mastodon_server(directory) as mastodon, relay_server(directory) as relay:
        mastodon_url, relay_url = f"http://{HOST}:{mastodon.port}", f"ws://{HOST}:{relay.port}"
        # All three at once: two processes start while this one writes and signs.
        mastodon.start(mastodon_settings(mastodon, directory, tokens, now=now))
        names = {person.name: keys.public(person.name) for person in (READER, *ON_NOSTR)}
        relay.start(relay_settings(relay, directory, names))
        story = nostr_seed.events(keys, relay_url=relay_url, mastodon_url=mastodon_url, now=now)
        relay.wait()
        nostr_seed.publish(relay_url, story)
        mastodon.wait()
        yield Demo(
            home=home,
            mastodon=mastodon,
            relay=relay,
            mastodon_url=mastodon_url,
            relay_url=relay_url,
            npub=keys.npub(READER.name),
            tokens=tokens,
            nsecs={person.name: keys.nsec(person.name) for person in (READER, *ON_NOSTR)},
        )


def serve(home: Path, announce: Callable[[Demo], None]) -> None:
    """Runs the demo until SIGTERM, SIGINT or SIGHUP; `announce` is called once both answer.

    Call it from the main thread. Raises what `running` and `announce` raise.
    """

    signals = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

    def leave(number: int, frame: FrameType | None) -> None:
        for one in signals:
            signal.signal(one, signal.SIG_IGN)  # a second signal must not interrupt the leaving
        raise _Signalled

    before = {number: signal.signal(number, leave) for number in signals}
    try:
        with running(home) as demo:
            announce(demo)
            while True:
                signal.pause()
    except _Signalled:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Signalled(BaseException):
    """A signal asked the demo to end; not an `Exception`, so that nothing swallows it."""


def require_servers() -> None:
    """Checks that the extra `tuisocial[demo]` is installed, without importing it.

    Raises:
        DemoUnavailable: It is not; the message holds the command that adds it.
    """
    if all(importlib.util.find_spec(name) for name in ("mastodon_mock", "nostr_relay")):
        return
    python = shlex.quote(sys.executable)
    raise DemoUnavailable(
        "The demo's servers are not installed; "
        f"this command adds them: {python} -m pip install 'tuisocial[demo]'"
    )


def mastodon_server(directory: Path) -> Server:
    """The Mastodon-API server, with a port and not yet started."""
    return Server("tuisocial.demo.mastodon_server", log=directory / "mastodon.log", probe="/health")


def mastodon_settings(
    server: Server, directory: Path, tokens: Mapping[str, str], *, now: datetime | None
) -> dict[str, object]:
    """What the server is started with; `now` is when the last post was, None for no posts."""
    return {
        "directory": str(directory),
        "url": f"http://{HOST}:{server.port}",
        "tokens": dict(tokens),
        "now": None if now is None else now.isoformat(),
    }


def new_tokens() -> dict[str, str]:
    """A fresh token for everyone whose account is on the demo's own server."""
    people = (READER, *(person for person in ON_MASTODON if person.domain is None))
    return {person.name: secrets.token_urlsafe(32) for person in people}


def relay_server(directory: Path) -> Server:
    """The relay, with a port and not yet started."""
    return Server(
        "tuisocial.demo.relay_server",
        log=directory / "relay.log",
        headers={"Accept": "application/nostr+json"},
    )


def relay_settings(server: Server, directory: Path, names: Mapping[str, str]) -> dict[str, object]:
    """What the relay is started with; `names` maps NIP-05 names to public keys in hex."""
    return {
        "directory": str(directory),
        "url": f"http://{HOST}:{server.port}",
        "names": dict(names),
    }

"""Draws the screens of docs/signing-in.md: `python docs/pictures/signing_in.py`.

They are the real application on throw-away homes, signing in to the demo's servers.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from tuisocial.config.load import load
from tuisocial.config.paths import find_paths
from tuisocial.services.runtime import Runtime
from tuisocial.tui.app import TuisocialApp

HERE = Path(__file__).parent
_SIZE = (90, 30)
_SECRET = re.compile(r"nsec1[02-9ac-hj-np-z]{20,}")


async def _no_browser(url: str) -> str:
    return "no browser was found here"


async def _draw(
    home: Path, name: str, keys: list[str], seen: str, size: tuple[int, int] = _SIZE
) -> None:
    """Press keys on a home until the screen shows some words, and keep its picture."""
    config = home / "config" / "config.toml"
    if not config.exists():
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text('[secrets]\nbackend = "file"\n')
    paths = find_paths(home)
    app = TuisocialApp(Runtime.open(paths, load(paths)), _no_browser)
    async with app.run_test(size=size) as pilot:
        await _settle(pilot)
        for key in keys:
            if key.startswith("text:"):
                await _type(pilot, key.removeprefix("text:"))
            else:
                await pilot.press(key)
            await _settle(pilot)
        for _ in range(100):
            if seen in _text(app):
                break
            await pilot.pause(0.1)
        else:
            raise SystemExit(f"{name}: {seen!r} never came:\n{_text(app)}")
        app.hush()
        await _settle(pilot)
        picture = app.export_screenshot(title="tuisocial")
    (HERE / f"{name}.svg").write_text(_SECRET.sub("nsec1" + "…" * 20, picture))


def _text(app: TuisocialApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def _type(pilot: Pilot[str | None], text: str) -> None:
    names = {":": "colon", "/": "slash", ".": "full_stop", " ": "space", "-": "minus"}
    await pilot.press(*(names.get(char, char) for char in text))


async def _settle(pilot: Pilot[str | None]) -> None:
    await pilot.pause(0.4)


async def _all(demo: dict[str, dict[str, str]], folder: Path) -> None:
    server, relay = demo["mastodon"]["url"], demo["nostr"]["relay"]
    await _draw(folder / "a", "sign-in-ways", ["2"], "Sign in")
    await _draw(
        folder / "b",
        "sign-in-browser",
        ["2", "1", f"text:{server}", "enter"],
        "Open this address",
    )
    ways = _ways(folder / "a")
    for name, way, seen in (
        ("sign-in-token", "token", "Access token"),
        ("sign-in-key", "key", "Secret key"),
        ("sign-in-signer", "bunker", "Relays"),
        ("sign-in-read-only", "npub", "Public key"),
    ):
        await _draw(folder / name, name, ["2", str(ways.index(way) + 1)], seen)
    await _draw(
        folder / "d",
        "sign-in-invitation",
        ["2", str(ways.index("connect") + 1), f"text:{relay}", "enter"],
        "nostrconnect://",
        (90, 50),
    )
    await _draw(folder / "e", "sign-in-guest", ["1", "1"], "Server")
    await _draw(
        folder / "c",
        "sign-in-new-key",
        ["2", str(ways.index("new") + 1), f"text:{relay}", "enter"],
        "nsec1",
    )
    await _draw(Path(str(demo["home"])), "logins", ["g", "l"], "Logins")


def _ways(home: Path) -> list[str]:
    """The names of all ways to sign in, as the screen lists them."""
    paths = find_paths(home)
    runtime = Runtime.open(paths, load(paths))
    try:
        return [flow.name for _, flow in runtime.logins.flows() if not flow.guest]
    finally:
        runtime.close()


def main() -> None:
    """Start the demo, draw, stop it."""
    os.environ |= {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    os.environ.pop("NO_COLOR", None)
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-m", "tuisocial", "demo", "--serve"], stdout=subprocess.PIPE
        ) as server,
    ):
        try:
            assert server.stdout is not None
            asyncio.run(_all(json.loads(server.stdout.readline()), Path(folder)))
        finally:
            server.terminate()


if __name__ == "__main__":
    main()

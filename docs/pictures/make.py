"""Draws the screen of the application on a home: `python docs/pictures/make.py HOME OUT.svg`.

It is the real application on what HOME has stored; nothing is fetched.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from pathlib import Path

from tuisocial.config.load import load
from tuisocial.config.paths import find_paths
from tuisocial.services.runtime import Runtime
from tuisocial.tui.app import TuisocialApp


async def draw(home: Path, size: tuple[int, int], keys: list[str]) -> str:
    """The SVG of the screen after some keys were pressed."""
    paths = find_paths(home)
    runtime = Runtime.open(paths, load(paths))
    # The picture shows a screen that is up to date; what is stored is, and no server is asked.
    runtime.start = _nothing  # type: ignore[method-assign]
    app = TuisocialApp(runtime)
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.press(*keys)
            await pilot.pause(0.5)
            return app.export_screenshot(title="tuisocial")
    finally:
        await runtime.aclose()


async def _nothing() -> None:
    return None


def main() -> None:
    """Read the arguments and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", default="100x30", help="columns x lines")
    parser.add_argument("--keys", default="", help="keys to press first, by Textual's names")
    chosen = parser.parse_args()
    columns, _, lines = chosen.size.partition("x")
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    drawn = asyncio.run(draw(chosen.home, (int(columns), int(lines)), chosen.keys.split()))
    chosen.out.write_text(drawn)


if __name__ == "__main__":
    main()

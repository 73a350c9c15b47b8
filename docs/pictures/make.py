"""Draws the screen of the application on a home: `python docs/pictures/make.py HOME OUT.svg`.

It is the real application on that home, after what its logins have to fetch has come.
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

_PATIENCE = 3.0
"""Seconds for the logins to fetch what is new."""


async def draw(home: Path, size: tuple[int, int], keys: list[str]) -> str:
    """The SVG of the screen after some keys were pressed."""
    paths = find_paths(home)
    runtime = Runtime.open(paths, load(paths))
    app = TuisocialApp(runtime)
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause(_PATIENCE)
            await pilot.press(*keys)
            await pilot.pause(0.5)
            return app.export_screenshot(title="tuisocial")
    finally:
        await runtime.aclose()


def main() -> None:
    """Read the arguments and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", default="100x30", help="columns x lines")
    parser.add_argument("--keys", default="", help="keys to press first, by Textual's names")
    chosen = parser.parse_args()
    columns, _, lines = chosen.size.partition("x")
    os.environ |= {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    os.environ.pop("NO_COLOR", None)
    drawn = asyncio.run(draw(chosen.home, (int(columns), int(lines)), chosen.keys.split()))
    chosen.out.write_text(drawn)


if __name__ == "__main__":
    main()

"""Draws a post in the making, on the demo: `python docs/pictures/compose.py`."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tuisocial.config.load import load
from tuisocial.config.paths import find_paths
from tuisocial.demo.pictures import paint
from tuisocial.model.draft import Attachment, Draft
from tuisocial.model.ids import LoginId
from tuisocial.services.runtime import Runtime
from tuisocial.tui.app import TuisocialApp

_OUT = Path(__file__).parent / "compose.svg"
_TEXT = (
    "The engine weaves algebraic patterns just as the Jacquard loom weaves flowers and leaves. "
    "#looms"
)


async def draw(home: Path) -> str:
    """The SVG of the compose screen with a picture and a warning, for both networks."""
    paths = find_paths(home)
    runtime = Runtime.open(paths, load(paths))
    picture = home / "mill.png"
    picture.write_bytes(paint("loom"))
    draft = Draft(
        _TEXT,
        (LoginId("masto"), LoginId("nos")),
        content_warning="weaving",
        language="en",
        media=(Attachment(str(picture), "Drawing of the mill, pencil on grey paper"),),
    )
    await runtime.composing.save(draft)
    app = TuisocialApp(runtime)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(3)
        for key in ("g", "d", "enter"):
            await pilot.press(key)
            await pilot.pause(1.5)
        await pilot.pause(4)
        return app.export_screenshot(title="tuisocial")


def main() -> None:
    """Start a demo, draw on it, end it."""
    os.environ |= {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tuisocial", "--home", folder, "demo", "--serve"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
            assert demo.stdout is not None
            home = Path(json.loads(demo.stdout.readline())["home"])
            try:
                _OUT.write_text(asyncio.run(draw(home)))
            finally:
                demo.terminate()


if __name__ == "__main__":
    main()

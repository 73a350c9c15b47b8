"""Handing an address to a browser, without waiting for it and without letting it spoil the screen.

Which addresses are fit to be opened is decided before, by `render.links`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

Opener = Callable[[str], Awaitable[str]]
"""Opens an address; the answer is empty, or says in a sentence why it could not."""


def browser(suspended: Callable[[], AbstractContextManager[None]]) -> Opener:
    """The system's browser; one that needs this terminal gets it, `suspended` meanwhile."""

    async def open_address(url: str) -> str:
        # 0.03 s, needed only when something is opened.
        import webbrowser

        try:
            found = await asyncio.to_thread(webbrowser.get)
            if isinstance(found, webbrowser.GenericBrowser) and not isinstance(
                found, webbrowser.BackgroundBrowser
            ):
                with suspended():
                    opened = found.open(url)
            else:
                opened = await asyncio.to_thread(found.open, url)
        except (webbrowser.Error, OSError):
            return "no browser was found here; y copies the address"
        return "" if opened else "the browser did not take it; y copies the address"

    return open_address

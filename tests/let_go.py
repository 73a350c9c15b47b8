"""Whether a secret is anywhere in this process' memory, as far as Python can tell."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from types import FrameType


def backwards(secret: str) -> str:
    """How a test remembers a secret without being what holds it."""
    return secret[::-1]


def holders(reversed_secret: str) -> list[str]:
    """What holds a text that the secret is part of, once what nobody refers to is gone.

    Each is the type and the beginning of the text's holder, which tells where to look.
    """
    gc.collect()
    secret = reversed_secret[::-1]
    data = secret.encode()
    found = []
    for holder, thing in _everything():
        if (isinstance(thing, str) and secret in thing and thing is not secret) or (
            isinstance(thing, bytes | bytearray) and data in thing and thing is not data
        ):
            found.append(f"{type(holder).__name__}: {holder!r:.300}".replace(secret, "***"))
    return found


def _everything() -> Iterator[tuple[object, object]]:
    """Every object that the collector knows or that those refer to, after what refers to it."""
    left: list[object] = gc.get_objects()
    seen = {id(left)}
    while left:
        holder = left.pop()
        if id(holder) in seen or (isinstance(holder, FrameType) and holder.f_code in _OURS):
            continue
        seen.add(id(holder))
        for thing in gc.get_referents(holder):
            if isinstance(thing, str | bytes | bytearray):
                yield holder, thing
            elif not gc.is_tracked(thing) and id(thing) not in seen:
                left.append(thing)


_OURS = {holders.__code__, _everything.__code__}

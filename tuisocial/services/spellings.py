"""How a secret may look when somebody else writes it down: quoted, escaped, encoded."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

SHORTEST = 4
"""What is shorter is part of too many words to be hidden."""
_SHORTEST_ENCODED = 8


def spellings(secret: str) -> tuple[str, ...]:
    """Every way in which `secret` is looked for, the longest first; none for a very short one.

    The longest come first because one may be part of another.
    """
    if len(secret) < SHORTEST:
        return ()
    found = {each for each in _written(secret) if len(each) >= SHORTEST}
    return tuple(sorted(found, key=lambda each: (-len(each), each)))


def _written(secret: str) -> Iterator[str]:
    import html  # half a megabyte of names of characters, and only where there is a secret

    yield secret
    for safe in ("", "/", "/:@!$&'()*+,;="):
        quoted = quote(secret, safe=safe, errors="replace")
        yield quoted
        # RFC 3986 §2.1 lets either case be written.
        yield re.sub("%..", lambda escape: escape[0].lower(), quoted)
    yield quote_plus(secret, errors="replace")
    yield json.dumps(secret)[1:-1]
    # As PHP writes JSON.
    yield json.dumps(secret)[1:-1].replace("/", "\\/")
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
    yield ascii(secret)[1:-1]
    yield html.escape(secret)
    yield html.escape(secret, quote=False)
    data = secret.encode("utf-8", "replace")
    yield repr(data)[2:-1]
    if len(data) >= _SHORTEST_ENCODED:
        yield data.hex()
        yield data.hex().upper()
        yield from _in_base64(data)


def _in_base64(data: bytes) -> Iterator[str]:
    """The part of a base64 text that `data` alone decides, wherever in it `data` begins.

    A basic authorization (RFC 7617) is base64 of `user:token`, whose user is not known here.
    """
    for before in range(3):
        whole = bytes(before) + data
        first = -(-before * 4 // 3)
        last = len(whole) * 4 // 3
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(whole).decode()[first:last]

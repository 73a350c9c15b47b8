"""Text as SQLite can hold it: what every id, key and JSON body passes through on its way in.

The model lets lone surrogates and NULs stand where a network sent them. SQLite refuses the first
and compares only up to the second in places, so both become U+FFFD, the same way at writing and at
looking up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

_REPLACEMENT = "\ufffd"
_SURROGATE = re.compile("[\ud800-\udfff]")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def storable(text: str) -> str:
    """`text` without lone surrogates and NULs."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            text = _SURROGATE.sub(_REPLACEMENT, text)
    return text.replace("\0", _REPLACEMENT) if "\0" in text else text


def dumps(value: Any) -> str:
    """`value` as JSON text that can be stored."""
    return storable(_encode(value))


def dumps_record(record: Mapping[str, Any]) -> str:
    """The same text as `dumps` gives, in a tenth of the time for a record of many parts."""
    try:
        return _quick()(record).decode()
    except TypeError:
        return dumps(record)


@cache
def _quick() -> Callable[[Mapping[str, Any]], bytes]:
    import orjson  # deferred: whoever only reads should not wait for it

    return orjson.dumps

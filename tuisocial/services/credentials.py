"""What is shaped like a credential, taken out of a text that nobody meant to hold one.

A second line of defence: it knows shapes and no secret. Those that were handed out are `logs`'.
"""

from __future__ import annotations

import re

_SHAPES = re.compile(
    r"(?i)((?:nsec1|ncryptsec1)(?=[a-z0-9])|bunker://(?=[^\s\"'])|[?&]secret=(?=[^\s\"'&#]))"
    r"(?:(?<=://)[^\s\"']+|(?<==)[^\s\"'&#]+|[a-z0-9]+)"
    r"|((?:\b(?:set-)?cookie|authorization|bearer|access_token|token|password|passphrase|secret"
    r"|api[_-]?key|code_verifier|\bcode(?==))"
    # After a blank alone, prose may follow: `password protected`.
    r"(?:[\"']?\s*[:=]\s*[\"']?|\s*[\"']|\s+(?=[A-Za-z._~+/=%-]*\d)))"
    r"(?:(?:bearer|basic|token)\s+)?[A-Za-z0-9._~+/=%-]{8,}"
    r"|(://[^/\s:@]*:)[^/\s@]+(?=@)"
)


def scrubbed(text: str) -> str:
    """`text` with everything shaped like a credential replaced by `***`, its beginning kept."""
    return _SHAPES.sub(lambda match: f"{match[1] or match[2] or match[3]}***", text)

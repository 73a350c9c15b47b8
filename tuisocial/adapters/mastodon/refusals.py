"""What a server's refusal of a write is about: the part of the post, read off its own sentence.

No server of the family says it otherwise; sentences are English where no language is asked for.
"""

from __future__ import annotations

import re

from tuisocial.model.submission import Feature
from tuisocial.sdk.errors import AdapterError, NotSupported, Refused

_SIGNS = tuple(
    (field, re.compile(sign, re.IGNORECASE))
    for field, sign in (
        (Feature.SCHEDULE, r"schedul"),
        (Feature.ALT, r"description"),
        (Feature.MEDIA, r"media|attach|file|image|video|audio|upload|thumbnail"),
        (Feature.POLL, r"poll|vote|option|expir"),
        (Feature.QUOTE, r"quot"),
        (Feature.REPLY, r"repl(y|ied|ies)|in_reply_to"),
        (Feature.VISIBILITY, r"visibility|privacy"),
        (Feature.LANGUAGE, r"language"),
        (Feature.CONTENT_WARNING, r"spoiler|content warning|subject|summary"),
        (Feature.TEXT, r"text|status|character|content|too long|blank|empty|mention"),
    )
)

_NO_SUCH_METHOD = (405, 501)
_TOO_LARGE = 413
_CHANGEABLE = {
    Feature.TEXT: "change the text",
    Feature.MEDIA: "attach something else, or attach it again",
    Feature.ALT: "change the description",
    Feature.POLL: "change the poll",
    Feature.SCHEDULE: "choose another time",
    Feature.QUOTE: "leave the quote out, or put a link instead",
    Feature.REPLY: "it may be deleted: post this by itself",
    Feature.VISIBILITY: "choose another visibility",
    Feature.LANGUAGE: "choose another language",
    Feature.CONTENT_WARNING: "change the content warning",
}


def field_of(said: str) -> str:
    """The feature that a sentence is about, empty where it does not tell."""
    return next((str(field) for field, sign in _SIGNS if sign.search(said)), "")


def of_write(error: AdapterError, status: int, where: str, said: str) -> AdapterError:
    """The error of a read, made one of a write."""
    if status in _NO_SUCH_METHOD:
        return NotSupported(f"{where} has no such thing", remedy="do without it on this server")
    if status == _TOO_LARGE:
        return Refused(
            f"{where} refuses something as large as that",
            field=Feature.MEDIA,
            remedy="make it smaller",
        )
    if isinstance(error, Refused):
        error.field = error.field or field_of(said)
        if error.field:
            error.remedy = _CHANGEABLE[Feature(error.field)]
    return error

"""What a remote signer answers (NIP-46), read from opened messages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tuisocial.adapters.nostr import addresses
from tuisocial.adapters.nostr.endings import said
from tuisocial.sdk.errors import BadAnswer, Refused
from tuisocial.sdk.reach import Reach


class Confirm(Exception):
    """The signer wants the person to confirm on a page; its answer to `request` comes after."""

    def __init__(self, request: str, address: str) -> None:
        super().__init__("the signer wants a confirmation")
        self.request = request
        self.address = address


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to the request of that name: at most one of the other two says something."""

    request: str
    result: str
    error: str


def read(text: str) -> Reply:
    """An answer from its JSON text; parts of a wrong type count as missing.

    Raises: ValueError for what answers no request.
    """
    try:
        told = json.loads(text)
    except RecursionError:
        raise ValueError("not an answer") from None
    if not isinstance(told, dict) or not isinstance(told.get("id"), str):
        raise ValueError("not an answer")
    result, error = told.get("result"), told.get("error")
    return Reply(
        told["id"],
        result if isinstance(result, str) else "",
        error if isinstance(error, str) else "",
    )


def page(address: str, relays: Sequence[str], reach: Reach) -> str:
    """An address that a signer gives for a browser, which may open it by itself.

    Only a signer all of whose relays are on this machine may name a page on this machine.
    Raises: BadAnswer for anything that is no web page's, and for one that is out of reach.
    """
    if not address.startswith(("https://", "http://")) or said(address) != address:
        raise BadAnswer("the signer wants a confirmation at something that is not a web page")
    by = next((relay for relay in relays if not addresses.loopback(relay)), relays[0])
    try:
        reach.handed(address, by)
    except Refused as refused:
        raise BadAnswer(
            f"the signer's page is not opened: {refused.message}", remedy=refused.remedy
        ) from None
    return address

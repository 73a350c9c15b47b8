"""Where pictures, films and sounds may be: their addresses are any author's choice.

An address that is out of reach is left out; what it was for is shown without it.
"""

from __future__ import annotations

from dataclasses import dataclass

from tuisocial.adapters.nostr import addresses
from tuisocial.sdk.errors import Refused
from tuisocial.sdk.reach import Reach


@dataclass(frozen=True, slots=True)
class Pictures:
    """The addresses that are taken; `near` says that my own relays are on this machine."""

    reach: Reach
    near: bool = False

    def place(self, address: str) -> str | None:
        """The address, if a program may ask for it; no name is looked up."""
        if not address.startswith(("https://", "http://")):
            return None
        try:
            self.reach.handed(address, addresses.word(near=self.near))
        except Refused:
            return None
        return address


ANYBODYS = Pictures(Reach())
"""The strictest: no host is the person's own."""

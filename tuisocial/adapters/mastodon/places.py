"""Addresses of pictures and sounds that a server hands over, which the program fetches by itself.

Links that a person opens are not held to this; `fields.web` reads those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from tuisocial.adapters.mastodon.fields import Json, records, spelling, text
from tuisocial.sdk.errors import Refused
from tuisocial.sdk.reach import Reach


@dataclass(frozen=True, slots=True)
class Places:
    """Where the server at the base address `server` may lead, by `reach`."""

    server: str
    reach: Reach

    def of(self, owner: Json, *keys: str) -> str | None:
        """The first address under `keys` that may be fetched; some servers leave out their host."""
        for key in keys:
            address = text(owner, key).strip()
            try:
                if address.startswith("/"):
                    address = urljoin(self.server, address)
                address = spelling(address)
                self.reach.handed(address, self.server)
            except (ValueError, Refused):
                continue
            return address
        return None

    def emoji(self, owner: Json) -> Mapping[str, str]:
        """Where the pictures of an owner's custom emoji are, by shortcode."""
        return {
            text(emoji, "shortcode"): picture
            for emoji in records(owner, "emojis")
            if (picture := self.of(emoji, "url", "static_url"))
        }

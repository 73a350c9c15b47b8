"""The adapter: what can be known of Nostr without a wire library or a connection."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from tuisocial import sdk
from tuisocial.adapters.nostr import entities, identifiers, keys, login
from tuisocial.adapters.nostr.ids import NETWORK
from tuisocial.adapters.nostr.outside import WORLD, Outside
from tuisocial.model.login import Login
from tuisocial.model.vocabulary import Vocabulary
from tuisocial.sdk.adapter import Session, SessionContext
from tuisocial.sdk.login_steps import LoginFlow
from tuisocial.sdk.options import Option

_HEX = re.compile(r"[0-9a-f]{64}")


class NostrAdapter:
    """Nostr, by any number of relays."""

    api_version = sdk.API_VERSION
    name = "nostr"
    network = NETWORK
    vocabulary = Vocabulary(
        network="Nostr",
        glyph="✦",
        letter="N",
        post="note",
        repost="repost",
        reposted="reposted",
        like="like",
        public="all notes",
    )
    options: Sequence[Option] = (
        Option(login.RELAYS, "the relays to read from, one address on a line"),
        Option(login.PUBKEY, "the account's public key in hex"),
        Option(login.SIGNER, "the public key in hex of the remote signer, if there is one"),
        Option(login.SIGNER_RELAYS, "the relays by which the signer is reached"),
        Option(login.BLOSSOM, "the media servers for files, where the account lists none itself"),
    )

    def __init__(self, outside: Outside = WORLD) -> None:
        self._outside = outside

    def owns(self, text: str) -> bool | None:
        """By its form: codes and `nostr:` are ours, web addresses that end in a code too."""
        text = text.strip()
        if code_in(text) is not None or text.startswith("nostr:") or keys.looks_secret(text):
            return True
        if _HEX.fullmatch(text):
            return None
        if "://" not in text and "@" in text and identifiers.parse(text) is not None:
            return None
        return False

    def login_flows(self) -> Sequence[LoginFlow]:
        """With a key, a signer, read-only, or as a guest."""
        return login.flows(self._outside)

    async def open(self, login: Login, context: SessionContext) -> Session:
        """Make a session; no relay is asked before something is read.

        Raises: Refused for options that name no relay.
        """
        from tuisocial.adapters.nostr import signed

        return await signed.session(login, context, self._outside)


def code_in(text: str) -> str | None:
    """The NIP-19 code that a pasted text is, has after `nostr:`, or ends with as a web address."""
    text = text.strip()
    if text.startswith(("https://", "http://")):
        try:
            text = urlsplit(text).path.rstrip("/").rpartition("/")[2]
        except ValueError:
            return None
    text = text.removeprefix("web+").removeprefix("nostr:").removeprefix("@")
    return text if entities.CODE.fullmatch(text) else None


adapter = NostrAdapter()

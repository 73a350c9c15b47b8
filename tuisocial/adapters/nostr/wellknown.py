"""Relays that many people know, for whoever names none: the only addresses in this adapter."""

INDEXERS = (
    "wss://purplepag.es",
    "wss://user.kindpag.es",
    "wss://indexer.coracle.social",
    "wss://relay.nos.social",
)
"""Where people's relay lists (NIP-65) are kept: each is asked for the list of who signs in."""

SUGGESTED = ("wss://relay.damus.io", "wss://nos.lol", "wss://relay.primal.net")
"""To begin with, for somebody without a list."""

MEETING = ("wss://relay.nsec.app", "wss://relay.primal.net")
"""Where a remote signer (NIP-46) is met when no relay is named."""

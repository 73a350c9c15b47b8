"""The network's names as the model's ids; why articles go by their address is in docs/decisions."""

from __future__ import annotations

import re
from functools import lru_cache

from tuisocial.adapters.nostr.entities import is_hex32
from tuisocial.model.ids import AccountId, PostId
from tuisocial.sdk.text import scalar

NETWORK = "nostr"
ARTICLE = 30_023
_ADDRESS = re.compile(r"(\d{1,5}):([0-9a-f]{64}):(.*)", re.DOTALL)


@lru_cache(maxsize=8192)
def account_id(pubkey: str) -> AccountId:
    """The account of a key in hex."""
    return AccountId(NETWORK, pubkey)


@lru_cache(maxsize=8192)
def named_account(pubkey: str) -> AccountId | None:
    """The account that a `p` tag names; None for what is no key."""
    return account_id(pubkey) if is_hex32(pubkey) else None


def event_id(event: str) -> PostId:
    """The post that is one event, by its id in hex."""
    return PostId(NETWORK, event)


def address_id(kind: int, pubkey: str, identifier: str) -> PostId:
    """The post that is whatever event its author last put at an address (NIP-01)."""
    return PostId(NETWORK, scalar(f"{kind}:{pubkey}:{identifier}"))


def split_address(uri: str) -> tuple[int, str, str] | None:
    """Kind, author and name of an address; None for anything else."""
    match = _ADDRESS.fullmatch(uri)
    return (int(match[1]), match[2], match[3]) if match else None


def reference_id(uri: str) -> PostId | None:
    """The post that a tag names by id or by address; None if it is neither."""
    if is_hex32(uri):
        return event_id(uri)
    address = split_address(uri)
    return address_id(*address) if address else None

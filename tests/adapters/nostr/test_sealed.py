"""NIP-44 by its official vectors, and what is no sealed text."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.nostr.signing import Author
from tuisocial.adapters.nostr import keys, sealed
from tuisocial.sdk.secret import Secret

VECTORS = Path(__file__).parents[2] / "data" / "nostr" / "vectors"
NIP_44: dict[str, Any] = json.loads((VECTORS / "nip44.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", NIP_44["encrypt_decrypt"], ids=lambda one: one["sec1"][-6:])
def test_the_official_payloads_open_on_both_sides(vector: dict[str, str]) -> None:
    one, two = Secret(vector["sec1"]), Secret(vector["sec2"])

    for mine, theirs in ((one, two), (two, one)):
        other = keys.public_key_of(theirs)
        assert sealed.unseal(mine, other, vector["payload"]) == vector["plaintext"]


@pytest.mark.parametrize("vector", NIP_44["no_conversation"], ids=lambda one: one["note"])
def test_between_what_are_no_keys_nothing_is_sealed(vector: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not a text that can be sealed"):
        sealed.seal(Secret(vector["sec1"]), vector["pub2"], "a")


@pytest.mark.parametrize("length", [n for n in NIP_44["no_lengths"] if n < 1_000_000])
def test_a_text_of_a_length_that_nip_44_does_not_know_is_not_sealed(length: int) -> None:
    ada, beth = Author("ada"), Author("beth")
    with pytest.raises(ValueError, match="not a text that can be sealed"):
        sealed.seal(Secret(ada.key.hex()), beth.pubkey, "a" * length)


@pytest.mark.parametrize("text", ["a", "🍕🫃", "x" * 60_000], ids=["short", "emoji", "long"])
def test_what_is_sealed_opens_for_the_other_and_for_nobody_else(text: str) -> None:
    ada, beth, eve = (Author(name) for name in ("ada", "beth", "eve"))
    payload = sealed.seal(Secret(ada.key.hex()), beth.pubkey, text)

    assert sealed.unseal(Secret(beth.key.hex()), ada.pubkey, payload) == text
    for key, other in ((eve, ada), (beth, eve)):
        with pytest.raises(ValueError, match="not a sealed text"):
            sealed.unseal(Secret(key.key.hex()), other.pubkey, payload)


@pytest.mark.parametrize("payload", ["", "Ag", "#v3", "A" * 132, "é" * 40])
def test_rubbish_is_no_sealed_text(payload: str) -> None:
    ada, beth = Author("ada"), Author("beth")
    with pytest.raises(ValueError, match="not a sealed text"):
        sealed.unseal(Secret(ada.key.hex()), beth.pubkey, payload)

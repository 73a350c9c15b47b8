"""Keys under a passphrase (NIP-49): its own test data, in and out, and nothing repeated."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.adapters.nostr.signing import Author
from tests.adapters.nostr.test_login import begin
from tuisocial.adapters.nostr import entities, ncryptsec
from tuisocial.sdk.errors import Refused
from tuisocial.sdk.login_steps import Answers, Ask, Done
from tuisocial.sdk.options import FieldKind
from tuisocial.sdk.secret import Secret

VECTOR: dict[str, str] = json.loads(
    (Path(__file__).parents[2] / "data" / "nostr" / "vectors" / "nip49.json").read_text()
)
CODE, PASSWORD = VECTOR["ncryptsec"], Secret(VECTOR["password"])
ada = Author("ada")


def test_the_specifications_key_is_decrypted() -> None:
    assert ncryptsec.decrypted(ncryptsec.checked(CODE), PASSWORD).reveal() == VECTOR["key"]


@pytest.mark.parametrize("passphrase", ["x", "a longer one, with blanks", "🍕"])
def test_a_key_comes_out_of_its_code_as_it_went_in(passphrase: str) -> None:
    code = ncryptsec.encrypted(Secret(ada.key.hex()), Secret(passphrase))

    assert ncryptsec.decrypted(ncryptsec.checked(code), Secret(passphrase)).reveal() == (
        ada.key.hex()
    )
    assert ncryptsec.encrypted(Secret(ada.key.hex()), Secret(passphrase)) != code


def test_a_passphrase_is_the_same_from_every_keyboard() -> None:
    """The two spellings that NIP-49 names."""
    code = ncryptsec.encrypted(Secret(ada.key.hex()), Secret("\u212b\u2126\u1e9b\u0323"))

    assert ncryptsec.decrypted(code, Secret("\u00c5\u03a9\u1e69")).reveal() == ada.key.hex()


def test_a_wrong_passphrase_is_refused_without_repeating_it() -> None:
    with pytest.raises(Refused, match="does not open this key") as refused:
        ncryptsec.decrypted(CODE, Secret("wrong-guess"))

    assert refused.value.field == "passphrase"
    assert "wrong-guess" not in f"{refused.value.message}{refused.value.remedy}"
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "code", [CODE[:-1], CODE[:-1] + "q", "ncryptsec1", "ncryptsec1" + "q" * 150]
)
def test_a_damaged_code_is_refused_before_a_passphrase_is_asked_for(code: str) -> None:
    with pytest.raises(Refused, match="mistyped or cut off") as refused:
        begin("key", nsec=code)

    assert refused.value.field == "nsec"
    said = f"{refused.value.message} {refused.value.remedy}"
    assert len(code) < 20 or code not in said


def test_a_code_that_would_fill_the_memory_is_refused() -> None:
    _, payload = entities.raw(CODE)
    greedy = entities.encode("ncryptsec", payload[:1] + bytes([40]) + payload[2:])

    with pytest.raises(Refused, match="more memory"):
        ncryptsec.checked(greedy)


def test_an_encrypted_key_signs_in_once_its_passphrase_is_right() -> None:
    step = begin("key", nsec=f" {CODE}\n")
    assert isinstance(step, Ask)
    assert [(field.name, field.kind) for field in step.fields] == [("passphrase", FieldKind.SECRET)]
    with pytest.raises(Refused, match="does not open"):
        asyncio.run(step.next(Answers(secrets={"passphrase": Secret("no")})))
    done = asyncio.run(step.next(Answers(secrets={"passphrase": PASSWORD})))

    assert isinstance(done, Done)
    assert set(done.secrets) == {"key"}
    assert done.secrets["key"].reveal() == VECTOR["key"]
    assert CODE not in repr(step)

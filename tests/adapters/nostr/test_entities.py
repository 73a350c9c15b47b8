"""NIP-19 codes: the specification's own examples, and agreement with pynostr."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynostr.utils import bech32_encode

from tuisocial.adapters.nostr import entities
from tuisocial.adapters.nostr.entities import AccountCode, AddressCode, EventCode
from tuisocial.adapters.nostr.nevent import nevent, prepare

KEY = "7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e"
NPUB = "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg"
NPROFILE = (
    "nprofile1qqsrhuxx8l9ex335q7he0f09aej04zpazpl0ne2cgukyawd24mayt8gpp4mhxue69uhhytnc9e3k7mgpz4m"
    "hxue69uhkg6nzv9ejuumpv34kytnrdaksjlyr9p"
)
NEVENT = (
    "nevent1qqstna2yrezu5wghjvswqqculvvwxsrcvu7uc0f78gan4xqhvz49d9spr3mhxue69uhkummnw3ez6un9d3shjt"
    "n4de6x2argwghx6egpr4mhxue69uhkummnw3ez6ur4vgh8wetvd3hhyer9wghxuet5nxnepm"
)
NADDR = (
    "naddr1qqyrzwrxvc6ngvfkqyghwumn8ghj7enfv96x5ctx9e3k7mgzyqalp33lewf5vdq847t6te0wvnags0gs0mu72kz"
    "8938tn24wlfze6qcyqqq823cph95ag"
)
EXAMPLE = "3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d"


def test_the_specifications_npub_reads_and_writes() -> None:
    assert entities.decode(NPUB) == AccountCode(KEY)
    assert entities.npub(KEY) == NPUB


def test_the_specifications_nprofile_reads() -> None:
    assert entities.decode(NPROFILE) == AccountCode(
        EXAMPLE, ("wss://r.x.com", "wss://djbas.sadkb.com")
    )


def test_the_nevent_of_nip_21_reads() -> None:
    assert entities.decode(NEVENT) == EventCode(
        "b9f5441e45ca39179320e0031cfb18e34078673dcc3d3e3a3b3a981760aa5696",
        ("wss://nostr-relay.untethr.me", "wss://nostr-pub.wellorder.net"),
    )


def test_the_naddr_of_nip_21_reads() -> None:
    assert entities.decode(NADDR) == AddressCode(
        30_023, EXAMPLE, "18ff5416", ("wss://fiatjaf.com",)
    )


@given(st.binary(min_size=32, max_size=32))
def test_written_codes_read_back(raw: bytes) -> None:
    name = raw.hex()

    assert entities.decode(entities.npub(name)) == AccountCode(name)
    assert entities.decode(nevent(name)) == EventCode(name)


@given(st.text(max_size=60), st.integers(0, 65_535))
def test_addresses_read_back(identifier: str, kind: int) -> None:
    code = entities.naddr(kind, KEY, identifier)

    assert code is not None
    assert entities.decode(code) == AddressCode(kind, KEY, identifier)


@given(st.binary(min_size=32, max_size=32))
def test_the_fast_nevent_is_the_one_that_pynostr_writes(raw: bytes) -> None:
    assert nevent(raw.hex()) == bech32_encode(b"\x00\x20" + raw, "nevent")


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40))
def test_nevents_made_together_are_those_of_each_id_alone(raws: list[bytes]) -> None:
    prepare(raw.hex() for raw in [*raws, *raws[:3]])

    assert [nevent(raw.hex()) for raw in raws] == [
        bech32_encode(b"\x00\x20" + raw, "nevent") for raw in raws
    ]


def test_nevents_are_right_when_more_were_made_than_are_held() -> None:
    raws = [number.to_bytes(32) for number in range(9000)]
    for start in range(0, len(raws), 500):
        prepare(raw.hex() for raw in raws[start : start + 500])

    for raw in (raws[0], raws[4321], raws[-1]):
        assert nevent(raw.hex()) == bech32_encode(b"\x00\x20" + raw, "nevent")


@pytest.mark.parametrize(
    "code",
    [
        NPUB[:-1] + "q",
        NPUB[:-5],
        "npub1",
        "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5",
        entities.encode("npub", b"short"),
        entities.encode("nevent", b"\x00\x04abcd"),
        entities.encode("nevent", b""),
        entities.encode("naddr", b"\x00\x01a"),
        entities.encode("nevent", b"\x00\x20" + b"a" * 10),
        NPUB.upper()[:-1] + "q",
        "",
        "note1é",
    ],
)
def test_what_is_no_code_for_anything_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        entities.decode(code)


def test_parts_of_unknown_types_are_passed_over() -> None:
    payload = b"\x07\x02zz" + b"\x00\x20" + bytes.fromhex(KEY) + b"\x01\x03wss\x01\xffcut"

    assert entities.decode(entities.encode("nprofile", payload)) == AccountCode(KEY, ("wss",))

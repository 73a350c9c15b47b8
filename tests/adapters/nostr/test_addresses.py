"""Relay addresses have one spelling, and strangers cannot make us dial private hosts."""

import pytest

from tuisocial.adapters.nostr import addresses


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("wss://Relay.Example.com/", "wss://relay.example.com"),
        ("relay.example.com", "wss://relay.example.com"),
        (" wss://relay.example.com:443/// ", "wss://relay.example.com"),
        ("wss://relay.example.com/Path/?a=B#c", "wss://relay.example.com/Path/?a=B"),
        ("ws://127.0.0.1:80", "ws://127.0.0.1"),
        ("ws://[::1]:7777", "ws://[::1]:7777"),
        ("wss://bücher.example", "wss://xn--bcher-kva.example"),
    ],
)
def test_an_address_has_one_spelling(text: str, url: str) -> None:
    assert addresses.normal(text) == url
    assert addresses.normal(url) == url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://relay.example.com", "begins with wss"),
        ("wss://ada:secret@relay.example.com", "no user name"),
        ("wss://", "names a host"),
        ("wss://a b.example", "no spaces"),
        ("wss://a.example/\x1b[2J", "no spaces or control"),
        ("wss://a.example:0", "a number from 1"),
        ("wss://a.example:99999", "a number from 1"),
        ("wss://" + "a" * 400, "at most 300"),
    ],
)
def test_what_is_no_relays_address_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        addresses.normal(text)


@pytest.mark.parametrize(
    "url",
    [
        "ws://127.0.0.1:7777",
        "wss://127.0.0.1",
        "wss://127.1",
        "wss://2130706433",
        "wss://0x7f000001",
        "wss://0.0.0.0",
        "wss://10.0.0.1",
        "wss://192.168.1.1:8443",
        "wss://169.254.169.254",
        "wss://100.64.0.1",
        "wss://[::1]",
        "wss://[::ffff:10.0.0.1]",
        "wss://[fd00::1]",
        "wss://[fe80::1]",
        "wss://224.0.0.1",
        "wss://localhost",
        "wss://relay.localhost:7000",
        "wss://printer",
        "wss://printer.local",
        "wss://db.internal",
        "wss://router.home.arpa",
        "wss://relay.onion",
        "ws://relay.example.com",
        "wss://relay.example.com:22",
        "wss://relay.example.com:25",
        "wss://user:pass@relay.example.com",
        "relay.example.com",
        "http://relay.example.com",
        "",
        None,
        7,
    ],
)
def test_a_strangers_list_cannot_name_it(url: object) -> None:
    assert addresses.foreign(url, loopback_allowed=False) is None


@pytest.mark.parametrize(
    "url",
    ["wss://relay.example.com", "wss://8.8.8.8", "wss://relay.example.com:8443/a", "wss://a.b:443"],
)
def test_a_strangers_list_can_name_public_relays(url: str) -> None:
    assert addresses.foreign(url, loopback_allowed=False) == addresses.normal(url)


def test_this_machine_may_be_named_where_my_own_relays_are_on_it() -> None:
    assert addresses.foreign("ws://127.0.0.1:7777", loopback_allowed=True) == "ws://127.0.0.1:7777"
    assert addresses.foreign("ws://10.0.0.1:7777", loopback_allowed=True) is None

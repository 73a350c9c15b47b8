"""Where a server may lead the program: nowhere private, however the address is spelled."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import hostile_text
from tuisocial.model.printable import printable_line
from tuisocial.sdk.errors import Refused
from tuisocial.sdk.reach import Circle, Reach, is_loopback, is_public, literal

FAR = "https://example.social/users/ada"
HERE = "http://127.0.0.1:3000/"

PRIVATE_NETWORKS = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
    "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4",
]  # fmt: skip

private_ipv4 = st.sampled_from(PRIVATE_NETWORKS).flatmap(
    lambda network: st.ip_addresses(v=4, network=network)
)


def spellings(address: ipaddress.IPv4Address) -> list[str]:
    """Every way that resolvers or IPv6 know to write an IPv4 address."""
    number = int(address)
    a, b, c, d = address.packed
    return [
        str(address),
        f"{address}.",
        str(number),
        hex(number),
        hex(number).upper().replace("0X", "0x"),
        f"0{number:o}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{number & 0xFFFF}",
        f"[::ffff:{address}]",
        f"[::ffff:{a:02x}{b:02x}:{c:02x}{d:02x}]",
        f"[64:ff9b::{address}]",
        f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1]",
        "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in str(address)),
    ]


@given(private_ipv4, st.data(), st.integers(1, 65535))
def test_no_spelling_of_a_private_address_is_followed(
    address: ipaddress.IPv4Address, data: st.DataObject, port: int
) -> None:
    host = data.draw(st.sampled_from(spellings(address)))
    with pytest.raises(Refused):
        Reach().handed(f"https://{host}:{port}/media.png", FAR)


@given(st.ip_addresses(v=4).filter(lambda address: address.is_global and not address.is_multicast))
def test_a_public_address_is_followed_in_its_usual_spelling(address: ipaddress.IPv4Address) -> None:
    assert Reach().handed(f"https://{address}/", FAR) is Circle.PUBLIC


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST.", "a.localhost", "printer.local", "nas.lan", "router.home.arpa",
        "x.internal", "nas", "[::1]", "[::]", "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]",
        "[fec0::1]", "[ff02::1]", "[::127.0.0.1]", "[::ffff:0:0]", "169.254.169.254", "127.1",
        "[2001:db8::1]", "localhost。", "ｌocalhost",
    ],
)  # fmt: skip
def test_no_private_host_is_followed(host: str) -> None:
    with pytest.raises(Refused, match=r"private address|without TLS|no web address") as caught:
        Reach().handed(f"https://{host}/", FAR)

    assert caught.value.remedy


@given(st.ip_addresses() | private_ipv4)
def test_a_name_is_followed_to_public_addresses_only(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    reach = Reach()

    assert reach.admits("rebinding.example", address, Circle.PUBLIC) is is_public(address)
    assert reach.admits("rebinding.example", address, Circle.ANYWHERE)
    if not address.is_loopback:
        assert reach.admits("rebinding.example", address, Circle.MACHINE) is is_public(address) or (
            address.version == 6
        )


@given(private_ipv4)
def test_no_private_address_is_public_however_it_is_wrapped(
    address: ipaddress.IPv4Address,
) -> None:
    number = int(address)
    for wrapped in (
        f"::ffff:{address}",
        f"::{address}",
        f"64:ff9b::{address}",
        f"2002:{number >> 16:x}:{number & 0xFFFF:x}::",
        f"2001:0:4136:e378:8000:63bf:{(number >> 16) ^ 0xFFFF:x}:{(number & 0xFFFF) ^ 0xFFFF:x}",
    ):
        assert not is_public(ipaddress.IPv6Address(wrapped))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.social/", "ftp://example.social/", "file:///etc/passwd", "javascript:1",
        "data:text/html,x", "//example.social/", "example.social", "", "https://", "http://[",
    ],
)  # fmt: skip
def test_a_server_leads_to_https_only(url: str) -> None:
    with pytest.raises(Refused, match=r"example\.social leads to"):
        Reach().handed(url, FAR)


def test_a_hidden_service_may_do_without_tls() -> None:
    onion = "http://" + "a" * 56 + ".onion/"

    assert Reach().handed(onion, FAR) is Circle.PUBLIC
    Reach().typed(onion)


def test_a_server_on_this_machine_may_lead_to_this_machine_and_no_further_within() -> None:
    assert Reach().handed("http://localhost:3001/", HERE) is Circle.MACHINE
    assert Reach().handed("http://127.0.0.2/", HERE) is Circle.MACHINE
    with pytest.raises(Refused):
        Reach().handed("https://192.168.1.1/", HERE)
    # Once it has led away, there is no way back.
    with pytest.raises(Refused):
        Reach().handed(HERE, "https://elsewhere.example/", Circle.MACHINE)


def test_a_server_may_lead_to_itself_and_within_the_circle_that_held_for_it() -> None:
    assert Reach().handed("https://nas.lan/b", "https://nas.lan/a") is Circle.ANYWHERE
    again = Reach().handed("https://b.example/", "https://b.example/x", Circle.PUBLIC)

    assert again is Circle.PUBLIC


def test_a_private_host_is_followed_and_may_lack_tls_once_a_person_named_it() -> None:
    reach = Reach(frozenset({"NAS.lan.", "192.168.1.5"}))

    assert reach.handed("http://nas.lan:8080/", FAR) is Circle.ANYWHERE
    assert reach.handed("https://192.168.1.5/", FAR) is Circle.ANYWHERE
    assert reach.typed("http://nas.lan/") is Circle.ANYWHERE
    assert reach.admits("nas.lan", ipaddress.ip_address("192.168.1.7"), Circle.PUBLIC)
    with pytest.raises(Refused):
        reach.handed("https://192.168.1.6/", FAR)


@pytest.mark.parametrize("url", ["http://example.social", "http://nas.lan", "http://192.168.1.5"])
def test_a_person_is_told_how_to_name_a_host_that_has_no_tls(url: str) -> None:
    with pytest.raises(Refused, match="without TLS") as caught:
        Reach().typed(url)

    assert caught.value.field == "server"
    assert "--private-host" in caught.value.remedy


@pytest.mark.parametrize("url", ["https://nas.lan", "https://192.168.1.5", "http://127.1:80", HERE])
def test_a_person_may_name_any_host(url: str) -> None:
    assert Reach().typed(url) is Circle.ANYWHERE


@given(hostile_text | hostile_text.map(lambda text: f"https://{text}/"))
def test_any_text_is_followed_or_refused_in_printable_words(text: str) -> None:
    said = ""
    for question in (lambda: Reach().handed(text, FAR), lambda: Reach().typed(text)):
        try:
            question()
        except Refused as refusal:
            said += refusal.message
    assert printable_line(said) == said


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("2130706433", "127.0.0.1"),
        ("0177.1", "127.0.0.1"),
        ("0x7f.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("1.2.3.4.5", None),
        ("example.social", None),
        ("0x", None),
        ("", None),
    ],
)
def test_an_address_is_told_from_a_name(host: str, address: str | None) -> None:
    assert literal(host) == (ipaddress.ip_address(address) if address else None)


def test_this_machine_has_many_names() -> None:
    names = ["localhost", "x.localhost.", "127.9.9.9", "[::1]", "::ffff:127.0.0.1", "017700000001"]

    assert all(map(is_loopback, names))
    assert not any(map(is_loopback, ["example.social", "localhost.example", "128.0.0.1", ""]))

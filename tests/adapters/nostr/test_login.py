"""Signing in takes keys as people have them, and never repeats one."""

import asyncio
from typing import Any

import pytest

from tests.adapters.nostr.signing import Author
from tuisocial.adapters.nostr.adapter import adapter
from tuisocial.sdk.errors import NotFound, Refused
from tuisocial.sdk.http import Http, Response
from tuisocial.sdk.login_steps import Answers, Done
from tuisocial.sdk.options import FieldKind
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.context import make_sign_in

ada = Author("ada")
RELAYS = ("wss://relay.example.com/", "wss://other.example")


class Domain(Http):
    """Answers NIP-05 requests with one document."""

    def __init__(self, body: bytes = b"", status: int = 200) -> None:
        super().__init__()
        self.asked: list[tuple[str, bool]] = []
        self._answer = Response(status, body, url="https://ada.example")

    async def get(self, url: str, **how: Any) -> Response:
        self.asked.append((url, how["follow_redirects"]))
        return self._answer


def sign_in(flow: str, http: Http | None = None, **answers: Any) -> Done:
    (chosen,) = (one for one in adapter.login_flows() if one.name == flow)
    lists = {"relay": answers.pop("relay", RELAYS)}
    secrets = {"nsec": Secret(answers.pop("nsec"))} if "nsec" in answers else {}
    step = asyncio.run(
        chosen.start(Answers(answers, lists, secrets), make_sign_in(http or Domain()))
    )
    assert isinstance(step, Done)
    return step


@pytest.mark.parametrize(
    "spelling", [ada.nsec, ada.key.hex(), ada.key.hex().upper(), ada.nsec + "\n"]
)
def test_a_key_signs_in_as_nsec_or_hex(spelling: str) -> None:
    done = sign_in("key", nsec=spelling)

    assert done.account is not None
    assert str(done.account) == f"nostr:{ada.pubkey}"
    assert done.secrets["key"].reveal() == ada.key.hex()
    assert done.options == {
        "relays": "wss://relay.example.com\nwss://other.example",
        "pubkey": ada.pubkey,
    }
    assert ada.key.hex() not in repr(done)


@pytest.mark.parametrize(
    "key",
    [ada.nsec[:-1], ada.nsec[:-1] + "q", ada.npub, "0" * 64, "f" * 64, "abc", "nsec1", " "],
)
def test_a_bad_key_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(Refused) as refused:
        sign_in("key", nsec=key)

    assert refused.value.field == "nsec"
    said = f"{refused.value.message} {refused.value.remedy}"
    assert len(key.strip()) < 6 or key.strip() not in said
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "spelling", [ada.npub, f"nostr:{ada.npub}", ada.pubkey, ada.pubkey.upper()]
)
def test_reading_only_takes_a_public_key(spelling: str) -> None:
    done = sign_in("npub", npub=spelling)

    assert str(done.account) == f"nostr:{ada.pubkey}"
    assert not done.secrets


def test_reading_only_takes_a_name_at_a_domain_and_its_relays() -> None:
    body = f'{{"names":{{"ada":"{ada.pubkey}"}},"relays":{{"{ada.pubkey}":["wss://Hers.example/","ws://10.0.0.1"]}}}}'
    domain = Domain(body.encode())

    done = sign_in("npub", domain, npub="Ada@ada.example", relay=())

    assert str(done.account) == f"nostr:{ada.pubkey}"
    assert (done.handle, done.suggested_name) == ("ada@ada.example", "ada")
    assert done.options["relays"] == "wss://hers.example"
    assert domain.asked == [("https://ada.example/.well-known/nostr.json?name=ada", False)]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b'{"names":{}}', 200), (b'{"names":{"ada":"npub1x"}}', 200), (b"", 302), (b"", 404)],
)
def test_a_name_that_its_domain_does_not_know_is_not_found(body: bytes, status: int) -> None:
    with pytest.raises(NotFound, match=r"ada\.example names no key for ada@ada\.example"):
        sign_in("npub", Domain(body, status), npub="ada@ada.example")


@pytest.mark.parametrize("text", ["", "hello", "ada@", "ada@10.0.0.1", ada.npub[:-1] + "q"])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        sign_in("npub", npub=text)


def test_a_secret_key_given_as_a_public_one_is_refused_without_repeating_it() -> None:
    with pytest.raises(Refused, match="that is a secret key") as refused:
        sign_in("npub", npub=ada.nsec)

    assert ada.nsec not in f"{refused.value.message}{refused.value.remedy}"


def test_a_guest_is_nobody_and_has_relays() -> None:
    done = sign_in("guest")

    assert done.account is None
    assert done.options == {"relays": "wss://relay.example.com\nwss://other.example"}


@pytest.mark.parametrize("flow", ["key", "npub", "guest"])
@pytest.mark.parametrize("relay", [(), ("https://relay.example.com",), ("wss://a:b@c.example",)])
def test_relays_are_needed_and_must_be_relays(flow: str, relay: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as refused:
        sign_in(flow, nsec=ada.nsec, npub=ada.npub, relay=relay)

    assert refused.value.field == "relay"


def test_the_questions_become_the_documented_flags() -> None:
    asked = {
        flow.name: [(field.name, field.kind) for field in flow.fields]
        for flow in adapter.login_flows()
    }

    relay = ("relay", FieldKind.URLS)
    assert asked == {
        "key": [("nsec", FieldKind.SECRET), relay],
        "npub": [("npub", FieldKind.TEXT), relay],
        "guest": [relay],
    }
    assert [flow.name for flow in adapter.login_flows() if flow.guest] == ["guest"]

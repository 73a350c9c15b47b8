"""Signing in takes keys as people have them, and never repeats one."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from tests.adapters.nostr.signing import Author
from tuisocial.adapters.nostr import keys
from tuisocial.adapters.nostr.adapter import NostrAdapter
from tuisocial.adapters.nostr.dial import DialFailed, Socket
from tuisocial.adapters.nostr.outside import Outside
from tuisocial.adapters.nostr.signers import LocalSigner
from tuisocial.sdk.errors import NotFound, Refused, Unreachable
from tuisocial.sdk.http import Http, Response
from tuisocial.sdk.login_steps import Answers, Ask, Done, Show, Step
from tuisocial.sdk.options import FieldKind
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.context import make_sign_in

ada = Author("ada")
RELAYS = ("wss://relay.example.com/", "wss://other.example")
SUGGESTED = ("wss://first.example", "wss://second.example")
DEAD = "wss://dead.example"


class Silent:
    """A connection on which nothing is said."""

    async def send(self, message: str) -> None: ...

    async def close(self) -> None: ...

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        return
        yield


async def dial(url: str, foreign: bool) -> Socket:
    if url.startswith(DEAD):
        raise DialFailed("refused the connection")
    return Silent()


adapter = NostrAdapter(Outside(indexers=(), suggested=SUGGESTED, meeting=(), dial=dial))


class Domain(Http):
    """Answers NIP-05 requests with one document."""

    def __init__(self, body: bytes = b"", status: int = 200) -> None:
        super().__init__()
        self.asked: list[tuple[str, bool]] = []
        self._answer = Response(status, body, url="https://ada.example")

    async def get(self, url: str, **how: Any) -> Response:
        self.asked.append((url, how["follow_redirects"]))
        return self._answer


def begin(flow: str, http: Http | None = None, **answers: Any) -> Step:
    (chosen,) = (one for one in adapter.login_flows() if one.name == flow)
    lists = {"relay": answers.pop("relay", RELAYS)}
    secrets = {"nsec": Secret(answers.pop("nsec"))} if "nsec" in answers else {}
    return asyncio.run(
        chosen.start(Answers(answers, lists, secrets), make_sign_in(http or Domain()))
    )


def sign_in(flow: str, http: Http | None = None, **answers: Any) -> Done:
    step = begin(flow, http, **answers)
    assert isinstance(step, Done)
    return step


@pytest.mark.parametrize(
    "spelling", [ada.nsec, ada.key.hex(), ada.key.hex().upper(), ada.nsec + "\n"]
)
def test_a_key_signs_in_as_nsec_or_hex(spelling: str) -> None:
    done = sign_in("key", nsec=spelling)

    assert done.account is not None
    assert str(done.account) == f"nostr:{ada.pubkey}"
    assert done.secrets["key"].reveal() == spelling.strip()
    assert done.options == {
        "relays": "wss://relay.example.com\nwss://other.example",
        "pubkey": ada.pubkey,
    }
    assert spelling.strip() not in repr(done)


def test_a_key_is_kept_out_of_logs_in_the_spelling_that_was_not_typed_too() -> None:
    hidden: list[Secret] = []
    (way,) = (flow for flow in adapter.login_flows() if flow.name == "key")
    answers = Answers(lists={"relay": RELAYS}, secrets={"nsec": Secret(ada.nsec)})
    asyncio.run(way.start(answers, replace(make_sign_in(Domain()), hide=hidden.append)))

    async def kept() -> Secret:
        return Secret(ada.nsec)

    asyncio.run(LocalSigner(ada.pubkey, kept, hidden.append).prove())

    assert hidden == [Secret(ada.key.hex())] * 2


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


SECRET = ada.nsec.removeprefix("nsec1")[:20]
ENCRYPTED = ada.nsec.replace("nsec1", "ncryptsec1")
BUNKER = f"bunker://{ada.pubkey}?relay=wss://a.example&secret={SECRET}"


def unasked(flow: str, **answers: Any) -> str:
    """What is said when something typed is refused before anybody is asked anything."""
    asked: list[str] = []

    async def noted(url: str, foreign: bool) -> Socket:
        asked.append(url)
        raise DialFailed("refused the connection")

    outside = Outside(indexers=SUGGESTED, suggested=SUGGESTED, meeting=SUGGESTED, dial=noted)
    (chosen,) = (one for one in NostrAdapter(outside).login_flows() if one.name == flow)
    lists = {"relay": answers.pop("relay", ())}
    secrets = {name: Secret(answers.pop(name)) for name in ("nsec", "bunker") if name in answers}
    domain = Domain()
    with pytest.raises(Refused) as refused:
        asyncio.run(chosen.start(Answers(answers, lists, secrets), make_sign_in(domain)))

    assert (asked, domain.asked) == ([], [])
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    return f"{refused.value.field}: {refused.value.message}; {refused.value.remedy}"


@pytest.mark.parametrize(
    "text",
    [
        ada.nsec,
        ada.nsec.upper(),
        f"nostr:{ada.nsec}",
        f"NOSTR:{ada.nsec}",
        ENCRYPTED,
        f"{ada.nsec}@ada.example",
        f"{ENCRYPTED[:50]}@ada.example",
        f"ada@{ada.nsec[:50]}.example",
        f"https://ada.example/{ada.nsec}",
        f"my key: {ada.nsec}.",
        BUNKER,
    ],
)
def test_a_secret_given_as_a_public_key_is_neither_looked_up_nor_repeated(text: str) -> None:
    said = unasked("npub", npub=text)

    assert said.startswith("npub: that is a secret key, or holds one")
    assert SECRET not in said.lower()


def test_what_is_no_public_key_is_not_repeated_for_it_may_be_a_part_of_a_secret() -> None:
    assert ada.key.hex()[:30] not in unasked("npub", npub=ada.key.hex()[:-1])


@pytest.mark.parametrize("flow", ["key", "npub", "new", "connect", "bunker", "guest"])
@pytest.mark.parametrize(
    "relay",
    [
        ada.nsec,
        ada.nsec.upper(),
        f"wss://{ada.nsec}",
        f"wss://{ada.nsec[:40]}.example",
        f"wss://relay.example.com/?key={ada.nsec}",
        ENCRYPTED,
        BUNKER,
        BUNKER.replace("bunker", "nostrconnect"),
        BUNKER.removeprefix("bunker://"),
        ada.key.hex(),
        ada.key.hex()[:-1].upper(),
        f"wss://{ada.key.hex()}",
        f"wss://ada:{SECRET}@relay.example.com",
        f"wss://ada:{SECRET}@relay.ex\u2100mple",
        f"https://relay.example.com/?token={SECRET}",
    ],
)
def test_a_secret_given_as_a_relay_is_neither_dialled_nor_repeated(flow: str, relay: str) -> None:
    given = {"nsec": ada.nsec, "bunker": f"bunker://{ada.pubkey}?relay=wss://a.example"}
    said = unasked(flow, npub=ada.npub, relay=(relay,), **given)

    assert said.startswith("relay: that is no relay: ")
    assert SECRET not in said.lower()
    assert ada.key.hex()[:20] not in said.lower()


def test_a_guest_is_nobody_and_has_relays() -> None:
    done = sign_in("guest")

    assert done.account is None
    assert done.options == {"relays": "wss://relay.example.com\nwss://other.example"}


@pytest.mark.parametrize("flow", ["key", "npub", "new", "connect", "guest"])
@pytest.mark.parametrize(
    "relay", ["https://relay.example.com", "wss://a:b@c.example", "bogus", "wss://a.example:0"]
)
def test_what_is_no_relay_is_refused_in_every_way_to_sign_in(flow: str, relay: str) -> None:
    with pytest.raises(Refused) as refused:
        begin(flow, nsec=ada.nsec, npub=ada.npub, relay=(relay,))

    assert refused.value.field == "relay"


def test_a_guest_needs_a_relay() -> None:
    with pytest.raises(Refused, match="a relay is needed") as refused:
        begin("guest", relay=())

    assert refused.value.field == "relay"


@pytest.mark.parametrize("flow", ["key", "npub", "new"])
def test_without_a_list_relays_are_chosen_from_some_that_are_suggested(flow: str) -> None:
    step = begin(flow, nsec=ada.nsec, npub=ada.npub, relay=())
    assert isinstance(step, Ask)
    (field,) = step.fields
    assert (field.name, field.kind, field.value) == (
        "relay",
        FieldKind.URLS,
        " ".join(SUGGESTED),
    )

    chosen = asyncio.run(step.next(Answers(lists={"relay": SUGGESTED[:1]})))
    done = asyncio.run(chosen.next()) if isinstance(chosen, Show) else chosen

    assert isinstance(done, Done)
    assert done.options["relays"] == SUGGESTED[0]


@pytest.mark.parametrize("flow", ["key", "npub", "new", "guest"])
def test_relays_of_which_none_answers_are_named_and_refused(flow: str) -> None:
    with pytest.raises(Unreachable, match=r"^dead\.example refused the connection$") as one:
        begin(flow, nsec=ada.nsec, npub=ada.npub, relay=(DEAD,))
    with pytest.raises(Unreachable) as two:
        begin(flow, nsec=ada.nsec, npub=ada.npub, relay=(DEAD, f"{DEAD}:8080"))

    assert "another relay" in one.value.remedy
    assert "dead.example refused" in two.value.message
    assert "dead.example:8080 refused" in two.value.message


@pytest.mark.parametrize("flow", ["key", "npub", "guest"])
def test_a_relay_that_does_not_answer_among_others_is_kept_and_named(flow: str) -> None:
    done = sign_in(flow, nsec=ada.nsec, npub=ada.npub, relay=(DEAD, *SUGGESTED))

    assert "dead.example refused the connection" in done.warning
    assert DEAD in done.options["relays"]
    assert "first.example" not in done.warning


def test_a_new_key_is_shown_once_and_signs_in() -> None:
    step = begin("new")
    assert isinstance(step, Show)
    done = asyncio.run(step.next())

    assert isinstance(done, Done)
    assert "keep it" in step.message
    assert step.secret == done.secrets["key"]
    key = keys.secret_key(step.secret.reveal())
    assert str(done.account) == f"nostr:{keys.public_key_of(key)}"
    assert step.secret.reveal().startswith("nsec1")
    assert step.secret.reveal() not in f"{step!r}{done!r}"


def test_every_new_key_is_another() -> None:
    assert len({keys.new_key() for _ in range(20)}) == 20


def test_the_questions_become_the_documented_flags() -> None:
    asked = {
        flow.name: [(field.name, field.kind, field.required) for field in flow.fields]
        for flow in adapter.login_flows()
    }

    relay = ("relay", FieldKind.URLS, False)
    assert asked == {
        "key": [("nsec", FieldKind.SECRET, True), relay],
        "bunker": [("bunker", FieldKind.SECRET, True), relay],
        "connect": [relay],
        "new": [relay],
        "npub": [("npub", FieldKind.TEXT, True), relay],
        "guest": [("relay", FieldKind.URLS, True)],
    }
    assert {flow.name: flow.flag for flow in adapter.login_flows() if flow.flag} == {
        "connect": "connect",
        "new": "new",
        "guest": "guest",
    }
    assert [flow.name for flow in adapter.login_flows() if flow.guest] == ["guest"]

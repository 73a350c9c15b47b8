"""Signing in over the wire: relays found from the person's own list, keys that go elsewhere."""

import shlex
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.adapters.nostr.signing import NOON, Author
from tests.live.fake_relay import FakeRelay
from tests.live.nostr import NOW, messages, tuisocial
from tuisocial.adapters.nostr import keys, ncryptsec
from tuisocial.adapters.nostr.adapter import NostrAdapter
from tuisocial.adapters.nostr.outside import Outside
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.sdk.adapter import Session
from tuisocial.sdk.capabilities import ExportsKey, Revokes
from tuisocial.sdk.errors import NotAllowed, Refused, SignInNeeded, Unreachable
from tuisocial.sdk.http import Http
from tuisocial.sdk.login_steps import Answers, Ask, Done, Show, Step
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.context import make_context, make_sign_in
from tuisocial.store.secrets.command import CommandSecrets

pytestmark = pytest.mark.live

ada, beth = Author("ada"), Author("beth")
Make = Callable[[], FakeRelay]
AWAY = "ws://127.0.0.1:9"


async def begin(flow: str, outside: Outside, author: Author = ada, *relays: str) -> Step:
    (chosen,) = (one for one in NostrAdapter(outside).login_flows() if one.name == flow)
    texts = {"npub": author.npub} if flow == "npub" else {}
    secrets = {"nsec": Secret(author.nsec)} if flow == "key" else {}
    http = Http()
    try:
        return await chosen.start(
            Answers(texts, {"relay": relays} if relays else {}, secrets),
            make_sign_in(http, lambda: NOW),
        )
    finally:
        await http.aclose()


@asynccontextmanager
async def opened(done: Done, *, without: str = "") -> AsyncIterator[Session]:
    secrets = {name: one.reveal() for name, one in done.secrets.items() if name != without}
    http = Http()
    login = Login(LoginId("me"), "nostr", "nostr", done.account, done.handle, dict(done.options))
    session = await NostrAdapter().open(login, make_context(secrets, http=http))
    try:
        yield session
    finally:
        await session.aclose()
        await http.aclose()


@pytest.mark.parametrize("flow", ["key", "npub"])
async def test_relays_are_found_from_the_persons_own_list(fake_relays: Make, flow: str) -> None:
    stale, fresh, one, two = (fake_relays() for _ in range(4))
    stale.events = [ada.writes_to(AWAY, created_at=NOON - 9)]
    fresh.events = [
        ada.event(
            tags=[["r", one.url], ["r", two.url, "read"], ["r", "wss://10.0.0.1"], ["r"]],
            kind=10_002,
        ),
        beth.writes_to(AWAY),
    ]

    done = await begin(flow, Outside(indexers=(stale.url, fresh.url), suggested=(AWAY,)))

    assert isinstance(done, Done)
    assert done.options["relays"].split() == [one.url, two.url]
    assert messages(one, "REQ") == []


async def test_relays_that_are_given_are_used_and_no_indexer_is_asked(fake_relays: Make) -> None:
    indexer, mine = fake_relays(), fake_relays()
    indexer.events = [ada.writes_to(indexer.url)]

    done = await begin("key", Outside(indexers=(indexer.url,)), ada, mine.url)

    assert isinstance(done, Done)
    assert done.options["relays"] == mine.url
    assert indexer.received == []


async def test_of_a_list_whose_relays_are_all_away_the_person_chooses(
    fake_relays: Make,
) -> None:
    indexer, mine = fake_relays(), fake_relays()
    indexer.events = [ada.writes_to(AWAY)]

    step = await begin("key", Outside(indexers=(indexer.url,), suggested=(mine.url,)))
    assert isinstance(step, Ask)
    with pytest.raises(Unreachable, match=r"^127\.0\.0\.1:9 refused the connection$"):
        await step.next(Answers(lists={"relay": (AWAY,)}))
    done = await step.next(Answers(lists={"relay": (mine.url,)}))

    assert step.fields[0].value == AWAY
    assert step.message == "127.0.0.1:9 refused the connection."
    assert isinstance(done, Done)
    assert done.options["relays"] == mine.url


@pytest.mark.parametrize("listed", [False, True])
async def test_without_a_list_or_an_indexer_some_are_suggested(
    fake_relays: Make, listed: bool
) -> None:
    indexer, mine = fake_relays(), fake_relays()
    if listed:
        indexer.stop()

    step = await begin("npub", Outside(indexers=(indexer.url,), suggested=(mine.url,)))

    assert isinstance(step, Ask)
    assert step.fields[0].value == mine.url


async def test_a_new_key_reads_its_relays_and_goes_elsewhere_under_a_passphrase(
    fake_relay: FakeRelay,
) -> None:
    step = await begin("new", Outside(indexers=()), ada, fake_relay.url)
    assert isinstance(step, Show)
    done = await step.next()
    assert isinstance(done, Done)
    async with opened(done) as session:
        assert isinstance(session, ExportsKey)
        assert not isinstance(session, Revokes)
        code = await session.export_key(Secret("open sesame"))
        with pytest.raises(Refused, match="a passphrase is needed") as refused:
            await session.export_key(Secret(""))

    assert refused.value.field == "passphrase"
    assert ncryptsec.decrypted(code, Secret("open sesame")) == keys.secret_key(step.secret.reveal())


async def test_a_login_without_its_key_exports_nothing(fake_relay: FakeRelay) -> None:
    reader = await begin("npub", Outside(indexers=()), ada, fake_relay.url)
    mine = await begin("key", Outside(indexers=()), ada, fake_relay.url)
    assert isinstance(reader, Done)
    assert isinstance(mine, Done)
    for done, without in ((reader, ""), (mine, "key")):
        async with opened(done, without=without) as session:
            assert isinstance(session, ExportsKey)
            with pytest.raises(NotAllowed, match="no key to sign with"):
                await session.export_key(Secret("x"))


async def test_a_key_that_is_anothers_is_not_signed_with(fake_relay: FakeRelay) -> None:
    done = await begin("key", Outside(indexers=()), ada, fake_relay.url)
    assert isinstance(done, Done)
    mixed_up = replace(done, secrets={"key": Secret(beth.key.hex())})
    async with opened(mixed_up) as session:
        assert isinstance(session, ExportsKey)
        with pytest.raises(SignInNeeded, match="another account's"):
            await session.export_key(Secret("x"))


@pytest.mark.parametrize(
    "spelling",
    [ada.nsec, ada.nsec.upper(), f"nostr:{ada.nsec}", ada.key.hex(), ada.key.hex().upper()],
)
async def test_a_kept_key_is_signed_with_however_it_is_spelt(
    fake_relay: FakeRelay, spelling: str
) -> None:
    done = await begin("key", Outside(indexers=()), ada, fake_relay.url)
    assert isinstance(done, Done)
    async with opened(replace(done, secrets={"key": Secret(spelling)})) as session:
        assert isinstance(session, ExportsKey)
        code = await session.export_key(Secret("open sesame"))

    assert ncryptsec.decrypted(code, Secret("open sesame")).reveal() == ada.key.hex()


@pytest.mark.parametrize("kept", ["hush", ada.npub, ada.nsec[:-1], "0" * 64, ""])
async def test_what_is_kept_and_is_no_key_is_said_without_repeating_it(
    fake_relay: FakeRelay, kept: str
) -> None:
    done = await begin("key", Outside(indexers=()), ada, fake_relay.url)
    assert isinstance(done, Done)
    async with opened(replace(done, secrets={"key": Secret(kept)})) as session:
        assert isinstance(session, ExportsKey)
        with pytest.raises(SignInNeeded, match=r"is no secret key$") as needed:
            await session.export_key(Secret("x"))

    assert not kept or kept not in f"{needed.value.message}{needed.value.remedy}"


@pytest.mark.parametrize("spelling", [ada.nsec, ada.key.hex()])
async def test_a_key_that_a_program_prints_is_the_one_that_was_typed(
    fake_relay: FakeRelay, spelling: str
) -> None:
    (way,) = (way for way in NostrAdapter(Outside()).login_flows() if way.name == "key")
    answers = Answers(lists={"relay": (fake_relay.url,)}, secrets={"nsec": Secret(spelling)})
    http = Http()
    done = await way.start(answers, make_sign_in(http, lambda: NOW))
    await http.aclose()
    assert isinstance(done, Done)
    program = CommandSecrets(shlex.join([sys.executable, "-c", f"print({spelling!r})"]))

    program.set(LoginId("me"), "key", done.secrets["key"])


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["login", "add", "nostr", "--guest", "--relay", "ws://127.0.0.1:9"], 4, "127.0.0.1:9 ref"),
        (["login", "add", "nostr", "--guest", "--relay", "bogus"], 2, "a relay's address is like"),
        (["timeline", "--source", "relay:bogus"], 2, "'bogus' is no relay"),
        (["timeline", "--source", "account:foo"], 2, "'foo' is no public key"),
    ],
)
def test_a_slip_ends_in_a_sentence_and_its_exit_code(
    fake_relay: FakeRelay, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    flags = ["--guest", "--relay", fake_relay.url, "--name", "me"]
    assert tuisocial(tmp_path, "login", "add", "nostr", *flags)[0] == 0
    ended = tuisocial(tmp_path, *arguments)

    assert ended[0] == code
    assert said in ended[2].splitlines()[-1]
    assert "Traceback" not in ended[2]

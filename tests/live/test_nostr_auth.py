"""Relays that ask who reads (NIP-42): mine are told, strangers' are not."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.adapters.nostr.signing import NOON, Author
from tests.live.fake_relay import FakeRelay
from tests.live.nostr import NOW, health, messages, session, texts, until
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.relays import Patience
from tuisocial.adapters.nostr.signers import LocalSigner, Unsigned
from tuisocial.model.timeline import Timeline, TimelineKind
from tuisocial.sdk.capabilities import EndpointState
from tuisocial.sdk.errors import NotAllowed
from tuisocial.sdk.secret import Secret

pytestmark = pytest.mark.live

PUBLIC, HOME = Timeline(TimelineKind.PUBLIC), Timeline(TimelineKind.HOME)
ada, beth = Author("ada"), Author("beth")
Make = Callable[[], FakeRelay]


def signer(author: Author) -> LocalSigner:
    async def key() -> Secret:
        return Secret(author.key.hex())

    return LocalSigner(author.pubkey, key)


class Counting:
    """A signer that signs when a test lets it, or refuses."""

    def __init__(self, author: Author, error: NotAllowed | None = None) -> None:
        self.pubkey = author.pubkey
        self.asked: list[Unsigned] = []
        self.allowed = asyncio.Event()
        self._inner = signer(author)
        self._error = error

    async def sign(self, unsigned: Unsigned) -> Event:
        self.asked.append(unsigned)
        await self.allowed.wait()
        if self._error is not None:
            raise self._error
        return await self._inner.sign(unsigned)

    async def prove(self) -> None: ...


async def test_my_relay_is_told_who_i_am_once_and_then_read(fake_relay: FakeRelay) -> None:
    seen: list[dict[str, Any]] = []

    def judge(event: dict[str, Any]) -> str:
        seen.append(event)
        return ""

    fake_relay.demand(judge)
    fake_relay.events = [ada.event("hello")]

    async with session(fake_relay.url, author=ada, signer=signer(ada)) as opened:
        pages = await asyncio.gather(
            *(opened.timeline(PUBLIC, cursor=None, limit=5) for _ in range(3))
        )

    assert [texts(page.items) for page in pages] == [["hello"]] * 3
    (event,) = seen
    assert (event["pubkey"], event["kind"], event["content"]) == (ada.pubkey, 22_242, "")
    assert event["created_at"] == int(NOW.timestamp())


async def test_a_new_connection_is_told_anew(fake_relay: FakeRelay) -> None:
    fake_relay.demand()
    fake_relay.events = [ada.event("hello")]

    async with session(fake_relay.url, author=ada, signer=signer(ada)) as opened:
        await opened.timeline(PUBLIC, cursor=None, limit=5)
        await asyncio.to_thread(fake_relay.drop_all)
        await until(lambda: health(opened, fake_relay).state is EndpointState.IDLE)
        page = await opened.timeline(PUBLIC, cursor=None, limit=5)

    assert texts(page.items) == ["hello"]
    assert len(messages(fake_relay, "AUTH")) == 2


async def test_a_relay_that_asks_and_then_refuses_nothing_is_not_told(
    fake_relay: FakeRelay,
) -> None:
    fake_relay.greeting = [["AUTH", "who?"]]
    fake_relay.events = [ada.event("hello")]

    async with session(fake_relay.url, author=ada, signer=signer(ada)) as opened:
        await opened.timeline(PUBLIC, cursor=None, limit=5)

    assert messages(fake_relay, "AUTH") == []


async def test_a_strangers_relay_never_learns_who_i_am(fake_relays: Make) -> None:
    mine, hers = fake_relays(), fake_relays()
    hers.demand()
    mine.events = [
        ada.follows(beth),
        beth.writes_to(hers.url),
        beth.event("here", created_at=NOON),
    ]
    hers.events = [beth.event("there", created_at=NOON)]

    async with session(mine.url, author=ada, signer=signer(ada)) as opened:
        page = await opened.timeline(HOME, cursor=None, limit=5)
        await opened.timeline(Timeline(TimelineKind.ACCOUNT, beth.pubkey), cursor=None, limit=5)
        with pytest.raises(NotAllowed, match="asks for a sign-in"):
            await opened.timeline(Timeline(TimelineKind.RELAY, hers.url), cursor=None, limit=5)
        said = health(opened, hers).detail

    assert texts(page.items) == ["here"]
    assert messages(hers, "REQ")
    assert messages(hers, "AUTH") == []
    assert said == "asks for a sign-in (who are you?)"


async def test_without_a_key_the_refusal_says_what_to_do(fake_relay: FakeRelay) -> None:
    fake_relay.demand()

    async with session(fake_relay.url) as opened:
        with pytest.raises(NotAllowed) as refused:
            await opened.timeline(PUBLIC, cursor=None, limit=5)

    at = fake_relay.url.removeprefix("ws://")
    assert refused.value.message == f"{at} asks for a sign-in (who are you?)"
    assert refused.value.remedy == "sign in with a key or a signer, or use another relay"


@pytest.mark.parametrize(
    ("words", "said", "remedy"),
    [
        ("restricted: not on the list", "does not accept this account", "ask its owner"),
        ("invalid: created_at too early", "because of its time", "set this machine's clock"),
        ("invalid: Too old", "because of its time", "set this machine's clock"),
    ],
)
async def test_a_sign_in_that_is_not_accepted_says_why(
    fake_relay: FakeRelay, words: str, said: str, remedy: str
) -> None:
    fake_relay.demand(lambda event: words)

    async with session(fake_relay.url, author=ada, signer=signer(ada)) as opened:
        with pytest.raises(NotAllowed) as refused:
            await opened.timeline(PUBLIC, cursor=None, limit=5)

    assert said in refused.value.message
    assert words in refused.value.message
    assert remedy in refused.value.remedy


async def test_whoever_refused_to_sign_is_not_asked_again(fake_relay: FakeRelay) -> None:
    fake_relay.demand()
    refusing = Counting(ada, NotAllowed("the signer refused to sign"))
    refusing.allowed.set()

    async with session(fake_relay.url, author=ada, signer=refusing) as opened:
        for _ in range(2):
            with pytest.raises(NotAllowed, match="but the signer refused to sign"):
                await opened.timeline(PUBLIC, cursor=None, limit=5)

    assert len(refusing.asked) == 1


async def test_a_page_does_not_wait_for_a_slow_signer_and_a_later_one_has_its_posts(
    fake_relays: Make,
) -> None:
    asking, plain = fake_relays(), fake_relays()
    asking.demand()
    asking.events = [ada.event("held back")]
    plain.events = [ada.event("at once", created_at=NOON - 1)]
    slow = Counting(ada)
    patience = Patience(grace=0.05, longest=60)

    async with session(asking.url, plain.url, author=ada, signer=slow, patience=patience) as opened:
        first = await opened.timeline(PUBLIC, cursor=None, limit=5)
        slow.allowed.set()
        await asyncio.to_thread(asking.wait_for, "AUTH")
        entries, cursor = list(first.items), first.older
        while cursor is not None:
            page = await opened.timeline(PUBLIC, cursor=cursor, limit=5)
            entries, cursor = [*entries, *page.items], page.older

    assert texts(first.items) == ["at once"]
    assert sorted(texts(entries)) == ["at once", "held back"]
    assert len(slow.asked) == 1


@pytest.mark.parametrize("ahead", [-420, 0, 420])
async def test_the_clock_is_held_against_the_relays(fake_relays: Make, ahead: int) -> None:
    relays = [fake_relays() for _ in range(3)]
    right = datetime.fromtimestamp(NOON, UTC)
    for relay in relays[:2]:
        relay.date = right
    relays[2].date = None

    now = right + timedelta(seconds=ahead)
    async with session(*(relay.url for relay in relays), author=ada, now=now) as opened:
        rights = await opened.rights()

    assert rights.skew == ahead
    assert rights.granted == ("read",)


async def test_what_may_be_done_where_is_told_by_my_list_and_the_relays(
    fake_relays: Make,
) -> None:
    read, both, unlisted = fake_relays(), fake_relays(), fake_relays()
    both.info = {"limitation": {"auth_required": True, "payment_required": True}}
    read.info = {"limitation": {"auth_required": "yes", "payment_required": False}}
    mine = ada.event(tags=[["r", read.url, "read"], ["r", f"{both.url}/"]], kind=10_002)
    read.events = [mine, ada.profile(name="ada")]

    async with session(read.url, both.url, unlisted.url, author=ada, signer=signer(ada)) as opened:
        await opened.me()
        granted = (await opened.rights()).granted
        rights = {relay: health(opened, relay).rights for relay in (read, both, unlisted)}

    assert rights == {read: ("read",), both: ("read", "write", "auth", "paid"), unlisted: ()}
    assert granted == ("read", "sign")

"""The conformance kit on the Nostr adapter, a real relay, and relays that can misbehave."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest
from pynostr.key import PrivateKey

from tests.live.fake_relay import DISCONNECT, FakeRelay
from tests.live.faulty import FaultyProxy, html
from tests.live.reading import Event, read_relay
from tuisocial.adapters.nostr.adapter import adapter
from tuisocial.adapters.nostr.entities import npub
from tuisocial.adapters.nostr.nevent import nevent
from tuisocial.demo import Demo
from tuisocial.demo.scenes import ARABIC, CJK, EMOJI_ONLY
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.login import Login
from tuisocial.model.timeline import HOME, Timeline, TimelineKind
from tuisocial.sdk.adapter import Session, SessionContext
from tuisocial.sdk.testing import pages
from tuisocial.sdk.testing.conformance import AdapterConformance
from tuisocial.sdk.testing.rule import Outcome, Result, Rule, run
from tuisocial.sdk.testing.specimen import FaultKind, NotApplicable, Samples, Specimen

pytestmark = pytest.mark.live

ANSWERS: dict[FaultKind, Sequence[object]] = {
    FaultKind.SILENT: [],
    FaultKind.CLOSING: [DISCONNECT],
    FaultKind.TROUBLE: [["CLOSED", "SUB", "error: the database is away"]],
    FaultKind.RATE_LIMITED: [["CLOSED", "SUB", "rate-limited: slow down"]],
}


@dataclass
class NostrSpecimen(Specimen):
    """The reader of the demo, or a guest; faults are those of another relay with the same notes."""

    fake: FakeRelay = field(kw_only=True)
    page: FaultyProxy = field(kw_only=True)
    relay: str = ""

    async def open_session(self, context: SessionContext) -> Session:
        options = {**self.login.options, "relays": self.relay or self.login.options["relays"]}
        return await self.adapter.open(replace(self.login, options=options), context)

    async def fault(self, kind: FaultKind) -> None:
        self.relay = self.fake.url
        if kind is FaultKind.SIGNED_OUT:
            raise NotApplicable("a relay is given no credentials that could be refused")
        if kind is FaultKind.UNREACHABLE:
            self.relay = "ws://127.0.0.1:9"
        elif kind is FaultKind.GARBAGE:
            self.relay = self.page.url.replace("http:", "ws:")
            self.page.break_with(html())
        elif kind is FaultKind.BAD_RECORD:
            author = self.samples.account.uri
            newest = max(
                (e for e in self.fake.events if (e["kind"], e["pubkey"]) == (1, author)),
                key=lambda event: event["created_at"],
            )
            self.fake.events.append({**newest, "id": "0" * 64, "content": "Not signed."})
        else:
            self.fake.answer_with(ANSWERS[kind])

    async def mend(self) -> None:
        self.relay = ""
        self.page.mend()
        self.fake.obey()


@pytest.fixture(scope="module")
def events(demo: Demo) -> list[Event]:
    return read_relay(demo.relay_url, {"since": 1})


@pytest.fixture(scope="module")
def samples(events: list[Event]) -> Samples:
    """Olga's notes: an article, emoji, hashtags, replies; and three that are hard to read."""
    olga = next(e for e in events if e["kind"] == 0 and '"olga"' in e["content"])["pubkey"]
    notes = [event for event in events if event["kind"] == 1]
    post = next(e for e in notes if e["pubkey"] == olga and "how many relays" in e["content"])
    texts = {
        PostId(adapter.network, event["id"]): text
        for text in (CJK, ARABIC, EMOJI_ONLY)
        for event in notes
        if event["content"] == text
    }
    assert len(texts) == 3
    return Samples(
        timeline=Timeline(TimelineKind.ACCOUNT, f"{adapter.network}:{olga}"),
        post=PostId(adapter.network, post["id"]),
        account=AccountId(adapter.network, olga),
        missing_post=PostId(adapter.network, "0" * 63 + "1"),
        missing_account=AccountId(adapter.network, PrivateKey().public_key.hex()),
        post_text=f"nostr:{nevent(post['id'])}",
        account_text=npub(olga),
        owned=(npub(olga), f"nostr:{npub(olga)}", f"https://example.com/{npub(olga)}"),
        texts=texts,
    )


class TestNostr(AdapterConformance):
    @pytest.fixture
    def specimen(
        self,
        demo: Demo,
        events: list[Event],
        samples: Samples,
        fake_relay: FakeRelay,
        faulty: Callable[[str], FaultyProxy],
    ) -> Specimen:
        key = PrivateKey.from_nsec(demo.nsec)
        me = key.public_key.hex()
        login = Login(
            LoginId("nos"),
            adapter.name,
            adapter.network,
            AccountId(adapter.network, me),
            options={"relays": demo.relay_url, "pubkey": me},
        )
        fake_relay.events = list(events)
        return NostrSpecimen(
            adapter,
            login,
            samples,
            {"key": key.hex()},
            server="127.0.0.1",
            fake=fake_relay,
            page=faulty(demo.mastodon_url),
        )

    @pytest.mark.parametrize("rule", pages.GROUP.rules, ids=lambda rule: rule.name)
    def test_home_too(self, rule: Rule, specimen: Specimen) -> None:
        """The merged timeline of everyone followed is read in pages as a single account's is."""
        specimen.samples = replace(specimen.samples, timeline=HOME)
        specimen.small_page = 30
        assert asyncio.run(run(rule, specimen)) == Result(rule, Outcome.HOLDS)


class TestNostrGuest(AdapterConformance):
    @pytest.fixture
    def specimen(
        self,
        demo: Demo,
        events: list[Event],
        samples: Samples,
        fake_relay: FakeRelay,
        faulty: Callable[[str], FaultyProxy],
    ) -> Specimen:
        login = Login(
            LoginId("visitor"),
            adapter.name,
            adapter.network,
            options={"relays": demo.relay_url},
        )
        fake_relay.events = list(events)
        return NostrSpecimen(
            adapter,
            login,
            samples,
            server="127.0.0.1",
            fake=fake_relay,
            page=faulty(demo.mastodon_url),
        )

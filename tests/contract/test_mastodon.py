"""The conformance kit on the Mastodon adapter, a real server, and a proxy that can misbehave."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.live.faulty import (
    Fault,
    FaultyProxy,
    Handler,
    close,
    html,
    rate_limited,
    stall,
    status,
)
from tests.live.reading import get
from tuisocial.adapters.mastodon.adapter import adapter
from tuisocial.demo import Demo
from tuisocial.demo.scenes import ARABIC, CJK, EMOJI_ONLY
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.login import Login
from tuisocial.model.timeline import HOME, Timeline, TimelineKind
from tuisocial.sdk.adapter import Session, SessionContext
from tuisocial.sdk.testing import pages
from tuisocial.sdk.testing.conformance import AdapterConformance
from tuisocial.sdk.testing.rule import Outcome, Result, Rule, run
from tuisocial.sdk.testing.specimen import FaultKind, Samples, Specimen

pytestmark = pytest.mark.live

FAULTS: dict[FaultKind, Fault] = {
    FaultKind.CLOSING: close(),
    FaultKind.GARBAGE: html(),
    FaultKind.TROUBLE: status(503),
    FaultKind.SIGNED_OUT: status(401, '{"error": "The access token is invalid"}'),
    FaultKind.RATE_LIMITED: rate_limited(),
}
ROWS = {"limit": 40}


@dataclass
class MastodonSpecimen(Specimen):
    """The reader of the demo, or a guest, with a proxy before the server."""

    proxy: FaultyProxy = field(kw_only=True)
    demo: Demo = field(kw_only=True)
    release: threading.Event = field(default_factory=threading.Event)
    closed: bool = False

    async def open_session(self, context: SessionContext) -> Session:
        login = self.login
        if self.closed:
            unused = replace(login, options={**login.options, "server": "http://127.0.0.1:9"})
            return await self.adapter.open(unused, context)
        return await self.adapter.open(login, context)

    async def fault(self, kind: FaultKind) -> None:
        if kind is FaultKind.UNREACHABLE:
            self.closed = True
        elif kind is FaultKind.SILENT:
            self.release.clear()
            self.proxy.break_with(stall(self.release))
        elif kind is FaultKind.BAD_RECORD:
            self.proxy.break_with(self.with_a_bad_record, path="/api/v1/accounts/")
        else:
            self.proxy.break_with(FAULTS[kind])

    async def mend(self) -> None:
        self.release.set()
        self.proxy.mend()
        self.closed = False

    def with_a_bad_record(self, handler: Handler) -> None:
        """Answers what the server does, with a record among the rows that is none."""
        token = handler.headers.get("Authorization", "").removeprefix("Bearer ")
        answer = get(self.demo.mastodon_url + handler.path, token or None)
        content = answer.json()
        if isinstance(content, list):
            content.insert(1, {"id": "1", "content": "<p>Who said this?</p>"})
        handler.answer(200, json.dumps(content).encode(), {"Content-Type": "application/json"})


def found(demo: Demo, path: str, **parameters: Any) -> Any:
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    return get(f"{demo.mastodon_url}{path}?{query}", demo.mastodon_token).json()


@pytest.fixture(scope="module")
def samples(demo: Demo) -> Samples:
    """Ada's posts: boosts, custom emoji, pictures, replies; and three that are hard to read."""
    network = adapter.network
    person = found(demo, "/api/v1/accounts/lookup", acct="ada")
    ada = AccountId(network, person["uri"])
    rows = found(demo, f"/api/v1/accounts/{person['id']}/statuses", **ROWS)
    post = next(row for row in rows if row["reblog"] is None and row["emojis"])
    texts = {}
    for name, text in (("seki", CJK), ("khwarizmi", ARABIC), ("hedy", EMOJI_ONLY)):
        for acct in (name, f"{name}@{name}.example"):
            people = found(demo, "/api/v1/accounts/search", q=acct)
            theirs = [
                row
                for one in people
                if one["username"] == name
                for row in found(demo, f"/api/v1/accounts/{one['id']}/statuses", **ROWS)
            ]
            texts |= {
                PostId(network, row["uri"]): text for row in theirs if text[:20] in row["content"]
            }
    return Samples(
        timeline=Timeline(TimelineKind.ACCOUNT, str(ada)),
        post=PostId(network, post["uri"]),
        account=ada,
        missing_post=PostId(network, f"{demo.mastodon_url}/@ada/1"),
        missing_account=AccountId(network, f"{demo.mastodon_url}/@nobody"),
        post_text=post["url"],
        account_text=f"@ada@{urlsplit(demo.mastodon_url).netloc}",
        owned=("@ada@example.social", "https://example.social/@ada/1"),
        texts=texts,
    )


class TestMastodon(AdapterConformance):
    @pytest.fixture
    def specimen(
        self, demo: Demo, samples: Samples, faulty: Callable[[str], FaultyProxy]
    ) -> Iterator[Specimen]:
        proxy = faulty(demo.mastodon_url)
        me = found(demo, "/api/v1/accounts/verify_credentials")
        netloc = urlsplit(demo.mastodon_url).netloc
        specimen = MastodonSpecimen(
            adapter,
            Login(
                LoginId("masto"),
                adapter.name,
                adapter.network,
                AccountId(adapter.network, me["uri"]),
                f"@reader@{netloc}",
                {"server": proxy.url, "domain": netloc},
            ),
            samples,
            {"token": demo.mastodon_token},
            server="127.0.0.1",
            proxy=proxy,
            demo=demo,
        )
        yield specimen
        specimen.release.set()

    @pytest.mark.parametrize("rule", pages.GROUP.rules, ids=lambda rule: rule.name)
    def test_home_too(self, rule: Rule, specimen: Specimen) -> None:
        """The merged timeline of everyone followed is read in pages as a single account's is."""
        specimen.samples = replace(specimen.samples, timeline=HOME)
        specimen.small_page = 30
        assert asyncio.run(run(rule, specimen)) == Result(rule, Outcome.HOLDS)


class TestMastodonGuest(AdapterConformance):
    @pytest.fixture
    def specimen(
        self, demo: Demo, samples: Samples, faulty: Callable[[str], FaultyProxy]
    ) -> Iterator[Specimen]:
        proxy = faulty(demo.mastodon_url)
        netloc = urlsplit(demo.mastodon_url).netloc
        specimen = MastodonSpecimen(
            adapter,
            Login(
                LoginId("visitor"),
                adapter.name,
                adapter.network,
                handle=netloc,
                options={"server": proxy.url, "domain": netloc},
            ),
            samples,
            server="127.0.0.1",
            proxy=proxy,
            demo=demo,
        )
        yield specimen
        specimen.release.set()

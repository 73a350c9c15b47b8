"""Somebody who writes by two logins, each behind a proxy that a fault can be put into."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pynostr.key import PrivateKey

from tests.live.servers import LiveMastodon
from tuisocial.adapters.mastodon.adapter import MastodonAdapter
from tuisocial.adapters.nostr.adapter import NostrAdapter
from tuisocial.adapters.nostr.outside import Outside, PublishPatience
from tuisocial.config.paths import find_paths
from tuisocial.config.schema import SecretsBackend, SecretSettings, Settings
from tuisocial.model.draft import Draft
from tuisocial.model.ids import LoginId, PostId
from tuisocial.registry import Registry
from tuisocial.sdk.login_steps import Answers
from tuisocial.sdk.secret import Secret
from tuisocial.services.keeping import Pauses
from tuisocial.services.runtime import Runtime
from tuisocial.store.outbox import Delivery, State

MASTO, NOS = LoginId("masto"), LoginId("nos")
NSEC = PrivateKey(hashlib.sha256(b"a writer").digest()).bech32()
NAME = "ada"
_NEAR = Outside(indexers=(), suggested=(), meeting=(), publishing=PublishPatience(0.2, 1.5, 0.5))


@dataclass
class Desk:
    """A runtime with both logins, and what one does with it."""

    runtime: Runtime

    async def send(self, draft: Draft) -> list[int]:
        """Queue a draft and try it once."""
        composing, outbox = self.runtime.composing, self.runtime.outbox
        numbers = await composing.send(await composing.save(draft), draft)
        await outbox.send(numbers)
        return numbers

    async def again(self, numbers: Sequence[int]) -> None:
        """Try at once what is not sent."""
        await self.runtime.outbox.retry(numbers)
        await self.runtime.outbox.send(numbers)

    def get(self, numbers: Sequence[int]) -> list[Delivery]:
        """How these stand."""
        return [self.runtime.outbox.get(number) for number in numbers]

    def waits(self, numbers: Sequence[int]) -> bool:
        """Whether nothing is lost: each is sent, or waits and says why."""
        found = self.get(numbers)
        return all(
            one.state is State.SENT
            or bool(one.problem)
            or (one.after is not None and one.state is State.QUEUED)
            for one in found
        )

    def post_of(self, number: int) -> PostId:
        """The post that a delivery came to."""
        receipt = self.runtime.outbox.get(number).receipt
        assert receipt is not None
        assert receipt.view is not None
        return receipt.view.post.id

    async def deleted(self, post: PostId) -> list[int]:
        """Take a post back and try it once."""
        numbers = await self.runtime.composing.delete(post)
        await self.runtime.outbox.send(numbers)
        return numbers


@asynccontextmanager
async def desk(home: Path) -> AsyncIterator[Desk]:
    """The home's runtime; its secrets are in a file."""
    runtime = Runtime.open(
        find_paths(home),
        Settings(secrets=SecretSettings(backend=SecretsBackend.FILE)),
        registry=Registry.of(MastodonAdapter(), NostrAdapter(_NEAR)),
        pauses=Pauses(_soon, lambda low, high: high),
    )
    try:
        yield Desk(runtime)
    finally:
        await runtime.aclose()


async def _soon(seconds: float) -> None:
    await asyncio.sleep(min(seconds, 0.05))


async def sign_in(
    home: Path,
    mastodon: LiveMastodon,
    mastodon_url: str,
    relay_url: str,
) -> None:
    """Give the home its two logins, by these addresses."""
    async with desk(home) as made:
        logins = made.runtime.logins
        for adapter, name, answers in (
            (
                "mastodon",
                "masto",
                Answers(
                    texts={"server": mastodon_url},
                    secrets={"token": Secret(mastodon.tokens[NAME])},
                ),
            ),
            (
                "nostr",
                "nos",
                Answers(lists={"relay": (relay_url,)}, secrets={"nsec": Secret(NSEC)}),
            ),
        ):
            given = {*answers.texts, *answers.lists, *answers.secrets}
            flow = next(
                flow
                for flow in logins.flows_of(adapter)
                if given <= {field.name for field in flow.fields} and not flow.guest
            )
            await logins.add(adapter, flow, answers, name)

"""An adapter whose ways to sign in take every kind of step."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tuisocial.model.ids import AccountId
from tuisocial.sdk.errors import Refused
from tuisocial.sdk.login_steps import (
    Answers,
    Ask,
    ByHand,
    Done,
    Elsewhere,
    LoginFlow,
    Show,
    SignInContext,
    Step,
)
from tuisocial.sdk.options import Field
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.making import make_account
from tuisocial.sdk.testing.memory import MemoryAdapter


class SteppingAdapter(MemoryAdapter):
    """The memory network; `agreed` is what its page waits for, `closed` counts closed steps.

    A code is not answered to before `held` is set; `answered` counts those that were right.
    """

    SECRET = "shown-once-and-never-again"

    def __init__(self) -> None:
        super().__init__()
        self.agreed = asyncio.Event()
        self.held = asyncio.Event()
        self.held.set()
        self.closed = self.answered = 0
        self.server.welcome(self.SECRET, make_account("ada"))

    def login_flows(self) -> Sequence[LoginFlow]:
        token, guest = super().login_flows()
        return (
            token,
            LoginFlow("new", "A new key", "made here", (), self._new, flag="new"),
            LoginFlow("more", "With questions", "one after the other", (), self._more, flag="more"),
            LoginFlow("page", "On a page", "elsewhere", (), self._page, flag="page"),
            guest,
        )

    async def _new(self, answers: Answers, context: SignInContext) -> Step:
        return Show("Keep this.", Secret(self.SECRET), self._ada)

    async def _more(self, answers: Answers, context: SignInContext) -> Step:
        async def coloured(answers: Answers) -> Step:
            stranger = AccountId(self.network, "stranger")
            return Done(stranger, "@stranger", "stranger", {"server": self.server.host})

        return Ask((Field("colour", "Colour"),), coloured, "Which colour?")

    async def _page(self, answers: Answers, context: SignInContext) -> Step:
        async def arrived() -> Step:
            await self.agreed.wait()
            return await self._ada()

        async def typed(answers: Answers) -> Step:
            if answers.texts.get("code") != "right":
                raise Refused("that is not the code", field="code")
            await self.held.wait()
            self.answered += 1
            return await self._ada()

        async def aclose() -> None:
            self.closed += 1

        return Elsewhere(
            "Agree on the page.",
            "https://memory.example/agree",
            arrived,
            by_hand=ByHand("https://memory.example/by-hand", Field("code", "Code"), typed),
            aclose=aclose,
        )

    async def _ada(self) -> Step:
        ada = make_account("ada")
        return Done(
            ada.id,
            ada.handle,
            self.name,
            {"server": self.server.host},
            secrets={"token": Secret(self.SECRET)},
        )

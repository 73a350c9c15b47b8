"""A network whose sign-ins can be replaced and given back."""

from __future__ import annotations

from tests.services.world import World
from tuisocial.model.login import Login
from tuisocial.sdk.adapter import Session, SessionContext
from tuisocial.sdk.login_steps import Answers, Done, SignInContext, Step
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.making import make_account
from tuisocial.sdk.testing.memory import MemoryAdapter
from tuisocial.services.signing_in import SignIn


class Replacing(MemoryAdapter):
    """Each sign-in brings a token and what it was asked for; `revoked` are tokens given back.

    `renewed` is what the next sign-ins bring, `who` as whom, `trouble` what stands
    in the way of revoking.
    """

    def __init__(self) -> None:
        super().__init__()
        self.revoked: list[tuple[str, str]] = []
        self.renewed: dict[str, str] = {}
        self.trouble: Exception | None = None
        self.who = make_account("ada")

    async def open(self, login: Login, context: SessionContext) -> Session:
        session = await super().open(login, context)

        async def revoke() -> None:
            token = await context.secret("token")
            assert token is not None
            if self.trouble is not None:
                raise self.trouble
            self.revoked.append((token.reveal(), login.options.get("client", "")))

        session.revoke = revoke  # type: ignore[attr-defined]
        return session

    async def _sign_in(self, answers: Answers, context: SignInContext) -> Step:
        secrets = {name: Secret(value) for name, value in self.renewed.items()}
        options = {"client": f"of {self.renewed['token']}"}
        return Done(self.who.id, self.who.handle, self.name, options, secrets)

    async def sign_in(self, world: World, again: Login | None = None, **secrets: str) -> SignIn:
        """Sign in so that these secrets are kept."""
        self.renewed = secrets
        flow = self.login_flows()[0]
        sign_in = world.runtime.logins.begin("memory", flow, again=again)
        async with sign_in:
            await sign_in.answer(Answers(secrets={"token": Secret("typed")}))
            await world.runtime.logins.keep(sign_in, None if again else "one")
        return sign_in

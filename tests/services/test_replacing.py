"""Signing in again has the server forget the sign-in that is replaced, and that one only."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.services.replacing import Replacing
from tests.services.world import World
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.sdk.adapter import Session, SessionContext
from tuisocial.sdk.errors import NotSupported, SignInNeeded, Unreachable
from tuisocial.services.signing_in import still_valid

Open = Callable[..., World]
ONE = LoginId("one")


def kept(world: World) -> dict[tuple[str, str], str]:
    return {place: secret.reveal() for place, secret in world.secrets.kept.items()}


async def test_signing_in_again_gives_the_replaced_sign_in_back_with_its_own_options(
    open_world: Open,
) -> None:
    adapter = Replacing()
    world = open_world(adapter)
    await adapter.sign_in(world, token="first", client_secret="of-first")
    one = world.runtime.logins.get(ONE)
    sign_in = await adapter.sign_in(world, one, token="second")
    assert adapter.revoked == [("first", "of first")]
    assert sign_in.unrevoked is None
    assert kept(world) == {("one", "token"): "second"}


@pytest.mark.parametrize("more", [{}, {"client_secret": "another"}])
async def test_what_is_kept_again_is_not_given_back(open_world: Open, more: dict[str, str]) -> None:
    adapter = Replacing()
    world = open_world(adapter)
    await adapter.sign_in(world, token="first", client_secret="of-first")
    sign_in = await adapter.sign_in(world, world.runtime.logins.get(ONE), token="first", **more)
    assert adapter.revoked == []
    assert sign_in.unrevoked is None


@pytest.mark.parametrize(
    ("trouble", "said", "remedy"),
    [
        (SignInNeeded("gone"), "", ""),
        (NotSupported("no way to", remedy="delete it there"), "no way to", "delete it there"),
        (Unreachable("first is down"), "*** is down", "end the older one"),
        (ValueError("first"), "failed: ValueError", "end the older one"),
    ],
    ids=lambda each: type(each).__name__,
)
async def test_a_sign_in_that_cannot_be_given_back_is_told_and_the_new_one_is_kept(
    open_world: Open, trouble: Exception, said: str, remedy: str
) -> None:
    adapter = Replacing()
    world = open_world(adapter)
    await adapter.sign_in(world, token="first")
    adapter.trouble = trouble
    sign_in = await adapter.sign_in(world, world.runtime.logins.get(ONE), token="second")
    assert kept(world) == {("one", "token"): "second"}
    if not said:
        assert sign_in.unrevoked is None
        return
    assert sign_in.unrevoked is not None
    words, then = still_valid(ONE, sign_in.unrevoked)
    assert said in words
    assert remedy in then


async def test_a_network_that_cannot_revoke_is_not_asked_to(open_world: Open) -> None:
    class Without(Replacing):
        async def open(self, login: Login, context: SessionContext) -> Session:
            session = await super().open(login, context)
            del session.revoke  # type: ignore[attr-defined]
            return session

    adapter = Without()
    adapter.trouble = RuntimeError("asked")
    world = open_world(adapter)
    await adapter.sign_in(world, token="first")
    sign_in = await adapter.sign_in(world, world.runtime.logins.get(ONE), token="second")
    assert sign_in.unrevoked is None
    assert kept(world) == {("one", "token"): "second"}

"""Signing in again has the server forget the sign-in that is replaced, and that one only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.services.replacing import Replacing
from tests.services.world import World
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.sdk.adapter import Session, SessionContext
from tuisocial.sdk.errors import NotSupported, Refused, SignInNeeded, Unreachable
from tuisocial.sdk.login_steps import (
    Answers,
    ByHand,
    Elsewhere,
    LoginFlow,
    SignInContext,
    Step,
)
from tuisocial.sdk.options import Field
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.making import make_account
from tuisocial.services.signing_in import still_valid
from tuisocial.store.secrets import SecretsUnavailable

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


async def test_what_could_not_be_kept_is_good_for_another_try_and_given_back_when_it_is_left(
    open_world: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = Replacing()
    world = open_world(adapter)
    await adapter.sign_in(world, token="first")
    for again in (world.runtime.logins.get(ONE), None):
        adapter.revoked.clear()
        adapter.renewed = {"token": "second"}
        sign_in = world.runtime.logins.begin("memory", adapter.login_flows()[0], again=again)
        await sign_in.answer(Answers(secrets={"token": Secret("typed")}))
        with monkeypatch.context() as patch:
            patch.setattr(world.secrets, "set", full)
            with pytest.raises(SecretsUnavailable):
                await world.runtime.logins.keep(sign_in)
        assert adapter.revoked == []
        await sign_in.leave()
        assert adapter.revoked == [("second", "of second")]
        await sign_in.leave()
        assert len(adapter.revoked) == 1
        assert kept(world) == {("one", "token"): "first"}


def full(login: LoginId, name: str, secret: Secret) -> None:
    if secret.reveal() == "second":
        raise SecretsUnavailable("the keyring is full", "make room")


async def test_what_is_kept_is_not_given_back_when_its_sign_in_is_left(open_world: Open) -> None:
    adapter = Replacing()
    world = open_world(adapter)
    sign_in = await adapter.sign_in(world, token="first")
    await sign_in.leave()
    assert adapter.revoked == []


async def test_what_a_sign_in_comes_to_after_it_was_left_is_given_back_and_not_kept(
    open_world: Open,
) -> None:
    adapter = Replacing()
    world = open_world(adapter)
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def start(answers: Answers, context: SignInContext) -> Step:
        asked.set()
        await go_on.wait()
        return await adapter._sign_in(answers, context)

    adapter.renewed = {"token": "late"}
    sign_in = world.runtime.logins.begin("memory", LoginFlow("slow", "", "", (), start))
    answering = asyncio.create_task(sign_in.answer(Answers()))
    await asked.wait()
    await sign_in.leave()
    go_on.set()
    with pytest.raises(Refused, match="is over"):
        await answering
    assert adapter.revoked == [("late", "of late")]


async def test_a_sign_in_as_somebody_else_is_given_back(open_world: Open) -> None:
    adapter = Replacing()
    world = open_world(adapter)
    await adapter.sign_in(world, token="first")
    adapter.who = make_account("grace")
    with pytest.raises(Refused, match="that is @grace"):
        await adapter.sign_in(world, world.runtime.logins.get(ONE), token="of-grace")
    assert adapter.revoked == [("of-grace", "of of-grace")]
    assert kept(world) == {("one", "token"): "first"}
    # What is kept already is left alone, whoever it is said to be.
    with pytest.raises(Refused, match="that is @grace"):
        await adapter.sign_in(world, world.runtime.logins.get(ONE), token="first")
    assert len(adapter.revoked) == 1


async def test_who_came_as_somebody_else_is_waited_for_as_before(open_world: Open) -> None:
    adapter = Replacing()
    world = open_world(adapter)
    await adapter.sign_in(world, token="first")
    come, closed = asyncio.Event(), asyncio.Event()

    async def start(answers: Answers, context: SignInContext) -> Step:
        async def arrived() -> Step:
            await come.wait()
            adapter.who = make_account("ada")
            return await adapter._sign_in(answers, context)

        async def typed(answers: Answers) -> Step:
            return await adapter._sign_in(answers, context)

        async def aclose() -> None:
            closed.set()

        by_hand = ByHand("https://x.example/code", Field("code", "Code"), typed)
        return Elsewhere("", "https://x.example", arrived, by_hand=by_hand, aclose=aclose)

    adapter.who, adapter.renewed = make_account("grace"), {"token": "second"}
    flow, one = LoginFlow("page", "", "", (), start), world.runtime.logins.get(ONE)
    async with world.runtime.logins.begin("memory", flow, again=one) as sign_in:
        await sign_in.answer(Answers())
        waiting = asyncio.create_task(sign_in.arrived())
        with pytest.raises(Refused, match="that is @grace"):
            await sign_in.answer(Answers())
        assert not closed.is_set()
        come.set()
        await waiting
        assert closed.is_set()
        await world.runtime.logins.keep(sign_in)
    assert kept(world) == {("one", "token"): "second"}


async def test_what_may_be_kept_is_not_given_back_while_that_cannot_be_seen(
    open_world: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = Replacing()
    world = open_world(adapter)
    await adapter.sign_in(world, token="first")
    adapter.renewed = {"token": "first"}
    one = world.runtime.logins.get(ONE)
    async with world.runtime.logins.begin("memory", adapter.login_flows()[0], again=one) as left:
        await left.answer(Answers(secrets={"token": Secret("typed")}))

        def locked(*_: object) -> None:
            raise SecretsUnavailable("the keyring is locked", "unlock it")

        monkeypatch.setattr(world.secrets, "get", locked)
    assert adapter.revoked == []

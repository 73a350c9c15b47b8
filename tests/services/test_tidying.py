"""Secrets follow their logins, or go, whatever happens in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.services.world import World, two_logins
from tuisocial.errors import UsageError
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.model.timeline import HOME
from tuisocial.sdk.adapter import Session, SessionContext
from tuisocial.sdk.errors import SignInNeeded
from tuisocial.sdk.login_steps import Answers, Done, LoginFlow, SignInContext, Step
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.making import make_account
from tuisocial.sdk.testing.memory import MemoryAdapter
from tuisocial.store.rows import Source
from tuisocial.store.secrets import SecretsUnavailable

Open = Callable[..., World]
ONE, TWO = LoginId("one"), LoginId("two")


class Stop(BaseException):
    """The process ends here."""


def kept(world: World) -> dict[tuple[str, str], str]:
    return {place: secret.reveal() for place, secret in world.secrets.kept.items()}


def stop_at(world: World, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """End the process when a secret is next written or forgotten."""

    def stop(*_: object) -> None:
        raise Stop

    monkeypatch.setattr(world.secrets, method, stop)


@pytest.mark.parametrize("method", ["get", "set", "forget"])
async def test_a_rename_that_is_cut_off_is_finished_or_never_was(
    open_world: Open, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    world, *_ = await two_logins(open_world())
    token = kept(world)["one", "token"]
    with monkeypatch.context() as patch:
        stop_at(world, patch, method)
        with pytest.raises(Stop):
            await world.runtime.arrangement.rename(ONE, "uno")
    again = await world.restarted()
    await again.runtime.start()
    (name,) = {login.id.name for login in again.runtime.logins.all()} - {"two"}
    assert {place: value for place, value in kept(again).items() if place[0] != "two"} == {
        (name, "token"): token
    }
    await again.close()


async def test_two_renames_to_one_name_never_mix_their_secrets(open_world: Open) -> None:
    world, *_ = await two_logins(open_world())
    before = kept(world)
    done = await asyncio.gather(
        world.runtime.arrangement.rename(ONE, "x"),
        world.runtime.arrangement.rename(TWO, "x"),
        return_exceptions=True,
    )
    (refused,) = [each for each in done if isinstance(each, BaseException)]
    assert isinstance(refused, UsageError)
    loser = "one" if isinstance(done[0], BaseException) else "two"
    winner = "two" if loser == "one" else "one"
    assert kept(world) == {
        ("x", "token"): before[winner, "token"],
        (loser, "token"): before[loser, "token"],
    }


async def test_a_removal_that_is_cut_off_leaves_no_secret_for_good(
    open_world: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, *_ = await two_logins(open_world())
    with monkeypatch.context() as patch:
        stop_at(world, patch, "forget")
        with pytest.raises(Stop):
            await world.runtime.logins.remove(ONE)
    again = await world.restarted()
    await again.runtime.start()
    assert set(kept(again)) == {("two", "token")}
    await again.close()


async def test_a_login_whose_secret_cannot_be_read_is_removed_only_by_force(
    open_world: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, *_ = await two_logins(open_world())

    def locked(*_: object) -> None:
        raise SecretsUnavailable("the keyring is locked", "unlock it")

    with monkeypatch.context() as patch:
        patch.setattr(world.secrets, "get", locked)
        patch.setattr(world.secrets, "forget", locked)
        with pytest.raises(SecretsUnavailable, match="one is not removed"):
            await world.runtime.logins.remove(ONE)
        assert len(world.runtime.logins.all()) == 2
        with pytest.raises(SecretsUnavailable, match="still kept"):
            await world.runtime.logins.remove(ONE, force=True)
        assert [login.id for login in world.runtime.logins.all()] == [TWO]
    again = await world.restarted()
    await again.runtime.start()
    assert set(kept(again)) == {("two", "token")}
    await again.close()


async def test_a_login_added_under_an_old_name_keeps_its_own_secret(
    open_world: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, *_ = await two_logins(open_world())
    with monkeypatch.context() as patch:
        stop_at(world, patch, "forget")
        with pytest.raises(Stop):
            await world.runtime.logins.remove(ONE)
    await world.login("one")
    token = kept(world)["one", "token"]
    again = await world.restarted()
    await again.runtime.start()
    assert kept(again)["one", "token"] == token
    await again.close()


class TwoWays(MemoryAdapter):
    """A second way to sign in, which keeps another secret under another name."""

    def login_flows(self) -> tuple[LoginFlow, ...]:
        return (*super().login_flows(), LoginFlow("other", "Other", "otherwise", (), self._other))

    async def _other(self, answers: Answers, context: SignInContext) -> Step:
        ada = make_account("ada")
        options = {"server": self.server.host}
        return Done(ada.id, ada.handle, self.name, options, {"pass": Secret("another-secret")})


async def test_signing_in_again_by_another_way_forgets_what_the_first_one_kept(
    open_world: Open,
) -> None:
    adapter = TwoWays()
    world = open_world(adapter)
    login = await world.login("one")
    other = adapter.login_flows()[-1]
    async with world.runtime.logins.begin("memory", other, again=login) as sign_in:
        await sign_in.answer(Answers())
        await world.runtime.logins.keep(sign_in)
    assert kept(world) == {("one", "pass"): "another-secret"}
    assert world.runtime.logins.ways_again(ONE)[0].name == "other"
    await world.runtime.logins.remove(ONE)
    assert kept(world) == {}


class Revoking(TwoWays):
    """Its sessions can be told to forget the sign-in; `revoked` counts how often they were."""

    revoked = 0

    async def open(self, login: Login, context: SessionContext) -> Session:
        session = await super().open(login, context)

        async def revoke() -> None:
            Revoking.revoked += 1

        session.revoke = revoke  # type: ignore[attr-defined]
        return session

    async def _other(self, answers: Answers, context: SignInContext) -> Step:
        done = await super()._other(answers, context)
        assert isinstance(done, Done)
        return replace(done, secrets={"token": Secret("a-new-token"), **done.secrets})


async def test_a_sign_in_that_cannot_be_kept_is_given_back_and_the_old_one_stays(
    open_world: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = Revoking()
    monkeypatch.setattr(Revoking, "revoked", 0)
    world = open_world(adapter)
    login = await world.login("one")
    before = kept(world)
    store = world.secrets.set

    def full(login: LoginId, name: str, secret: Secret) -> None:
        if name == "pass":
            raise SecretsUnavailable("the keyring is full", "make room")
        store(login, name, secret)

    monkeypatch.setattr(world.secrets, "set", full)
    other = adapter.login_flows()[-1]
    for again in (login, None):
        async with world.runtime.logins.begin("memory", other, again=again) as sign_in:
            await sign_in.answer(Answers())
            with pytest.raises(SecretsUnavailable):
                await world.runtime.logins.keep(sign_in)
    assert kept(world) == before
    assert [each.id for each in world.runtime.logins.all()] == [ONE]
    assert Revoking.revoked == 2


async def test_a_login_signed_in_again_elsewhere_is_read_anew(open_world: Open) -> None:
    world = open_world()
    await world.login("one")
    session = await world.runtime._sessions.get(ONE)
    elsewhere = open_world(*world.adapters, secrets=world.secrets)
    flow = world.adapters[0].login_flows()[0]
    async with elsewhere.runtime.logins.begin(
        "memory", flow, again=elsewhere.runtime.logins.get(ONE)
    ) as sign_in:
        await sign_in.answer(Answers(secrets={"token": Secret("token-of-one-that-nobody-may-see")}))
        await elsewhere.runtime.logins.keep(sign_in)
    assert await world.runtime._sessions.get(ONE) is not session


async def test_a_signed_out_login_is_remembered_as_such_until_it_is_accepted(
    open_world: Open,
) -> None:
    world = open_world()
    await world.login("one")
    view = world.view("one")
    world.server.fail(SignInNeeded("memory.example no longer accepts this login"), "timeline")
    await world.refresh(view)
    assert world.runtime.logins.record(ONE).signed_out
    again = await world.restarted()
    assert again.runtime.logins.record(ONE).signed_out
    again.server.mend()
    await again.refresh(again.timelines.open_view(Source(ONE, HOME)))
    assert not again.runtime.logins.record(ONE).signed_out
    await again.close()


async def test_nothing_is_renamed_or_removed_while_secrets_are_half_way_elsewhere(
    open_world: Open,
) -> None:
    world, *_ = await two_logins(open_world())
    note = world.runtime.paths.moving_note
    note.write_text("file\n")
    with pytest.raises(UsageError, match="not finished"):
        await world.runtime.logins.remove(ONE)
    with pytest.raises(UsageError, match="not finished"):
        await world.runtime.arrangement.rename(ONE, "uno")
    assert set(kept(world)) == {("one", "token"), ("two", "token")}

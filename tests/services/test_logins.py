"""Signing in keeps all or nothing, removing forgets, and a secret is in its place only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.services.world import SecretsInMemory, World
from tuisocial.errors import UsageError, UserError
from tuisocial.events import LoginsChanged
from tuisocial.model.account import Account
from tuisocial.model.ids import LoginId, PostId
from tuisocial.model.timeline import HOME, Timeline, TimelineKind
from tuisocial.sdk.adapter import SessionContext
from tuisocial.sdk.errors import AdapterError, BadAnswer, Refused, SignInNeeded, Unreachable
from tuisocial.sdk.login_steps import Answers, Ask, Done, LoginFlow, SignInContext
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.making import make_account, make_post
from tuisocial.sdk.testing.memory import LOCAL, MemoryAdapter, MemorySession
from tuisocial.services.logs import open_log
from tuisocial.store.rows import Source, SourceStatus
from tuisocial.store.secrets import SecretsUnavailable
from tuisocial.store.secrets.file import FileSecrets

Open = Callable[..., World]
ME = LoginId("me")
TOKEN = "a-token-that-nobody-may-see"


class FailingSecrets(SecretsInMemory):
    """Fails at what it is told to, from the `after`th call on."""

    def __init__(self, failing: str, after: int = 0) -> None:
        super().__init__()
        self._failing = failing
        self._left = after

    def _fail(self, what: str) -> None:
        if what == self._failing:
            self._left -= 1
            if self._left < 0:
                raise SecretsUnavailable("the keyring is locked", "unlock it")

    def get(self, login: LoginId, name: str) -> Secret | None:
        self._fail("get")
        return super().get(login, name)

    def set(self, login: LoginId, name: str, secret: Secret) -> None:
        self._fail("set")
        super().set(login, name, secret)

    def forget(self, login: LoginId, name: str) -> None:
        self._fail("forget")
        super().forget(login, name)


class TwoSecrets(MemoryAdapter):
    """Its sign-in brings a second secret that no question asked for."""

    async def _sign_in(self, answers: Answers, context: SignInContext) -> Done:
        step = await super()._sign_in(answers, context)
        assert isinstance(step, Done)
        return Done(
            step.account,
            step.handle,
            step.suggested_name,
            step.options,
            {**step.secrets, "refresh": Secret("a-refresh-token")},
        )


async def test_a_login_is_kept_with_its_secrets_apart(world: World) -> None:
    (login,) = world.runtime.logins.all()
    assert (login.id, login.adapter, login.network) == (ME, "memory", "memory")
    assert list(world.secrets.kept) == [("me", "token")]
    assert LoginsChanged() in world.heard
    later = await world.restarted()
    assert later.runtime.logins.all() == [login]
    later.server.add(make_post(1))
    await later.refresh()
    assert later.names() == ["1"]
    await later.close()


async def test_what_a_login_offers_is_known_without_a_network(world: World) -> None:
    later = await world.restarted(offline=True)
    assert [str(t) for t in later.timelines.available(ME)] == ["home", "local", "public"]
    assert later.timelines.available(LoginId("nobody")) == []
    assert later.runtime.logins.colour(ME) == 0
    await later.close()


@pytest.mark.parametrize("failing", ["set", "second set"])
async def test_secrets_that_cannot_be_kept_leave_no_login(open_world: Open, failing: str) -> None:
    secrets = FailingSecrets("set", after=int(failing != "set"))
    world = open_world(TwoSecrets(), secrets=secrets)
    with pytest.raises(SecretsUnavailable, match="locked"):
        await world.login("me")
    assert world.runtime.logins.all() == []
    assert secrets.kept == {}
    assert LoginsChanged() not in world.heard


async def test_a_store_that_cannot_keep_a_login_leaves_no_secret(open_world: Open) -> None:
    world = open_world()
    world.runtime._database._submit(lambda c: c.execute("PRAGMA query_only = 1")).result()
    with pytest.raises(UserError, match="cannot be used"):
        await world.login("me")
    assert world.secrets.kept == {}


async def test_a_session_that_cannot_be_opened_leaves_nothing(open_world: Open) -> None:
    class Closed(MemoryAdapter):
        async def open(self, login: Any, context: SessionContext) -> MemorySession:
            raise Unreachable("closed for today")

    world = open_world(Closed())
    with pytest.raises(Unreachable):
        await world.login("me")
    assert (world.runtime.logins.all(), world.secrets.kept) == ([], {})


async def test_cancelling_while_secrets_are_kept_leaves_nothing(open_world: Open) -> None:
    began = asyncio.Event()
    loop = asyncio.get_running_loop()

    class Slow(SecretsInMemory):
        def set(self, login: LoginId, name: str, secret: Secret) -> None:
            super().set(login, name, secret)
            loop.call_soon_threadsafe(began.set)

    world = open_world(TwoSecrets(), secrets=Slow())
    adding = asyncio.create_task(world.login("me"))
    await began.wait()
    adding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await adding
    assert (world.runtime.logins.all(), world.secrets.kept) == ([], {})


async def test_a_name_that_is_taken_is_refused_before_and_after_signing_in(
    open_world: Open,
) -> None:
    world = open_world()
    await world.login("me")
    with pytest.raises(UsageError, match="a login named me already"):
        await world.login("me")
    # Another process takes the name while the server is asked.
    gate = asyncio.Event()

    class Waiting(MemoryAdapter):
        async def _sign_in(self, answers: Answers, context: SignInContext) -> Any:
            await gate.wait()
            return await super()._sign_in(answers, context)

    slow = open_world(Waiting(), secrets=world.secrets)
    adding = asyncio.create_task(slow.login("new"))
    await asyncio.sleep(0)
    await world.login("new")
    held = dict(world.secrets.kept)
    gate.set()
    with pytest.raises(UsageError, match="a login named new already"):
        await adding
    assert world.secrets.kept == held


@pytest.mark.parametrize("name", [" ", "a/b", "-x", "é", "x" * 33, "a b"])
async def test_a_name_that_is_none_is_refused(world: World, name: str) -> None:
    with pytest.raises(UsageError, match="1 to 32 letters"):
        await world.login(name)


async def test_names_are_found_where_none_is_given(open_world: Open) -> None:
    world = open_world()
    guest = world.adapters[0].login_flows()[1]
    names = []
    for _ in range(3):
        login = await world.runtime.logins.add("memory", guest, Answers())
        names.append(login.id.name)
    assert names == ["memory-guest", "memory-guest2", "memory-guest3"]


@pytest.mark.parametrize("suggested", ["", "日本", "../../etc", "-", "x" * 90, "a b\n", "\x1b[2J"])
async def test_any_suggested_name_becomes_a_good_one(open_world: Open, suggested: str) -> None:
    world = open_world()

    async def start(answers: Answers, context: SignInContext) -> Done:
        return Done(None, "x", suggested)

    flow = LoginFlow("x", "x", "x", (), start, guest=True)
    login = await world.runtime.logins.add("memory", flow, Answers())
    assert LoginId.parse(login.id.name) == login.id


@pytest.mark.parametrize("step", [None, 5, Ask((), None)], ids=repr)  # type: ignore[arg-type]
async def test_a_flow_that_does_not_end_is_a_bad_answer(open_world: Open, step: object) -> None:
    world = open_world()

    async def start(answers: Answers, context: SignInContext) -> Any:
        return step

    with pytest.raises(BadAnswer, match=r"asks for more|adapter of memory failed"):
        await world.runtime.logins.add("memory", LoginFlow("x", "", "", (), start), Answers())


async def test_a_wrong_token_is_refused_with_the_field(open_world: Open) -> None:
    world = open_world()
    flow = world.adapters[0].login_flows()[0]
    with pytest.raises(Refused) as caught:
        await world.runtime.logins.add(
            "memory", flow, Answers(secrets={"token": Secret("wrong-token-of-mine")})
        )
    assert caught.value.field == "token"


async def test_an_unknown_login_is_named_with_those_there_are(world: World) -> None:
    for call in (world.runtime.logins.get, world.runtime.logins.vocabulary):
        with pytest.raises(UsageError, match="no login named you") as caught:
            call(LoginId("you"))
        assert "me" in caught.value.remedy
    with pytest.raises(UsageError):
        world.timelines.view_for([LoginId("you")], None)
    with pytest.raises(UsageError):
        await world.runtime.logins.remove(LoginId("you"))


# --- removing -----------------------------------------------------------------------------


async def test_removing_forgets_every_secret_and_keeps_the_posts(open_world: Open) -> None:
    world = open_world(TwoSecrets())
    await world.login("me")
    assert sorted(world.secrets.kept) == [("me", "refresh"), ("me", "token")]
    world.server.add(make_post(1))
    await world.refresh()
    session = await world.runtime._sessions.get(ME)
    await world.runtime.logins.remove(ME)
    assert isinstance(session, MemorySession)
    assert session.closed
    assert world.secrets.kept == {}
    assert world.runtime.logins.all() == []
    assert world.runtime.threads.stored(PostId("memory", "post-1")).items[0].row is not None


async def test_a_secret_that_cannot_be_forgotten_is_said_and_the_login_is_gone(
    open_world: Open,
) -> None:
    world = open_world(secrets=FailingSecrets("forget"))
    await world.login("me")
    with pytest.raises(SecretsUnavailable, match="me is removed, but its secret is still kept"):
        await world.runtime.logins.remove(ME)
    assert world.runtime.logins.all() == []


async def test_a_login_that_another_process_replaced_is_opened_anew(open_world: Open) -> None:
    world = open_world()
    await world.login("me")
    world.server.add(make_post(1))
    await world.refresh()
    other = open_world(*world.adapters, secrets=world.secrets)
    await other.runtime.logins.remove(ME)
    world.adapters[0].at("other.example").add(make_post(2))
    await other.login("me", "other.example")
    await world.refresh()
    assert world.names() == ["2"]


# --- checking -----------------------------------------------------------------------------


async def test_a_check_tells_who_i_am_and_what_the_server_allows(world: World) -> None:
    report = await world.runtime.logins.check(ME)
    assert report.account == make_account("ada")
    assert (report.error, report.limits.text_length) == (None, 500)


@pytest.mark.parametrize("error", [Unreachable("down"), SignInNeeded("revoked"), ValueError()])
async def test_a_check_reports_trouble_and_raises_none(world: World, error: Exception) -> None:
    world.server.fail(error)
    report = await world.runtime.logins.check(ME)
    assert isinstance(report.error, AdapterError)
    assert report.account is None


async def test_a_guest_is_checked_by_reading(open_world: Open) -> None:
    world = open_world()
    guest = world.adapters[0].login_flows()[1]
    login = await world.runtime.logins.add("memory", guest, Answers(), "guest")
    report = await world.runtime.logins.check(login.id)
    assert (report.account, report.error) == (None, None)
    assert world.merged.sources == (Source(login.id, LOCAL),)
    world.server.fail(Unreachable("down"))
    assert (await world.runtime.logins.check(login.id)).error is not None


async def test_a_locked_keyring_is_a_sign_in_that_is_needed(open_world: Open) -> None:
    world = open_world(secrets=FailingSecrets("get"))
    await world.login("me")
    await world.refresh()
    state = world.state("me")
    assert state.status is SourceStatus.SIGNED_OUT
    assert (state.error, state.remedy) == ("the keyring is locked", "unlock it")


# --- views --------------------------------------------------------------------------------


async def test_a_timeline_with_a_title_is_the_same_timeline(world: World) -> None:
    titled = Timeline(TimelineKind.LIST, "12", "Friends")
    world.server.put(titled)
    view = world.timelines.open_view(Source(ME, titled))
    assert (view.title, view.name) == ("Friends", "source:me list:12")
    world.server.add(make_post(1), to=[titled])
    await world.refresh(view)
    assert world.names(view) == ["1"]
    assert world.names(world.view("me", Timeline(TimelineKind.LIST, "12"))) == ["1"]


async def test_a_view_of_some_logins_and_of_one_timeline(world: World) -> None:
    await world.login("you", "other.example")
    both = world.timelines.view_for(None, LOCAL)
    assert both.sources == (Source(ME, LOCAL), Source(LoginId("you"), LOCAL))
    one = world.timelines.view_for([LoginId("you")], None)
    assert one.sources == (Source(LoginId("you"), HOME),)
    assert world.timelines.view_for(None, None) == world.merged


async def test_the_place_of_reading_is_kept_for_each_view(world: World) -> None:
    world.server.add(make_post(1), make_post(2))
    await world.refresh()
    assert world.timelines.read_position(world.merged) is None
    here = world.rows()[1].position
    world.timelines.save_read_position(world.merged, here)
    later = await world.restarted()
    assert later.timelines.read_position(later.merged) == here
    assert later.timelines.read_position(later.view("me")) is None
    await later.close()


# --- secrets are nowhere else -------------------------------------------------------------


class Leaky(MemoryAdapter):
    """Puts the token into every error it can."""

    async def open(self, login: Any, context: SessionContext) -> MemorySession:
        session = await super().open(login, context)
        token = await context.secret("token")
        assert token is not None

        async def timeline(*_: object, **__: object) -> Any:
            context.log.warning("asking with Authorization: Bearer %s", token.reveal())
            raise ValueError(f"could not parse {token.reveal()} as JSON")

        async def account(*_: object) -> Account:
            raise SignInNeeded(f"the server says: bad token {token.reveal()}")

        session.timeline = timeline  # type: ignore[method-assign,assignment]
        session.account = account  # type: ignore[method-assign]
        return session


def files_under(home: Path) -> list[Path]:
    return [path for path in sorted(home.rglob("*")) if path.is_file()]


def everything_under(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in files_under(home))


async def test_a_secret_is_in_no_file_error_or_output(
    open_world: Open, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    world = open_world(Leaky())
    account = make_account("ada")
    world.server.welcome(TOKEN, account)
    flow = world.adapters[0].login_flows()[0]
    wrong = "another-wrong-one"
    with pytest.raises(Refused):
        await world.runtime.logins.add(
            "memory", flow, Answers(secrets={"token": Secret(wrong)}), "me"
        )
    login = await world.runtime.logins.add(
        "memory", flow, Answers(secrets={"token": Secret(TOKEN)}), "me"
    )
    await world.refresh()
    said = [world.state("me").error, world.state("me").remedy, repr(login)]
    with pytest.raises(SignInNeeded) as caught:
        await world.runtime.accounts.fetch(account.id)
    said += [caught.value.message, str(await world.runtime.logins.check(ME))]
    assert "bad token ***" in caught.value.message
    world.server.tokens.clear()
    await world.runtime.logins.check(ME)
    await world.close()

    log = world.runtime.paths.log_file
    assert "could not parse *** as JSON" in log.read_text()
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0
    out, err = capfd.readouterr()
    for text in (*said, out, err):
        assert TOKEN not in text
        assert wrong not in text
    assert TOKEN.encode() not in everything_under(tmp_path)
    assert wrong.encode() not in everything_under(tmp_path)
    assert world.secrets.kept["me", "token"] == Secret(TOKEN)


async def test_the_file_backend_s_file_is_the_one_place_with_a_secret(
    open_world: Open, tmp_path: Path
) -> None:
    file = tmp_path / "data" / "secrets" / "secrets.json"
    world = open_world(secrets=FileSecrets(file))
    await world.login("me")
    world.server.add(make_post(1))
    await world.refresh()
    await world.close()
    holding = [path for path in files_under(tmp_path) if b"nobody-may-see" in path.read_bytes()]
    assert holding == [file]


def test_a_log_that_cannot_be_written_says_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state").write_text("a file in the folder's place")
    log = open_log(tmp_path / "state" / "tuisocial.log")
    log.error("nobody hears this")
    assert capfd.readouterr() == ("", "")


def test_a_log_is_made_when_there_is_something_to_say(tmp_path: Path) -> None:
    file = tmp_path / "state" / "tuisocial.log"
    log = open_log(file)
    log.info("not worth a line")
    assert list(tmp_path.iterdir()) == []
    log.warning("password=correct-horse-battery nsec1qqqqqqqqqqqqq")
    assert file.read_text().endswith("password=*** nsec1***\n")

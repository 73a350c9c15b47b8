"""Secrets are moved whole: interrupted anywhere nothing is lost, and another run finishes."""

from __future__ import annotations

import json
import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.world import SecretsInMemory
from tuisocial.config.load import ConfigError, load
from tuisocial.config.paths import Paths, find_paths
from tuisocial.config.schema import SecretsBackend
from tuisocial.errors import UsageError
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.sdk.secret import Secret
from tuisocial.services.secrets_moving import Moved, SecretsMoving
from tuisocial.store.logins import StoredLogin
from tuisocial.store.secrets import Secrets, SecretsUnavailable, open_secrets

KEYRING, FILE, COMMAND = SecretsBackend.KEYRING, SecretsBackend.FILE, SecretsBackend.COMMAND
ME, YOU = LoginId("me"), LoginId("you")
KEPT = {
    ("me", "token"): Secret("hunter2"),
    ("you", "token"): Secret("swordfish"),
    ("you", "key"): Secret("correct horse"),
}


class Killed(BaseException):
    """The process ends here."""


class Fate:
    """Counts what is done and ends the process at the step that it is told."""

    def __init__(self, last: int = 1_000_000) -> None:
        self.left = last

    def step(self) -> None:
        if self.left <= 0:
            raise Killed
        self.left -= 1


class Mortal(SecretsInMemory):
    """A place that does no more once the process has ended."""

    def __init__(self, kept: dict[tuple[str, str], Secret]) -> None:
        super().__init__()
        self.kept = dict(kept)
        self.fate = Fate()
        self.trouble: SecretsUnavailable | None = None

    def get(self, login: LoginId, name: str) -> Secret | None:
        self.fate.step()
        return super().get(login, name)

    def set(self, login: LoginId, name: str, secret: Secret) -> None:
        self.fate.step()
        super().set(login, name, secret)
        self.fate.step()

    def forget(self, login: LoginId, name: str) -> None:
        self.fate.step()
        if self.trouble:
            raise self.trouble
        super().forget(login, name)
        self.fate.step()


class Machine:
    """A home with two places for secrets, all in the keyring at first."""

    def __init__(self, home: Path) -> None:
        self.paths: Paths = find_paths(home)
        self.places: dict[SecretsBackend, Mortal] = {KEYRING: Mortal(KEPT), FILE: Mortal({})}
        self.logins = [
            StoredLogin(
                number, Login(login, "memory", "memory", None, "", {}), 0, (), tuple(secrets)
            )
            for number, (login, *secrets) in enumerate([(ME, "token"), (YOU, "token", "key")])
        ]

    def move(self, to: SecretsBackend, fate: Fate | None = None) -> Moved:
        for place in self.places.values():
            place.fate = fate or Fate()
        settings = load(self.paths).secrets
        return SecretsMoving(settings, self.paths, self.logins, to, self.open).run()

    def open(self, backend: SecretsBackend) -> Secrets:
        if backend is COMMAND:
            return open_secrets(replace(load(self.paths).secrets, backend=COMMAND), self.paths)
        return self.places[backend]

    @property
    def readable(self) -> dict[tuple[str, str], Secret]:
        """What a program that reads the settings now finds."""
        return self.places[load(self.paths).secrets.backend].kept


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_everything_is_in_the_new_place_and_the_old_one_is_empty(machine: Machine) -> None:
    moved = machine.move(FILE)
    assert (machine.places[FILE].kept, machine.places[KEYRING].kept) == (KEPT, {})
    assert load(machine.paths).secrets.backend is FILE
    assert (len(moved.kept), moved.missing, moved.left) == (3, (), None)
    assert not list(machine.paths.data_dir.glob("*"))


def test_there_and_back_again_leaves_all_as_it_was(machine: Machine) -> None:
    machine.move(FILE)
    machine.move(KEYRING)
    assert (machine.places[KEYRING].kept, machine.places[FILE].kept) == (KEPT, {})


def test_ended_at_any_step_nothing_is_lost_and_another_run_finishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_place = os.replace
    for last in range(1000):
        machine, fate = Machine(tmp_path / str(last)), Fate(last)

        def replacing(old: Path, new: Path, fate: Fate = fate) -> None:
            fate.step()
            put_in_place(old, new)
            fate.step()

        ended = False
        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", replacing)
            try:
                machine.move(FILE, fate)
                ended = True
            except Killed:
                pass
        assert machine.readable == KEPT, last
        machine.move(FILE)
        assert (machine.places[FILE].kept, machine.places[KEYRING].kept) == (KEPT, {}), last
        assert not list(machine.paths.data_dir.glob("*"))
        if ended:
            break
    assert last > 20


def test_a_place_that_does_not_keep_what_it_is_given_gets_nothing(machine: Machine) -> None:
    class Forgetting(Mortal):
        def set(self, login: LoginId, name: str, secret: Secret) -> None:
            super().set(login, name, Secret("x") if name == "key" else secret)

    machine.places[FILE] = Forgetting({})
    with pytest.raises(SecretsUnavailable, match="the key of you does not read back"):
        machine.move(FILE)
    assert (machine.readable, machine.places[FILE].kept) == (KEPT, {})
    assert load(machine.paths).secrets.backend is KEYRING


def test_what_the_new_place_held_before_is_put_back_when_it_fails(machine: Machine) -> None:
    class Full(Mortal):
        def set(self, login: LoginId, name: str, secret: Secret) -> None:
            if name == "key":
                raise SecretsUnavailable("full")
            super().set(login, name, secret)

    older = {("me", "token"): Secret("older")}
    machine.places[FILE] = Full(older)
    with pytest.raises(SecretsUnavailable, match="full"):
        machine.move(FILE)
    assert machine.places[FILE].kept == older


def test_settings_that_cannot_be_written_stop_it_before_anything_is_moved(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises((SecretsUnavailable, ConfigError), match="No space left"):
            machine.move(FILE)
    assert (machine.readable, machine.places[FILE].kept) == (KEPT, {})


def test_an_old_place_that_does_not_forget_is_emptied_by_the_next_run(machine: Machine) -> None:
    machine.places[KEYRING].trouble = SecretsUnavailable("the keyring is locked", "unlock it")
    moved = machine.move(FILE)
    assert moved.left is machine.places[KEYRING].trouble
    assert machine.readable == machine.places[KEYRING].kept == KEPT
    machine.places[KEYRING].trouble = None
    assert machine.move(FILE).left is None
    assert (machine.readable, machine.places[KEYRING].kept) == (KEPT, {})


def test_a_login_added_meanwhile_is_moved_by_the_next_run(machine: Machine) -> None:
    machine.places[KEYRING].trouble = SecretsUnavailable("the keyring is locked", "unlock it")
    machine.move(FILE)
    machine.places[KEYRING].trouble = None
    late = ("late", "token")
    machine.places[KEYRING].kept[late] = Secret("late")
    login = Login(LoginId("late"), "memory", "memory", None, "", {})
    machine.logins.append(StoredLogin(9, login, 0, (), ("token",)))
    machine.move(FILE)
    assert machine.readable[late] == Secret("late")
    assert machine.places[KEYRING].kept == {}


def test_a_secret_that_no_place_has_is_told_of_and_keeps_nothing_from_moving(
    machine: Machine,
) -> None:
    del machine.places[KEYRING].kept["me", "token"]
    moved = machine.move(FILE)
    assert moved.missing == ((ME, "token"),)
    assert len(machine.readable) == 2


def printing(machine: Machine, secrets: dict[str, str]) -> None:
    program = f"import sys; print({secrets!r}['/'.join(sys.argv[1:])])"
    command = shlex.join([sys.executable, "-c", program, "{login}", "{name}"])
    machine.paths.config_dir.mkdir()
    text = f"[secrets]\nbackend = 'keyring'\ncommand = {json.dumps(command)}\n"
    machine.paths.config_file.write_text(text)


def test_a_program_that_prints_all_takes_over(machine: Machine) -> None:
    printing(machine, {"/".join(named): secret.reveal() for named, secret in KEPT.items()})
    moved = machine.move(COMMAND)
    assert (len(moved.kept), machine.places[KEYRING].kept) == (3, {})
    assert load(machine.paths).secrets.backend is COMMAND
    machine.move(FILE)
    assert machine.readable == KEPT


def test_a_program_that_lacks_some_is_told_which_and_nothing_is_changed(machine: Machine) -> None:
    printing(machine, {"me/token": "hunter2", "you/token": "wrong"})
    with pytest.raises(SecretsUnavailable, match="the token of you, the key of you") as caught:
        machine.move(COMMAND)
    assert "swordfish" not in caught.value.message
    assert machine.readable == KEPT


def test_there_is_no_moving_to_a_command_that_is_not_set(machine: Machine) -> None:
    with pytest.raises(UsageError, match=r"secrets\.command is not set") as caught:
        machine.move(COMMAND)
    assert str(machine.paths.config_file) in caught.value.remedy


def test_nothing_is_to_be_done_where_all_is_there_already(machine: Machine) -> None:
    def done(to: SecretsBackend) -> bool:
        settings = load(machine.paths).secrets
        return SecretsMoving(settings, machine.paths, machine.logins, to, machine.open).done

    assert done(KEYRING)
    assert not done(FILE)
    machine.places[KEYRING].trouble = SecretsUnavailable("locked")
    machine.move(FILE)
    assert not done(FILE)

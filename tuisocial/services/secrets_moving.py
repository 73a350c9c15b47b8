"""Moving every login's secrets from where they are kept to another place.

The order keeps them safe whenever it is interrupted: copies are made and read back, then the
settings name the new place, and only then is the old one emptied. Which places are still to be
emptied is noted in a file, so that another run finishes what one began.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tuisocial.config.edit import BackendChoice
from tuisocial.config.paths import Paths
from tuisocial.config.schema import SecretsBackend, SecretSettings
from tuisocial.errors import UsageError, UserError
from tuisocial.model.ids import LoginId
from tuisocial.sdk.secret import Secret
from tuisocial.store.logins import StoredLogin
from tuisocial.store.secrets import Secrets, SecretsUnavailable

Named = tuple[LoginId, str]
Before = tuple[LoginId, str, Secret | None]
"""What the new place held until it was written to."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of it: what is in the new place, what no place has, and what kept an old one
    from being emptied, if anything."""

    kept: tuple[Named, ...]
    missing: tuple[Named, ...]
    left: UserError | None


class SecretsMoving:
    """One move to the place `to`; `open_place` opens the place of a backend."""

    def __init__(
        self,
        settings: SecretSettings,
        paths: Paths,
        logins: Sequence[StoredLogin],
        to: SecretsBackend,
        open_place: Callable[[SecretsBackend], Secrets],
    ) -> None:
        self.present = settings.backend
        self.to = to
        self._command = settings.command
        self._paths = paths
        self._names = [(each.login.id, name) for each in logins for name in each.secrets]
        self._open = open_place
        self._new = open_place(to)

    @property
    def logins(self) -> tuple[LoginId, ...]:
        """The logins that have secrets."""
        return tuple(dict.fromkeys(login for login, _ in self._names))

    @property
    def done(self) -> bool:
        """Whether there is nothing to do."""
        return self.present is self.to and not self._to_be_emptied()

    def run(self) -> Moved:
        """Move.

        Raises: UserError; the secrets are then where they were.
        """
        if self.present is not self.to:
            if self.to is SecretsBackend.COMMAND and not self._command:
                raise UsageError(
                    "secrets.command is not set, so no program is there to move to",
                    f"write into {self._paths.config_file}, below a line [secrets]: "
                    'backend = "keyring" and command = "pass show tuisocial/{login}"',
                )
            choice = BackendChoice(self._paths, self.to)
            old = self._open(self.present)
            before: list[Before] = []
            if self.to is SecretsBackend.COMMAND:
                self._see_that_all_are_printed(old)
            else:
                before = self._copy(old)
            try:
                self._note(self._to_be_emptied() | {self.present})
                choice.write()
            except UserError:
                # Not when it is interrupted: the settings may name the new place by then.
                self._take_back(before)
                raise
        return self._empty()

    def _see_that_all_are_printed(self, old: Secrets) -> None:
        lacking = []
        for login, name in self._names:
            secret = old.get(login, name)
            try:
                printed = self._new.get(login, name)
            except SecretsUnavailable:
                printed = None
            if printed is None or (secret is not None and printed != secret):
                lacking.append(f"the {name} of {login}")
        if lacking:
            raise SecretsUnavailable(
                f"secrets.command does not print {', '.join(lacking)}",
                "put that into its program first, then move again; until then nothing is changed",
            )

    def _copy(self, old: Secrets) -> list[Before]:
        before: list[Before] = []
        try:
            for login, name in self._names:
                secret = old.get(login, name)
                there = self._new.get(login, name)
                if secret is not None and secret != there:
                    before.append((login, name, there))
                    self._put(login, name, secret)
        except BaseException:
            self._take_back(before)
            raise
        return before

    def _put(self, login: LoginId, name: str, secret: Secret) -> None:
        self._new.set(login, name, secret)
        if self._new.get(login, name) != secret:
            raise SecretsUnavailable(
                f"the {name} of {login} does not read back as it was written",
                "try again; until then nothing is changed",
            )

    def _take_back(self, before: Sequence[Before]) -> None:
        for login, name, there in before:
            try:
                if there is None:
                    self._new.forget(login, name)
                else:
                    self._new.set(login, name, there)
            except UserError:
                continue

    def _empty(self) -> Moved:
        left: UserError | None = None
        full = self._to_be_emptied()
        for place in sorted(full):
            try:
                old = self._open(place)
                for named in self._names:
                    self._empty_of(old, named)
                full = full - {place}
                self._note(full)
            except UserError as error:
                left = error
        present = {named: self._new.get(*named) is not None for named in self._names}
        kept = tuple(named for named, there in present.items() if there)
        missing = tuple(named for named, there in present.items() if not there)
        return Moved(kept, missing, left)

    def _empty_of(self, old: Secrets, named: Named) -> None:
        if self._new.get(*named) is None:
            # A login that was added, or signed in again, while the others were copied.
            secret = old.get(*named)
            if secret is None:
                return
            self._put(*named, secret)
        old.forget(*named)

    # --- the note -------------------------------------------------------------------------

    @property
    def _notes(self) -> Path:
        return self._paths.moving_note

    def _to_be_emptied(self) -> frozenset[SecretsBackend]:
        try:
            words = self._notes.read_text().split()
        except OSError:
            words = []
        known = {backend for backend in SecretsBackend if backend.value in words}
        # What another program keeps is not ours to remove.
        return frozenset(known - {self.to, SecretsBackend.COMMAND})

    def _note(self, places: frozenset[SecretsBackend]) -> None:
        """Raises: SecretsUnavailable."""
        try:
            if not places - {self.to, SecretsBackend.COMMAND}:
                self._notes.unlink(missing_ok=True)
                return
            self._notes.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = self._notes.with_suffix(".new")
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(handle, "w") as file:
                file.write("\n".join(sorted(places)) + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, self._notes)
        except OSError as error:
            raise SecretsUnavailable(
                f"{self._notes} cannot be written: {error.strerror}",
                "check the free space and the permissions of its folder, then move again",
            ) from None

"""Keyrings in memory that break in the way they are told to, and what is put into them."""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.backends import chainer

from tuisocial.model.ids import LoginId
from tuisocial.sdk.secret import Secret

ME, YOU = LoginId("me"), LoginId("you")
SECRET = Secret("hunter2 é")


class MemoryKeyring(KeyringBackend):
    """A keyring in memory; `broken` is raised by whatever is asked of it."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, broken: Exception | None = None) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.broken = broken

    def get_password(self, service: str, username: str) -> str | None:
        if self.broken:
            raise self.broken
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.broken:
            raise self.broken
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class PlaintextKeyring(MemoryKeyring):
    """As the one in keyrings.alt is called."""


def chain(*backends: KeyringBackend) -> KeyringBackend:
    """Keyrings behind one another, as keyring puts several together."""

    class Chain(chainer.ChainerBackend):
        pass

    Chain.backends = list(backends)  # type: ignore[assignment,misc]
    return Chain()

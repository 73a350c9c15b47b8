"""Identities: the only place where ids are made from text and turned into text.

A `network` is the network itself, never an adapter or a server, so that one post seen by two
logins is one `PostId`. A `uri` is the network's own global name in one spelling. A handle is
text for people and never a key.
"""

from __future__ import annotations

import re
from typing import Self

from tuisocial.model.record import record

_NETWORK = re.compile(r"[a-z][a-z0-9-]{0,31}")
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")


@record(frozen=True, slots=True, order=True)
class _NetworkId:
    network: str
    uri: str

    def __str__(self) -> str:
        return f"{self.network}:{self.uri}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what `str()` wrote.

        Raises: ValueError if `text` is not `network:uri`.
        """
        network, colon, uri = text.partition(":")
        if not colon or not uri or not _NETWORK.fullmatch(network):
            raise ValueError(f"not an id of the form network:uri: {text[:80]!r}")
        return cls(network, uri)


@record(frozen=True, slots=True, order=True)
class PostId(_NetworkId):
    """A post's global name."""


@record(frozen=True, slots=True, order=True)
class AccountId(_NetworkId):
    """An account's global name: anybody's, not only mine."""


@record(frozen=True, slots=True, order=True)
class LoginId:
    """The name by which its owner calls one of their logins."""

    name: str

    def __str__(self) -> str:
        return self.name

    @classmethod
    def parse(cls, text: str) -> Self:
        """Accept a name that is safe in a file, a flag and a status line.

        Raises: ValueError naming the rule.
        """
        if not _LOGIN.fullmatch(text):
            raise ValueError(
                f"a login's name has 1 to 32 letters, digits, '-', '_' or '.': {text[:40]!r}"
            )
        return cls(text)

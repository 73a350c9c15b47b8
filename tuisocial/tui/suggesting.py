"""What a name that is being typed may become: from the store at once, from servers later.

Typing never waits for it: what comes too late is for a name that is no longer typed.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tuisocial.model.draft import Address
from tuisocial.model.ids import LoginId

if TYPE_CHECKING:
    from tuisocial.model.account import Account
    from tuisocial.services.completing import Completing

MOST = 5
_REST = 0.3
"""Seconds without another key after which servers are asked."""

_WRITTEN = re.compile(r"[\w.+-]+(@[\w.-]+(:\d+)?)?")
_EMOJI = ((0x2600, 0x27BF), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1FAFF))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text` takes the place of what was typed; `about` says more; `address` is whom it means."""

    text: str
    about: str = ""
    address: Address | None = None


class Suggesting:
    """Finds suggestions and hands them to `found` as they come."""

    def __init__(
        self, completing: Completing, found: Callable[[Sequence[Suggestion]], None]
    ) -> None:
        self._completing = completing
        self._found = found
        self._begun: tuple[str, str] | None = None
        self._known: dict[str, Suggestion] = {}
        self._asking: asyncio.Task[None] | None = None
        self._tags: list[str] | None = None
        self._codes: dict[LoginId, Sequence[str]] = {}

    def look(self, begun: tuple[str, str] | None, targets: dict[LoginId, str]) -> None:
        """Another name is begun, or none; `targets` are the logins with their networks."""
        if begun == self._begun:
            return
        self.stop()
        self._begun = begun
        self._known.clear()
        if begun is None or len(begun[1]) < (2 if begun[0] == ":" else 1):
            self._found(())
            return
        kind, start = begun
        if kind == "@":
            known = self._completing.with_handle(start, set(targets.values()), MOST)
            self._add(map(_person, known))
        elif kind == "#":
            if self._tags is None:
                self._tags = self._completing.known_hashtags()
            wanted = start.casefold()
            tags = [tag for tag in self._tags if tag.casefold().startswith(wanted)]
            self._add(Suggestion(f"#{tag}") for tag in tags[:MOST])
        else:
            self._add(_emoji(start))
        self._tell()
        self._asking = asyncio.create_task(self._ask(kind, start, targets))

    def close(self) -> None:
        """Nothing is wanted for the name that is being typed."""
        self.stop()
        self._found(())

    def stop(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    async def _ask(self, kind: str, start: str, targets: dict[LoginId, str]) -> None:
        await asyncio.sleep(_REST)
        asked: list[Awaitable[None]] = [self._of_login(kind, start, login) for login in targets]
        if kind == "@":
            asked.append(self._named(start, set(targets.values())))
        await asyncio.gather(*asked)

    async def _named(self, start: str, networks: set[str]) -> None:
        self._add(map(_person, await self._completing.named(start, networks, MOST)))
        self._tell()

    async def _of_login(self, kind: str, start: str, login: LoginId) -> None:
        match kind:
            case "@":
                people = await self._completing.people(login, start, MOST)
                self._add(map(_person, people))
            case "#":
                tags = await self._completing.hashtags(login, start, MOST)
                self._add(Suggestion(f"#{tag}") for tag in tags)
            case _:
                if login not in self._codes:
                    self._codes[login] = await self._completing.emoji(login)
                codes = [code for code in self._codes[login] if code.startswith(start)]
                self._add(Suggestion(f":{code}:", f"on {login}") for code in codes)
        self._tell()

    def _add(self, suggestions: Iterable[Suggestion]) -> None:
        for each in suggestions:
            key = str(each.address.account) if each.address else each.text
            self._known.setdefault(key, each)

    def _tell(self) -> None:
        self._found(list(self._known.values())[:MOST])


def _person(account: Account) -> Suggestion:
    handle = account.handle.lstrip("@")
    # What was shortened for people to see says less than a name.
    plain = "".join(account.name.split())
    text = f"@{handle}" if _WRITTEN.fullmatch(handle) or not plain else f"@{plain}"
    about = account.name if text == f"@{handle}" else account.handle
    return Suggestion(text, about, Address(text, account.id, account.same_as))


def _emoji(start: str) -> list[Suggestion]:
    wanted = start.casefold()
    names = [(name, char) for name, char in _names() if wanted in name]
    names.sort(key=lambda each: (not each[0].startswith(wanted), len(each[0])))
    return [Suggestion(char, name) for name, char in names[:MOST]]


@cache
def _names() -> list[tuple[str, str]]:
    """Each emoji that is one character, by its name in Unicode."""
    found = []
    for first, last in _EMOJI:
        for code in range(first, last + 1):
            name = unicodedata.name(chr(code), "")
            if name:
                found.append((name.casefold().replace(" ", "_"), chr(code)))
    return found

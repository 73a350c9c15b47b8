"""Processes killed at any instant between typing and proof of delivery, and then a restart.

Each trial is a fork of this process that writes one draft, sends it by both logins together with
whatever trials before it left behind, and is killed by SIGKILL at a random moment. Every third
trial is two processes at once on one home.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import select
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.desk import MASTO, NOS, Desk, desk
from tests.reliability.witness import MastodonWitness, RelayWitness
from tuisocial.config.paths import find_paths
from tuisocial.errors import UsageError
from tuisocial.model.draft import Attachment, Draft, Own
from tuisocial.store.outbox import State


@dataclass
class Tally:
    """What the trials came to. `at` counts in which states the killed ones left deliveries."""

    trials: int = 0
    killed: int = 0
    kept: int = 0
    at: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


class Kills:
    """Runs trials on a home that is signed in; `picture` is a file to attach."""

    def __init__(self, home: Path, picture: str, seed: int) -> None:
        self._home = home
        self._picture = picture
        self._rng = random.Random(seed)
        self._kept: set[str] = set()

    def run(self, trials: int, witnesses: Sequence[MastodonWitness | RelayWitness]) -> Tally:
        """So many trials, a last restart that is left alone, and the count."""
        tally = Tally()
        whole = max(self._undisturbed(f"warm{n}z") for n in range(3))
        for number in range(trials):
            words = [f"k{number}z", f"j{number}z"] if number % 3 == 2 else [f"k{number}z"]
            tally.trials += 1
            tally.killed += self._trial(words, whole)
            tally.at.update(self._left())
        self._undisturbed("")
        tally.kept = len(self._kept)
        tally.waiting = [f"{state}: {count}" for state, count in Counter(self._left()).items()]
        for witness in witnesses:
            self._count(witness, trials, tally)
        return tally

    def _count(self, witness: MastodonWitness | RelayWitness, trials: int, tally: Tally) -> None:
        name = type(witness).__name__
        found = Counter(
            post.text.partition("\n")[0].partition(" http")[0] for post in witness.posts("z ")
        )
        for word in (f"{letter}{n}z" for n in range(trials) for letter in "kj"):
            for text in self._texts(word):
                if found[text] > 1:
                    tally.twice.append(f"{name}: {text}")
                if word in self._kept and not found[text]:
                    tally.lost.append(f"{name}: {text}")

    def _undisturbed(self, word: str) -> float:
        started = time.monotonic()
        pid, pipe = self._fork(word)
        os.waitpid(pid, 0)
        self._hear(pipe)
        return time.monotonic() - started

    def _trial(self, words: Sequence[str], whole: float) -> int:
        """Start a process for each word and kill them all at one moment; how many still ran."""
        children = [self._fork(word) for word in words]
        moment = self._rng.uniform(0, whole * len(words))
        watch = [pipe for _, pipe in children]
        select.select([], [], [], moment)
        killed = 0
        for pid, _ in children:
            os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
            killed += os.WIFSIGNALED(status)
        for pipe in watch:
            self._hear(pipe)
        return killed

    def _fork(self, word: str) -> tuple[int, int]:
        out, into = os.pipe()
        pid = os.fork()
        if pid:
            os.close(into)
            return pid, out
        status = 1
        try:
            asyncio.run(self._child(word, into))
            status = 0
        finally:
            os._exit(status)

    def _hear(self, pipe: int) -> None:
        with os.fdopen(pipe) as lines:
            self._kept.update(lines.read().split())

    async def _child(self, word: str, into: int) -> None:
        async with desk(self._home) as made:
            if word:
                await self._write(made, word, into)
            for left in made.runtime.composing.drafts():
                # Another process may be about to send it, or have done so.
                with contextlib.suppress(UsageError):
                    await made.runtime.composing.send(left.id, left.draft)
            for _ in range(1 if word else 20):
                numbers = [one.number for one in made.runtime.outbox.unsettled()]
                await made.again(numbers)

    async def _write(self, made: Desk, word: str, into: int) -> None:
        composing = made.runtime.composing
        draft = self._draft(word)
        key = await composing.save(draft)
        os.write(into, f"{word}\n".encode())
        with contextlib.suppress(UsageError):
            await made.runtime.outbox.send(await composing.send(key, draft))

    def _draft(self, word: str) -> Draft:
        targets = (MASTO, NOS)
        texts = self._texts(word)
        if len(texts) > 1:
            parts = tuple(text.rpartition(" ")[0] for text in texts)
            return Draft(word, targets, own={login: Own(parts=parts) for login in targets})
        media = (Attachment(self._picture, "a mill"),) if _number(word) % 4 == 1 else ()
        return Draft(texts[0], targets, media=media)

    @staticmethod
    def _texts(word: str) -> list[str]:
        if _number(word) % 5 == 3:
            return [f"{word} part {n} {n}/2" for n in (1, 2)]
        return [f"{word} said"]

    def _left(self) -> list[str]:
        """The states of what is not sent, as the file has them."""
        connection = sqlite3.connect(find_paths(self._home).store_file)
        try:
            return [
                f"{state}{' in doubt' if doubt else ''}"
                for state, doubt in connection.execute(
                    "SELECT state, doubt FROM outbox WHERE state <> ?", (State.SENT,)
                )
            ]
        finally:
            connection.close()


def _number(word: str) -> int:
    return int("".join(char for char in word if char.isdigit()) or 0)

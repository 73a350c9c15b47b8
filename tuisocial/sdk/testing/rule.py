"""What a rule of the conformance kit is, and how one is held against a specimen.

A rule is a plain coroutine function whose docstring says the property; its group collects it. It
returns if the property holds, and raises `Violation` or `NotApplicable` otherwise. Which rules
there are is the groups' business; showing results is `conformance`'s, or any other front end's.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from tuisocial.sdk.errors import AdapterError
from tuisocial.sdk.testing.specimen import NotApplicable, Specimen

T = TypeVar("T")
Check = Callable[[Specimen], Awaitable[None]]


class Violation(AssertionError):
    """The adapter breaks a rule; the message is one sentence about what it did."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One property: its group, its name, the property in words, and the check of it."""

    group: str
    name: str
    says: str
    check: Check


class Group:
    """Rules about one matter, in the order in which they are written."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rules: list[Rule] = []

    def rule(self, check: Check) -> Check:
        """Take a check into the group; its docstring becomes what the rule says."""
        name = getattr(check, "__name__", "")
        self.rules.append(Rule(self.name, name, inspect.getdoc(check) or "", check))
        return check


class Outcome(StrEnum):
    """What became of one rule."""

    HOLDS = "holds"
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Result:
    """A rule's outcome; `reason` says why unless it holds, `error` is what was raised."""

    rule: Rule
    outcome: Outcome
    reason: str = ""
    error: BaseException | None = None


async def run(rule: Rule, specimen: Specimen) -> Result:
    """Hold one rule against a specimen; whatever escapes the adapter breaks the rule."""
    try:
        async with asyncio.timeout(specimen.patience):
            await rule.check(specimen)
    except NotApplicable as why:
        return Result(rule, Outcome.SKIPPED, str(why), why)
    except Violation as violation:
        return Result(rule, Outcome.BROKEN, str(violation), violation)
    except AdapterError as error:
        reason = f"a healthy server was answered with {type(error).__name__}: {error.message}"
        return Result(rule, Outcome.BROKEN, reason, error)
    except TimeoutError as error:
        reason = f"there was no end after {specimen.patience:g} seconds"
        return Result(rule, Outcome.BROKEN, reason, error)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        reason = f"{type(error).__name__} escaped the adapter: {error}"
        return Result(rule, Outcome.BROKEN, reason, error)
    return Result(rule, Outcome.HOLDS)


def require(condition: object, sentence: str) -> None:
    """Raise `Violation` with this sentence unless `condition` is true."""
    if not condition:
        raise Violation(sentence)


async def attempt(what: str, call: Awaitable[T]) -> T | AdapterError:
    """What `call` returned, or the `AdapterError` it raised.

    Raises: Violation for every other exception, and for a bare `AdapterError`.
    """
    try:
        return await call
    except AdapterError as error:
        require(type(error) is not AdapterError, f"{what} raised a bare AdapterError: {error}")
        return error
    except Exception as error:
        raise Violation(
            f"{what} raised {type(error).__name__} instead of an AdapterError: {error}"
        ) from error

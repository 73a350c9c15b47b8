"""The one place where whatever escapes an adapter is caught.

An adapter's promise is to raise nothing but `AdapterError`, to answer in time and with what the
seam says; this is what holds the others harmless when one breaks it. `services.promises` knows
what the seam says.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from tuisocial.errors import UserError
from tuisocial.sdk.errors import AdapterError, BadAnswer, Unreachable

if TYPE_CHECKING:
    import logging
    from collections.abc import Awaitable, Callable

    from tuisocial.model.ids import LoginId

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds after which an adapter's call counts as lost; adapters have shorter ones of their own."""


class Guard:
    """Calls adapters. `scrub` takes secrets out of the words in which they complain."""

    def __init__(self, log: logging.Logger, scrub: Callable[[str], str]) -> None:
        self.log = log
        self._scrub = scrub

    async def __call__(
        self,
        login: LoginId,
        call: Callable[[], Awaitable[T]],
        check: Callable[[T], object] | None = None,
        *,
        patience: float | None = PATIENCE,
    ) -> T:
        """Make a call, await its answer, and hold it against `check`, which raises if it is bad.

        Raises: AdapterError, UserError from the store or the secrets below, and nothing else but
        for cancellation.
        """
        try:
            async with asyncio.timeout(patience):
                answer = await call()
            if check is not None:
                check(answer)
        except AdapterError as error:
            error.message = self._scrub(error.message)
            error.args = (error.message,)
            error.remedy = self._scrub(error.remedy)
            raise
        except UserError:
            raise
        except TimeoutError:
            raise Unreachable(f"{login} did not answer within {patience:.0f} seconds") from None
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Nobody cancelled us: the adapter lost a task of its own.
            raise self._broken(login, error) from error
        except Exception as error:
            raise self._broken(login, error) from error
        return answer

    def ask(self, login: LoginId, question: Callable[[], T], otherwise: T) -> T:
        """What an adapter tells without waiting, or `otherwise` where it fails to."""
        try:
            return question()
        except Exception as error:  # noqa: BLE001
            self._broken(login, error)
            return otherwise

    def _broken(self, login: LoginId, error: BaseException) -> BadAnswer:
        self.log.error("login %s: its adapter broke its promise", login, exc_info=error)
        return BadAnswer(
            f"the adapter of {login} failed: {type(error).__name__}",
            remedy="this is a fault in the adapter: report it with the log file",
        )

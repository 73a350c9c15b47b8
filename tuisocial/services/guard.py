"""The one place where whatever escapes an adapter is caught.

An adapter's promise is to raise nothing but `AdapterError` and to answer in time; this is what
holds the others harmless when one breaks it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import TypeVar

from tuisocial.model.ids import LoginId
from tuisocial.sdk.errors import AdapterError, BadAnswer, Unreachable

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds after which an adapter's call counts as lost; adapters have shorter ones of their own."""


async def guarded(
    login: LoginId, call: Awaitable[T], log: logging.Logger, patience: float = PATIENCE
) -> T:
    """Await a session's call.

    Raises: AdapterError and nothing else, but for cancellation.
    """
    try:
        async with asyncio.timeout(patience):
            return await call
    except AdapterError:
        raise
    except TimeoutError:
        raise Unreachable(f"{login} did not answer within {patience:.0f} seconds") from None
    except Exception as error:
        log.exception("login %s: its adapter broke its promise", login)
        raise BadAnswer(
            f"the adapter of {login} failed: {type(error).__name__}",
            remedy="this is a fault in the adapter: report it with the log file",
        ) from error

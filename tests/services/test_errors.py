"""Every error ends a command with the code that says what to do about it."""

from __future__ import annotations

import pytest

from tuisocial.errors import UsageError, UserError
from tuisocial.sdk import errors
from tuisocial.services.errors import ExitCode, Trouble, exit_code_for
from tuisocial.store.secrets import SecretsUnavailable


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.SignInNeeded(""), 3),
        (SecretsUnavailable(""), 3),
        (errors.Unreachable(""), 4),
        (errors.RateLimited(""), 4),
        (errors.Refused("", field="server"), 2),
        (errors.Refused(""), 1),
        (UsageError(""), 2),
        (UserError(""), 1),
        (UserError("", exit_code=ExitCode.UNKNOWN), 5),
        (errors.NotFound(""), 1),
        (errors.NotAllowed(""), 1),
        (errors.NotSupported(""), 1),
        (errors.BadAnswer(""), 1),
        (errors.CursorExpired(""), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_error_has_its_exit_code(error: Trouble, code: int) -> None:
    assert exit_code_for(error) == code

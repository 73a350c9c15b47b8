"""The scripted server, and a context to sign in with, as fixtures."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.adapters.mastodon.script import Script, running
from tuisocial.sdk.login_steps import SignInContext
from tuisocial.sdk.testing.context import make_sign_in


@pytest.fixture
def script() -> Iterator[Script]:
    """A loopback server that answers what the test writes."""
    with running() as server:
        yield server


@pytest.fixture
async def context() -> AsyncIterator[SignInContext]:
    """What a sign-in may use, closed at the end."""
    made = make_sign_in()
    yield made
    await made.http.aclose()

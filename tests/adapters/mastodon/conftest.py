"""The scripted server as a fixture."""

from collections.abc import Iterator

import pytest

from tests.adapters.mastodon.script import Script, running


@pytest.fixture
def script() -> Iterator[Script]:
    """A loopback server that answers what the test writes."""
    with running() as server:
        yield server

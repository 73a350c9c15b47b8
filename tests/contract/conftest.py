"""The servers that the adapters are held against: those of the live tests."""

from tests.live.conftest import demo, fake_relay, faulty

__all__ = ["demo", "fake_relay", "faulty"]

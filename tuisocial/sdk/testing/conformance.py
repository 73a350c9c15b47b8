"""The conformance kit as a pytest class: subclass it, and give it a specimen.

    class TestMyNetwork(AdapterConformance):
        @pytest.fixture
        def specimen(self) -> Specimen:
            return Specimen(adapter, login, Samples(...), secrets={"token": "..."})

Each rule is one test, `test_<group>_<rule>`, whose docstring is what the rule says. The rules
themselves are in the groups' modules; this one shows their results the way pytest does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tuisocial.sdk.testing.rule import Outcome, Rule, run
from tuisocial.sdk.testing.rules import RULES
from tuisocial.sdk.testing.specimen import Specimen


class AdapterConformance:
    """Every rule of the kit as a test of the `specimen` fixture."""

    @pytest.fixture
    def specimen(self) -> Specimen:
        """The adapter on trial and the server it is tried on; every subclass gives its own."""
        raise NotImplementedError("give the adapter on trial as the fixture `specimen`")


def _as_test(rule: Rule) -> Callable[[AdapterConformance, Specimen], None]:
    def test(self: AdapterConformance, specimen: Specimen) -> None:
        result = asyncio.run(run(rule, specimen))
        if result.outcome is Outcome.SKIPPED:
            pytest.skip(result.reason)
        if result.outcome is Outcome.BROKEN:
            raise AssertionError(f"{rule.says}\nBut {result.reason}.") from result.error

    test.__name__ = f"test_{rule.group}_{rule.name}"
    test.__qualname__ = f"AdapterConformance.{test.__name__}"
    test.__doc__ = rule.says
    return test


for _rule in RULES:
    setattr(AdapterConformance, f"test_{_rule.group}_{_rule.name}", _as_test(_rule))

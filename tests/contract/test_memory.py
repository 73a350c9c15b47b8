"""The conformance kit finds nothing wrong with the network in memory, and skips nothing."""

import pytest

from tests.contract.memory_specimen import healthy
from tuisocial.sdk.testing.conformance import AdapterConformance
from tuisocial.sdk.testing.rule import Outcome
from tuisocial.sdk.testing.rules import RULES, check
from tuisocial.sdk.testing.specimen import Specimen


class TestMemory(AdapterConformance):
    @pytest.fixture
    def specimen(self) -> Specimen:
        return healthy()


async def test_every_rule_holds_outside_pytest_too() -> None:
    results = [result async for result in check(healthy())]
    assert [r for r in results if r.outcome is not Outcome.HOLDS] == []
    assert len(results) == len(RULES)


def test_every_rule_is_a_test_of_the_class_with_its_property_as_docstring() -> None:
    for rule in RULES:
        test = getattr(AdapterConformance, f"test_{rule.group}_{rule.name}")
        assert test.__doc__ == rule.says
        assert rule.says.endswith(".")


def test_rules_have_names_of_their_own() -> None:
    assert len({(rule.group, rule.name) for rule in RULES}) == len(RULES)

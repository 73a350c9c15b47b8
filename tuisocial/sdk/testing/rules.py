"""All rules of the conformance kit, and how to hold them against a specimen outside pytest."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tuisocial.sdk.testing import errors, hygiene, ids, pages, records, shape, text
from tuisocial.sdk.testing.rule import Result, Rule, run
from tuisocial.sdk.testing.specimen import Specimen

GROUPS = (
    shape.GROUP,
    ids.GROUP,
    pages.GROUP,
    text.GROUP,
    records.GROUP,
    errors.GROUP,
    hygiene.GROUP,
)
RULES: tuple[Rule, ...] = tuple(rule for group in GROUPS for rule in group.rules)


async def check(specimen: Specimen) -> AsyncIterator[Result]:
    """Hold every rule against `specimen`, one result after the other."""
    for rule in RULES:
        yield await run(rule, specimen)

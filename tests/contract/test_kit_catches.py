"""Every rule of the conformance kit is proven by an adapter that breaks it."""

from importlib import import_module

import pytest

from tests.contract.broken.case import CASES, Case
from tests.contract.memory_specimen import healthy
from tuisocial.model.ids import AccountId, PostId
from tuisocial.sdk.testing.making import make_login, make_posts
from tuisocial.sdk.testing.memory import LOCAL, MemoryAdapter
from tuisocial.sdk.testing.rule import Outcome, Rule, run
from tuisocial.sdk.testing.rules import GROUPS, RULES, check
from tuisocial.sdk.testing.specimen import Samples, Specimen

for _group in GROUPS:
    import_module(f"tests.contract.broken.{_group.name}")

NAMED: dict[str, Rule] = {f"{rule.group}.{rule.name}": rule for rule in RULES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.name}")
async def test_a_broken_adapter_breaks_its_rule_for_the_right_reason(case: Case) -> None:
    result = await run(NAMED[case.rule], case.specimen())
    assert result.outcome is Outcome.BROKEN
    assert case.because in result.reason


def test_every_rule_has_a_broken_adapter_that_proves_it() -> None:
    assert {case.rule for case in CASES} == set(NAMED)


async def test_what_a_specimen_cannot_show_is_skipped_with_the_reason() -> None:
    adapter = MemoryAdapter(make_posts(20))
    guest = Specimen(
        adapter,
        make_login(account=None),
        Samples(
            LOCAL,
            PostId("memory", "post-1"),
            AccountId("memory", "account-ada"),
            missing_post=PostId("memory", "none"),
            missing_account=AccountId("memory", "none"),
        ),
        server="memory.example",
    )
    results = [result async for result in check(guest)]
    assert [r for r in results if r.outcome is Outcome.BROKEN] == []
    skipped = {f"{r.rule.group}.{r.rule.name}": r.reason for r in results if r.reason}
    assert skipped["errors.rate_limits_are_named"] == (
        "this specimen has no server that is asking for fewer requests"
    )
    assert skipped["hygiene.secrets_stay_out_of_reprs"] == "the specimen's login has no secret"
    assert "hygiene.the_loop_is_never_blocked" not in skipped


async def test_a_rule_that_never_ends_is_broken_and_says_so() -> None:
    specimen = healthy(patience=0.01)
    specimen.memory.hold()
    result = await run(NAMED["ids.posts_are_found_by_id"], specimen)
    assert (result.outcome, result.reason) == (
        Outcome.BROKEN,
        "there was no end after 0.01 seconds",
    )

"""People that a draft names are called where they are, by their own word and nobody else's."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from tests.services.desk import Desk
from tests.services.test_header import drafts
from tuisocial.model.account import Account
from tuisocial.model.draft import Address, Draft, Own
from tuisocial.model.ids import AccountId, LoginId
from tuisocial.model.submission import Feature, Outcome
from tuisocial.sdk.testing.making import make_account, make_post
from tuisocial.services.people import addressed, handles

ONE, TWO = LoginId("one"), LoginId("two")
BOB_TWO = AccountId("two", "account-bob")
BOB = make_account("bob", network="one", same_as=(BOB_TWO,))
CLEO = make_account("cleo", network="one")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi @bob@one.example!", ["@bob@one.example"]),
        ("@bob@one.example, @bob@one.example.", ["@bob@one.example"]),
        ("@bob", []),
        ("bob@one.example", []),
        ("https://one.example/@bob@two.example", []),
        ("@b.o-b@one.co.example:", ["@b.o-b@one.co.example"]),
    ],
)
def test_handles_with_a_server_are_looked_for(text: str, expected: list[str]) -> None:
    assert handles(Draft(text)) == expected
    assert handles(Draft(own={ONE: Own(text)})) == expected
    assert handles(Draft(own={ONE: Own(parts=(text, text))})) == expected


def test_no_draft_has_more_handles_looked_up_than_can_be() -> None:
    text = " ".join(f"@a{n}@one.example" for n in range(2000))
    assert len(handles(Draft(text))) == 50


@given(drafts)
def test_who_is_known_changes_nothing_but_addresses(draft: Draft) -> None:
    assert addressed(draft, {}, {}) == draft


@pytest.mark.parametrize(
    ("account", "believed"),
    [
        (BOB, True),
        (make_account("bob", network="one", handle="@Bob@one.example"), True),
        (make_account("eve", network="two", handle="bob@one.example"), False),
        (
            make_account("eve", network="two", handle="bob@one.example", handle_verified=False),
            False,
        ),
        (make_account("b", network="two", handle="bob@one.example", handle_verified=True), True),
    ],
)
def test_a_handle_that_is_only_claimed_is_nobody_s(account: Account, believed: bool) -> None:
    draft = addressed(Draft("@bob@one.example"), {}, {"@bob@one.example": [account]})
    assert [each.account for each in draft.addresses] == ([account.id] if believed else [])


def test_what_was_chosen_is_not_taken_for_another() -> None:
    chosen = Address("@bob@one.example", CLEO.id)
    draft = addressed(Draft("@bob@one.example", addresses=(chosen,)), {}, {chosen.text: [BOB]})
    assert draft.addresses == (chosen,)


async def known(desk: Desk) -> None:
    """Have the store know bob and cleo of the first network, and bob of the second."""
    await desk.begin()
    for number, (server, author) in enumerate(
        [
            (desk.one.server, BOB),
            (desk.one.server, CLEO),
            (desk.two.server, make_account("bob", network="two")),
        ]
    ):
        server.add(make_post(number, "Hi", author=author, network=author.id.network))
    await desk.world.timelines.refresh(desk.world.merged)


async def test_a_handle_by_hand_becomes_their_declared_account_or_plain_text(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    await known(desk)
    draft = Draft("@bob@one.example and @cleo@one.example, @x@far.example", (ONE, TWO))
    await desk.composing.prepare(draft.targets)
    here, there = desk.composing.plan(draft)
    assert here.parts[0].text.text == draft.text
    assert there.parts[0].text.text == "@bob@two.example and cleo@one.example, @x@far.example"
    assert [facet.account for facet in here.parts[0].text.facets] == [BOB.id, CLEO.id]  # type: ignore[union-attr]
    assert [facet.account for facet in there.parts[0].text.facets] == [BOB_TWO]  # type: ignore[union-attr]
    said = [fate.text for fate in there.fates if fate.feature is Feature.MENTION]
    assert said == [
        f"mention of {BOB.handle} becomes @bob@two.example, the same person by their own word",
        "mention of @cleo@one.example becomes plain text",
    ]
    assert not [fate for fate in here.fates if fate.outcome is not Outcome.KEPT]
    numbers = await desk.composing.send(await desk.composing.save(draft), draft)
    await desk.outbox.send(numbers)
    receipts = [desk.get(number).receipt for number in numbers]
    assert [one.view.post.mentions for one in receipts if one and one.view] == [
        (BOB.id, CLEO.id),
        (BOB_TWO,),
    ]
    await desk.world.runtime.aclose()


async def test_nobody_is_called_who_only_claims_to_be_somebody(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.begin()
    eve = make_account("eve", network="two", same_as=(CLEO.id,))
    desk.two.server.add(make_post(1, "I am cleo", author=eve, network="two"))
    desk.one.server.add(make_post(2, "I am cleo", author=CLEO, network="one"))
    await desk.world.timelines.refresh(desk.world.merged)
    draft = Draft("@cleo@one.example", (TWO,))
    await desk.composing.prepare(draft.targets)
    (one,) = desk.composing.plan(draft)
    assert one.parts[0].text.text == "cleo@one.example"
    assert not one.parts[0].text.facets
    await desk.world.runtime.aclose()


async def test_an_answer_s_names_are_translated_for_targets_that_are_added(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.one.vocabulary = replace(desk.one.vocabulary, names_the_answered=True)
    await known(desk)
    (asked,) = [each for each in desk.one.server.posts.values() if each.author.id == BOB.id]
    draft = desk.composing.reply(asked.id)
    assert draft.addresses == (Address("@bob@one.example", BOB.id, (BOB_TWO,)),)
    draft = replace(draft, text=f"{draft.text}Indeed", targets=(ONE, TWO))
    await desk.composing.prepare(draft.targets)
    _, there = desk.composing.plan(draft)
    assert there.parts[0].text.text.startswith("@bob@two.example Indeed")
    await desk.world.runtime.aclose()

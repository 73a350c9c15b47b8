"""What each target will get, told beforehand and never wider than it was meant."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.desk import Desk
from tuisocial.model.draft import Attachment, Draft, Overflow, Own
from tuisocial.model.ids import LoginId, PostId
from tuisocial.model.limits import Limits
from tuisocial.model.post import Visibility
from tuisocial.model.submission import Fate, Feature, Outcome, PostRef
from tuisocial.sdk.errors import Unreachable
from tuisocial.sdk.testing.making import make_login, make_post
from tuisocial.sdk.testing.memory import MemoryServer
from tuisocial.sdk.testing.memory_writing import WritingSession
from tuisocial.services.linking import ADDRESS
from tuisocial.services.plan import Related, Target, TargetPlan, plan

ONE, TWO = LoginId("one"), LoginId("two")
V = Visibility
OFFERED = st.lists(st.sampled_from([v for v in V if v is not V.UNKNOWN]), unique=True).map(tuple)
PARENT = PostId("one", "parent")

# Who may see a post, as sets: everybody who looks, everybody with the address, members of the
# server, followers, those named.
SEEN_BY = {
    V.PUBLIC: {"lists", "address", "members", "followers", "named"},
    V.UNLISTED: {"address", "members", "followers", "named"},
    V.LOCAL: {"members of the server, in lists"},
    V.FOLLOWERS: {"followers"},
    V.DIRECT: {"named"},
}


def within(one: Visibility, other: Visibility) -> bool:
    if V.PUBLIC in (one, other):
        return other is V.PUBLIC
    if one is V.DIRECT and other is V.FOLLOWERS:
        return False
    return SEEN_BY[one] <= SEEN_BY[other]


def target(name: str, offered: tuple[Visibility, ...] = (V.PUBLIC,), **related: object) -> Target:
    session = WritingSession(MemoryServer(), make_login(name, network=name), None)
    session.visibilities = offered
    return Target(LoginId(name), name, session, **related)  # type: ignore[arg-type]


def outcome(one: TargetPlan, feature: Feature) -> Outcome | None:
    return next((fate.outcome for fate in one.fates if fate.feature is feature), None)


@given(
    chosen=st.sampled_from([v for v in V if v is not V.UNKNOWN]),
    offered=st.lists(OFFERED, min_size=1, max_size=3),
    answered=st.none() | st.sampled_from(list(V)),
    quoted=st.none() | st.sampled_from(list(V)),
    here=st.booleans(),
    overflow=st.sampled_from(list(Overflow)),
    long=st.booleans(),
)
def test_no_combination_posts_wider_than_was_chosen(
    chosen: Visibility,
    offered: list[tuple[Visibility, ...]],
    answered: Visibility | None,
    quoted: Visibility | None,
    here: bool,
    overflow: Overflow,
    long: bool,
) -> None:
    def related(bound: Visibility | None) -> Related | None:
        ref = PostRef(PARENT) if here else None
        return None if bound is None else Related(ref, bound, "https://one.example/posts/parent")

    targets = [
        target(f"t{n}", each, reply_to=related(answered), quote=related(quoted))
        for n, each in enumerate(offered)
    ]
    draft = Draft(
        "word " * 200 if long else "word",
        tuple(each.login for each in targets),
        visibility=chosen,
        overflow=overflow,
    )
    for one, each in zip(plan(draft, targets), offered, strict=True):
        if one.refused:
            continue
        for part in one.parts:
            assert part.visibility in each
            assert within(part.visibility, chosen)
            for bound in (answered, quoted):
                if bound is not None and part.visibility is not V.DIRECT:
                    assert bound is not V.UNKNOWN
                    assert within(part.visibility, bound)
            if not here and (answered or quoted):
                # A link goes where everybody with the address may go anyway.
                assert {answered, quoted} <= {None, V.PUBLIC, V.UNLISTED}


def test_what_is_kept_is_said_too_and_the_gravest_comes_first() -> None:
    draft = Draft("Hello", (ONE,), visibility=V.PUBLIC, content_warning="greeting")
    (one,) = plan(draft, [target("one", (V.UNLISTED,))])
    assert outcome(one, Feature.VISIBILITY) is Outcome.REPLACED
    assert outcome(one, Feature.CONTENT_WARNING) is Outcome.KEPT
    gravity = [list(Outcome).index(fate.outcome) for fate in one.fates]
    assert gravity == sorted(gravity, reverse=True)


def test_a_file_that_is_gone_and_one_without_words_are_refused(tmp_path: Path) -> None:
    there = tmp_path / "mill.png"
    there.write_bytes(b"png")
    draft = Draft("See", (ONE,), media=(Attachment(str(there)), Attachment("/gone.png", "gone")))
    (one,) = plan(draft, [target("one")], alt_needed=True)
    assert [fate.text for fate in one.refused] == [
        "mill.png has no description",
        "gone.png is not there any more",
    ]


def test_what_is_there_and_no_file_is_called_that(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    paths = (tmp_path, tmp_path / "pipe.png")
    draft = Draft("See", (ONE,), media=tuple(Attachment(str(path), "words") for path in paths))
    (one,) = plan(draft, [target("one")])
    assert [fate.text for fate in one.refused] == [
        f"{tmp_path.name} is not a file",
        "pipe.png is not a file",
    ]


def test_an_own_text_goes_to_its_target_alone() -> None:
    draft = Draft("Common", (ONE, TWO), own={TWO: Own("Own")})
    one, two = plan(draft, [target("one"), target("two")])
    assert one.parts[0].text.text == "Common"
    assert two.parts[0].text.text == "Own"


def test_a_text_too_long_is_split_and_its_pictures_stay_with_the_first(tmp_path: Path) -> None:
    picture = tmp_path / "mill.png"
    picture.write_bytes(b"png")
    draft = Draft("word " * 300, (ONE,), media=(Attachment(str(picture), "mill"),))
    (one,) = plan(draft, [target("one")])
    assert len(one.parts) == 4
    assert [len(part.media) for part in one.parts] == [1, 0, 0, 0]
    assert all(measure.fits for measure in one.measures)


@pytest.mark.parametrize("overflow", [Overflow.REFUSE, Overflow.LINK])
def test_a_text_too_long_everywhere_is_refused_where_it_is_not_to_be_split(
    overflow: Overflow,
) -> None:
    draft = Draft("word " * 300, (ONE,), overflow=overflow)
    (one,) = plan(draft, [target("one")])
    assert [fate.feature for fate in one.refused] == [Feature.TEXT]


@pytest.mark.parametrize("overflow", [Overflow.SPLIT, Overflow.LINK])
def test_what_a_target_says_of_the_length_does_not_keep_a_text_from_being_divided(
    overflow: Overflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_long = Fate(Feature.TEXT, Outcome.REFUSED, "is too long", "split it")
    monkeypatch.setattr(
        WritingSession,
        "fates",
        lambda self, submission: [] if self.measure(submission).fits else [too_long],
    )
    draft = Draft("Words. " * 100, (ONE, TWO), own={TWO: Own("Few")}, overflow=overflow)
    first, second = plan(draft, [target("one"), target("two")])
    assert (first.refused, second.refused) == ((), ())
    refused = plan(replace(draft, overflow=Overflow.REFUSE), [target("one")])[0].refused
    assert [fate.text for fate in refused] == ["200 characters too long"]


def test_an_edit_is_not_split() -> None:
    related = Related(PostRef(PARENT), V.PUBLIC)
    draft = Draft("word " * 300, (ONE,), edits=PARENT)
    (one,) = plan(draft, [target("one", edits=related)])
    assert [fate.feature for fate in one.refused] == [Feature.TEXT]


async def test_the_whole_text_is_linked_to_once_it_is_there(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.begin()
    session = desk.one.session_class

    class Roomy(session):  # type: ignore[misc, valid-type]
        def measure(self, submission: object) -> object:
            return replace(super().measure(submission), limit=5000)

    desk.one.session_class = Roomy
    text = "word " * 300
    draft = Draft(text, (TWO, ONE), overflow=Overflow.LINK)
    await desk.composing.prepare(draft.targets)
    two, _one = desk.composing.plan(draft)
    assert two.link_from == ONE
    assert ADDRESS in two.parts[0].text.text
    # However often it is tried, it is cut and linked once.
    desk.two.server.fail(Unreachable("two.example is down"), "publish", times=2)
    numbers = await desk.composing.send(await desk.composing.save(draft), draft)
    await desk.outbox.until_settled(numbers)
    (whole,) = desk.one.server.posts.values()
    (cut,) = desk.two.server.posts.values()
    assert whole.text.text == text
    assert whole.url is not None
    assert cut.text.text.endswith(f"word …\n\n{whole.url}")
    assert len(cut.text.text) <= 500
    assert "invalid" not in cut.text.text
    await desk.world.runtime.aclose()


async def test_an_answer_names_whom_it_answers_and_is_seen_by_no_more(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.begin()
    words = desk.one.vocabulary
    desk.one.vocabulary = replace(words, names_the_answered=True)
    asked = make_post(
        1, "Well?", author="bob", network="one", visibility=V.FOLLOWERS, content_warning="a riddle"
    )
    desk.one.server.add(asked)
    await desk.world.timelines.refresh(desk.world.merged)
    draft = desk.composing.reply(asked.id)
    assert draft.text == "@bob@one.example "
    assert draft.targets == (ONE,)
    assert draft.visibility is V.FOLLOWERS
    assert draft.content_warning == "a riddle"
    numbers = await desk.composing.send(await desk.composing.save(draft), draft)
    await desk.outbox.send(numbers)
    receipt = desk.get(numbers[0]).receipt
    assert receipt
    assert receipt.view
    assert receipt.view.post.mentions == (asked.author.id,)
    await desk.world.runtime.aclose()


def test_markdown_is_read_where_it_is_known_and_shown_as_written_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draft = Draft("**Bold**", (ONE, TWO), markdown=True)
    targets = [target("one"), target("two")]
    known = targets[1].session
    assert known is not None
    monkeypatch.setattr(
        WritingSession,
        "limits",
        lambda self: Limits(visibilities=self.visibilities, markdown=self is known),
    )
    plain, read = plan(draft, targets)
    assert (plain.parts[0].markdown, read.parts[0].markdown) == (False, True)
    assert outcome(plain, Feature.FORMAT) is Outcome.REPLACED
    assert outcome(read, Feature.FORMAT) is Outcome.KEPT
    assert plain.measures == read.measures
    assert plain.parts[0].text.text == read.parts[0].text.text == "**Bold**"
    assert all(outcome(one, Feature.FORMAT) is None for one in plan(Draft("x"), targets))


async def test_planning_asks_nobody(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.begin()
    await desk.composing.prepare((ONE, TWO))
    before = len(desk.one.server.calls)
    for n in range(50):
        desk.composing.plan(Draft("Hello " * n, (ONE, TWO)))
    await asyncio.sleep(0)
    assert len(desk.one.server.calls) == before
    await desk.world.runtime.aclose()

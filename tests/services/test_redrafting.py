"""A post that is taken back to be written anew is a draft before it is taken back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.services.desk import DOWN, Desk, texts
from tuisocial.errors import UsageError
from tuisocial.model.draft import Attachment, Ballot, Draft, Quotable
from tuisocial.model.ids import LoginId, PostId
from tuisocial.model.media import Media, MediaKind
from tuisocial.model.poll import Poll, PollOption
from tuisocial.model.post import Quote, Visibility
from tuisocial.sdk.errors import Unreachable
from tuisocial.sdk.testing.making import make_post
from tuisocial.services.redrafting import anew
from tuisocial.store.outbox import State

ONE, TWO = LoginId("one"), LoginId("two")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    await made.begin()
    yield made
    await made.world.runtime.aclose()


async def posted(desk: Desk, text: str, **fields: object) -> PostId:
    """A post that is out by both logins."""
    numbers = await desk.queue(text, **fields)
    await desk.outbox.send(numbers)
    receipt = desk.get(numbers[0]).receipt
    assert receipt
    assert receipt.view
    return receipt.view.post.id


async def test_a_post_becomes_a_draft_and_goes_with_its_copies(desk: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "mill.png"
    picture.write_bytes(b"png")
    file = Attachment(str(picture), "A mill", (0.5, 0.0))
    post = await posted(
        desk, "Frist", content_warning="haste", media=(file,), visibility=Visibility.UNLISTED
    )
    made = await desk.composing.redraft(post)
    assert made.notes == ()
    assert made.draft == Draft(
        "Frist", (ONE, TWO), content_warning="haste", visibility=Visibility.UNLISTED, media=(file,)
    )
    # The draft is there while the posts are still out.
    assert [each.draft for each in desk.composing.drafts()] == [made.draft]
    assert texts(desk.one.server) == texts(desk.two.server) == ["Frist"]
    await desk.outbox.send(made.deliveries)
    assert desk.states(list(made.deliveries)) == [State.SENT, State.SENT]
    assert not desk.one.server.posts
    assert not desk.two.server.posts
    await desk.outbox.send(await desk.composing.send(made.key, made.draft))
    assert texts(desk.one.server) == texts(desk.two.server) == ["Frist"]
    assert not desk.composing.drafts()


async def test_copies_may_be_left_where_they_are(desk: Desk) -> None:
    post = await posted(desk, "Half")
    made = await desk.composing.redraft(post, copies_too=False)
    assert made.draft.targets == (ONE,)
    await desk.outbox.send(made.deliveries)
    assert (texts(desk.one.server), texts(desk.two.server)) == ([], ["Half"])


async def test_a_post_whose_words_cannot_be_had_stays(desk: Desk) -> None:
    post = await posted(desk, "Stays")
    desk.one.server.fail(DOWN, "source")
    with pytest.raises(Unreachable):
        await desk.composing.redraft(post)
    assert not desk.composing.drafts()
    assert not desk.outbox.unsettled()
    assert texts(desk.one.server) == ["Stays"]


async def test_a_post_of_somebody_else_is_not_taken_back(desk: Desk) -> None:
    theirs = make_post(1, "Theirs", author="bob", network="one")
    desk.one.server.add(theirs)
    await desk.world.timelines.refresh(desk.world.merged)
    with pytest.raises(UsageError, match="by none of your logins"):
        await desk.composing.redraft(theirs.id)
    assert not desk.composing.drafts()


def test_files_that_nobody_has_are_said() -> None:
    picture = Media(MediaKind.IMAGE, "https://one.example/1.png")
    post = make_post(1, media=(picture, picture))
    _, notes = anew(Draft("Text"), post, (), (ONE,))
    assert notes == ("2 files of it cannot be found on this machine, and must be attached again",)
    files = (Attachment("/here.png"), Attachment("/gone.png"))
    draft, notes = anew(Draft("Text"), post, files, (ONE,), lambda path: path == "/here.png")
    assert draft.media == files[:1]
    assert notes == ("1 file of it cannot be found on this machine, and must be attached again",)


def test_a_file_s_address_leaves_the_text_when_the_file_is_attached() -> None:
    url = "https://files.example/1.png"
    post = make_post(1, media=(Media(MediaKind.IMAGE, url),))
    files = (Attachment("/mill.png"),)
    for there, text in ((True, "A mill"), (False, f"A mill\n\n{url}")):
        draft, _ = anew(Draft(f"A mill\n\n{url}"), post, files, (ONE,), lambda path, t=there: t)
        assert draft.text == text


def test_poll_quote_and_who_may_quote_are_taken_along() -> None:
    quoted = PostId("one", "quoted")
    poll = Poll("p", (PollOption("a", 3), PollOption("b")), multiple=True)
    post = make_post(
        1,
        poll=poll,
        quote=Quote(quoted),
        reply_to=PostId("one", "parent"),
        visibility=Visibility.FOLLOWERS,
    )
    source = Draft("Text", quotable=Quotable.NOBODY, edits=post.id)
    draft, notes = anew(source, post, (), (ONE,))
    assert draft == Draft(
        "Text",
        (ONE,),
        visibility=Visibility.FOLLOWERS,
        quotable=Quotable.NOBODY,
        ballot=Ballot(("a", "b"), multiple=True),
        reply_to=PostId("one", "parent"),
        quote=quoted,
    )
    assert notes == ("its poll begins anew, without its votes, and is open for a day",)

"""Uploads: sent piece by piece, waited for, and refused with the part that is wrong."""

import asyncio
import email
import email.policy
import os
import threading
from pathlib import Path
from typing import IO, Any

import pytest

from tests.adapters.mastodon.script import Asked, Reply, Script
from tests.adapters.mastodon.writing import MASTODON, member
from tuisocial.adapters.mastodon import bodies, uploading
from tuisocial.adapters.mastodon.bodies import FileBody, JsonBody
from tuisocial.model.draft import Attachment
from tuisocial.sdk.errors import Refused, Sent, Unreachable

V1, V2, READY = "/api/v1/media", "/api/v2/media", "/api/v1/media/5"
DONE = {"id": "5", "url": "https://example.social/media/5.png"}
LARGE = {**MASTODON, "configuration": {}}


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask at once whether a file is ready, three times."""
    monkeypatch.setattr(uploading, "_WAITS", (0.0, 0.0, 0.0))
    monkeypatch.setattr(uploading, "_MOST_WAITS", 0)


@pytest.fixture
def picture(tmp_path: Path) -> Attachment:
    """A file that is called a picture."""
    path = tmp_path / 'my "wheel"\u00e9.png'
    path.write_bytes(b"\x89PNG" + bytes(500))
    return Attachment(str(path))


def nothing(done: int, whole: int) -> None:
    """Takes no notice of progress."""


async def refusal(script: Script, attachment: Attachment) -> Refused:
    """What uploading raises."""
    session = await member(script)
    with pytest.raises(Refused) as caught:
        await session.upload(attachment, nothing)
    await session.aclose()
    assert caught.value.remedy
    return caught.value


def parts(asked: Asked) -> dict[str, Any]:
    """The fields of a form, by name."""
    head = f"Content-Type: {asked.headers['Content-Type']}\r\n\r\n".encode()
    form = email.message_from_bytes(head + asked.body, policy=email.policy.HTTP)
    return {
        part.get_param("name", header="content-disposition"): part for part in form.iter_parts()
    }


async def test_a_form_holds_the_file_and_its_words(script: Script, picture: Attachment) -> None:
    script.answers[V2] = Reply(DONE)
    session = await member(script)
    words = 'A "wheel"\r\n--x--\r\n語'
    key = await session.upload(Attachment(picture.path, words, (-1.0, 0.12345)), nothing)
    await session.aclose()

    [asked] = script.sent("POST", V2)
    found = parts(asked)
    assert key == "5"
    assert found["description"].get_payload(decode=True).decode() == words
    assert found["focus"].get_payload() == "-1.0000,0.1235"
    assert found["file"].get_payload(decode=True) == Path(picture.path).read_bytes()  # noqa: ASYNC240
    assert found["file"].get_content_type() == "image/png"
    # What the file is called here is nobody's business.
    assert found["file"].get_filename() == "file.png"


async def test_a_file_without_words_is_sent_without_words(
    script: Script, picture: Attachment
) -> None:
    script.answers[V2] = Reply(DONE)
    session = await member(script)
    await session.upload(picture, nothing)
    await session.aclose()

    assert set(parts(script.asked[-1])) == {"file"}


async def test_a_film_is_never_in_memory_at_once(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(3_000_000))
    script.answers[V2] = Reply(DONE)
    session = await member(script, LARGE)
    reads: list[int] = []
    next_piece = FileBody._next

    def watched(body: FileBody, file: IO[bytes], size: int) -> bytes:
        reads.append(size)
        return next_piece(body, file, size)

    monkeypatch.setattr(bodies.FileBody, "_next", watched)
    seen: list[tuple[int, int]] = []
    await session.upload(Attachment(str(path)), lambda done, whole: seen.append((done, whole)))
    await session.aclose()

    assert max(reads) <= 65_536
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1] == (3_000_000, 3_000_000)


async def test_a_file_is_waited_for_until_it_is_ready(script: Script, picture: Attachment) -> None:
    answers = [Reply(DONE), Reply({}, 503), Reply({"id": "5", "url": None}, 206)]
    script.answers[V2] = Reply({"id": "5", "url": None}, 202)
    script.answers[READY] = lambda asked: answers.pop()
    session = await member(script)

    assert await session.upload(picture, nothing) == "5"
    assert answers == []
    await session.aclose()


async def test_a_file_that_is_never_ready_is_given_up(script: Script, picture: Attachment) -> None:
    script.answers[V2] = Reply({"id": "5", "url": None}, 202)
    script.answers[READY] = Reply({"id": "5", "url": None}, 206)
    session = await member(script)
    with pytest.raises(Unreachable, match="still at work"):
        await session.upload(picture, nothing)
    await session.aclose()


@pytest.mark.parametrize("code", [404, 422])
async def test_a_file_that_the_server_can_make_nothing_of_is_refused(
    script: Script, picture: Attachment, code: int
) -> None:
    script.answers[V2] = Reply({"id": "5", "url": None}, 202)
    script.answers[READY] = Reply({"error": "Error processing thumbnail"}, code)

    assert (await refusal(script, picture)).field == "media"


@pytest.mark.parametrize("code", [404, 405])
async def test_an_older_server_is_sent_the_file_in_the_older_way(
    script: Script, picture: Attachment, code: int
) -> None:
    script.answers[V2] = Reply({"error": "no"}, code)
    script.answers[V1] = Reply(DONE)
    session = await member(script)

    assert await session.upload(picture, nothing) == "5"
    [asked] = script.sent("POST", V1)
    assert parts(asked)["file"].get_payload(decode=True).startswith(b"\x89PNG")
    await session.aclose()


@pytest.mark.parametrize(
    ("reply", "field"),
    [
        (Reply({"error": "Validation failed: File content type is invalid"}, 422), "media"),
        (Reply({"error": "Something"}, 422), "media"),
        (Reply(b"<h1>413 Request Entity Too Large</h1>", 413), "media"),
        (Reply({"error": "Validation failed: Description is too long"}, 422), "alt text"),
    ],
)
async def test_a_refusal_names_the_file_or_its_words(
    script: Script, picture: Attachment, reply: Reply, field: str
) -> None:
    script.answers[V2] = reply

    assert (await refusal(script, picture)).field == field


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("large.png", 1_001, "0.0 MB"),
        ("large.mp4", 100_001, "0.1 MB"),
        ("empty.png", 0, "is empty"),
        ("image.iso", 10, "does not accept"),
    ],
)
async def test_what_is_known_to_be_refused_is_not_sent(
    script: Script, tmp_path: Path, name: str, size: int, said: str
) -> None:
    (tmp_path / name).write_bytes(bytes(size))
    error = await refusal(script, Attachment(str(tmp_path / name)))

    assert error.field == "media"
    assert said in error.message
    assert name in error.message
    assert {asked.method for asked in script.asked} == {"GET"}


async def test_a_film_may_be_larger_than_a_picture(script: Script, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(bytes(100_000))
    script.answers[V2] = Reply(DONE)
    session = await member(script)

    assert await session.upload(Attachment(str(tmp_path / "film.mp4")), nothing) == "5"
    await session.aclose()


async def test_words_that_are_too_many_are_refused_before_the_file_is_sent(
    script: Script, picture: Attachment
) -> None:
    error = await refusal(script, Attachment(picture.path, "x" * 101))

    assert error.field == "alt text"


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "odd"])
async def test_what_is_no_file_that_can_be_read_is_refused(
    script: Script, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "it.png"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    error = await refusal(script, Attachment("/x\0.png" if kind == "odd" else str(path)))

    assert error.field == "media"
    assert "cannot be read" in error.message


async def test_a_file_that_is_gone_as_its_turn_comes_is_refused(
    script: Script, picture: Attachment
) -> None:
    session = await member(script)
    hold = script.hold(V2)
    ahead = [asyncio.ensure_future(session.upload(picture, nothing)) for _ in range(2)]
    await hold.wait_for(2)
    waiting = asyncio.ensure_future(session.upload(picture, nothing))
    await session.emoji()
    os.unlink(picture.path)
    for one in ahead:
        one.cancel()
    with pytest.raises(Refused, match="cannot be read") as caught:
        await waiting
    assert caught.value.field == "media"
    hold.release()
    await asyncio.gather(*ahead, return_exceptions=True)
    await session.aclose()


async def test_a_file_that_shrinks_as_it_is_sent_is_refused(script: Script, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(500_000))
    session = await member(script, LARGE)
    script.answers[V2] = Reply(DONE)

    def shrink(done: int, whole: int) -> None:
        os.truncate(path, 1)

    with pytest.raises(Refused, match="became shorter") as caught:
        await session.upload(Attachment(str(path)), shrink)
    assert caught.value.field == "media"
    await session.aclose()


async def test_an_upload_that_nobody_waits_for_stops(script: Script, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(500_000))
    session = await member(script, LARGE)
    begun, go_on = threading.Event(), threading.Event()
    seen: list[int] = []

    def hold(done: int, whole: int) -> None:
        seen.append(done)
        begun.set()
        go_on.wait(60)

    uploading = asyncio.ensure_future(session.upload(Attachment(str(path)), hold))
    assert await asyncio.to_thread(begun.wait, 60)
    uploading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await uploading
    go_on.set()
    others = [one for one in threading.enumerate() if one.name == "mastodon"]
    for one in others:
        await asyncio.to_thread(one.join, 60)

    assert seen == [65_536]
    await session.aclose()


async def test_uploads_that_take_long_hold_up_no_question(
    script: Script, picture: Attachment
) -> None:
    hold = script.hold(V2)
    script.answers["/api/v1/custom_emojis"] = Reply([{"shortcode": "wheel"}])
    session = await member(script)
    uploads = [asyncio.ensure_future(session.upload(picture, nothing)) for _ in range(8)]

    assert await session.emoji() == ("wheel",)
    assert not any(one.done() for one in uploads)
    for one in uploads:
        one.cancel()
    await asyncio.gather(*uploads, return_exceptions=True)
    hold.release()
    await session.aclose()


async def test_an_upload_that_breaks_off_was_certainly_not_done(
    script: Script, tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(500_000))
    session = await member(script, LARGE)
    script.stop()
    with pytest.raises(Unreachable) as caught:
        await session.upload(Attachment(str(path)), nothing)
    await session.aclose()

    assert caught.value.sent is Sent.NO


def test_a_body_is_handed_over_with_its_last_byte_and_not_after_it_was_stopped() -> None:
    body, stopped = JsonBody({"a": "\u00e9"}), JsonBody({})
    assert not body.handed_over
    assert body.read() == b'{"a": "\\u00e9"}'
    assert body.handed_over
    assert body.read() == b""

    stopped.stop()
    with pytest.raises(Unreachable):
        stopped.read()
    assert not stopped.handed_over

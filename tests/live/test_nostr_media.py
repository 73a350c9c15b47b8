"""Files of notes: uploaded to media servers on loopback, and shown."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.live.blossom_server import BlossomServer
from tests.live.nostr_writer import attempt, now, only, plain, somebody, writer
from tests.live.servers import LiveRelay
from tuisocial.model.draft import Attachment
from tuisocial.model.submission import Feature, Outcome, Upload
from tuisocial.sdk.errors import BadAnswer, Refused, Unreachable

pytestmark = pytest.mark.live

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x03\x00\x00\x00\x02\x08\x02\x00\x00\x00"


async def test_a_picture_is_uploaded_and_shown(relay: LiveRelay, tmp_path: Path) -> None:
    ada, server = somebody("ada"), BlossomServer()
    picture = tmp_path / "cat.png"
    picture.write_bytes(PNG + bytes(200_000))
    relay.publish([ada.event(tags=[["server", server.url]], kind=10_063, created_at=now())])
    attachment, steps = Attachment(str(picture), "a cat,\nasleep"), list[tuple[int, int]]()
    try:
        async with writer(ada, relay.url) as session:
            await session.prepare()
            key = await session.upload(attachment, lambda done, of: steps.append((done, of)))
            submission = replace(plain("look"), media=(Upload(attachment, key),))
            measured = session.measure(submission)
            done = await session.publish(submission, attempt())
    finally:
        server.stop()

    (digest,) = server.blobs
    assert server.blobs[digest] == (picture.read_bytes(), "image/png")
    assert server.authors == [ada.pubkey]
    size = picture.stat().st_size
    assert (steps[0], steps[-1]) == ((0, size), (size, size))
    assert len(steps) > 3
    url = f"{server.url}/{digest}"
    assert json.loads(key) == {
        "url": url, "sha256": digest, "type": "image/png", "size": size, "dim": "3x2"
    }  # fmt: skip
    event = only(relay, authors=[ada.pubkey], kinds=[1])
    assert event["content"] == f"look\n\n{url}"
    assert measured.unit or measured.count == len(event["content"])
    assert event["tags"] == [
        ["imeta", f"url {url}", "m image/png", f"x {digest}", f"size {size}", "dim 3x2",
         "alt a cat, asleep"]
    ]  # fmt: skip
    assert done.view is not None
    (media,) = done.view.post.media
    assert (media.alt, media.width, media.height) == ("a cat, asleep", 3, 2)


async def test_a_server_that_refuses_a_file_is_named_and_the_next_one_asked(
    relay: LiveRelay, tmp_path: Path
) -> None:
    ada, first, second = somebody("ada"), BlossomServer(), BlossomServer()
    first.refuse = (413, "too large for us")
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    attachment = Attachment(str(path))
    try:
        async with writer(ada, relay.url, blossom=f"{first.url} {second.url}") as session:
            key = json.loads(await session.upload(attachment, lambda *_: None))
            second.refuse = (415, "no text")
            with pytest.raises(Refused, match="too large for us") as refused:
                await session.upload(attachment, lambda *_: None)
            first.refuse = None
            first.descriptor = {"sha256": "0" * 64}
            with pytest.raises(BadAnswer, match="took another file"):
                await session.upload(attachment, lambda *_: None)
    finally:
        first.stop()
        second.stop()
    assert key["url"].startswith(second.url)
    assert (key["type"], "dim" in key) == ("text/plain", False)
    assert refused.value.field == "media"


async def test_without_a_media_server_files_are_refused_before_and_after(
    relay: LiveRelay, tmp_path: Path
) -> None:
    ada = somebody("ada")
    attachment = Attachment(str(tmp_path / "gone.png"))
    submission = replace(plain("look"), media=(Upload(attachment),))
    async with writer(ada, relay.url) as session:
        await session.prepare()
        (fate,) = [one for one in session.fates(submission) if one.feature is Feature.MEDIA]
        with pytest.raises(Refused) as refused:
            await session.upload(attachment, lambda *_: None)
    async with writer(ada, relay.url, blossom="http://127.0.0.1:9") as session:
        with pytest.raises(Refused, match=r"gone\.png cannot be read"):
            await session.upload(attachment, lambda *_: None)
        attachment = Attachment(__file__)
        with pytest.raises(Unreachable):
            await session.upload(attachment, lambda *_: None)
    assert (fate.outcome, bool(fate.remedy)) == (Outcome.REFUSED, True)
    assert (refused.value.field, refused.value.remedy) == ("media", fate.remedy)

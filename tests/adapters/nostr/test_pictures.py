"""Pictures are where authors say, unless that is within the network that this machine is in."""

import json
from typing import Any

import pytest

from tests.adapters.nostr.signing import Author
from tuisocial.adapters.nostr import convert, profiles
from tuisocial.adapters.nostr.counts import Tally
from tuisocial.adapters.nostr.events import Event, read
from tuisocial.adapters.nostr.pictures import ANYBODYS, Pictures
from tuisocial.model.richtext import Link
from tuisocial.sdk.reach import Reach

ada = Author("ada")
GOOD = "https://cdn.example/a.png"
HIDDEN = f"http://{'a' * 56}.onion/a.png"
HERE = "http://127.0.0.1:8000/a.png"
BAD = [
    "http://cdn.example/a.png",
    HERE,
    "https://192.168.1.1/a.png",
    "https://2130706433/a.png",
    "https://[::ffff:10.0.0.1]/a.png",
    "https://nas.local/a.png",
    "https://[bad/a.png",
]
out_of_reach = pytest.mark.parametrize("address", [*BAD, "file:///etc/a.png", "data:image/png,x"])


def event(content: str = "", *tags: list[str], kind: int = 1) -> Event:
    return read(json.dumps(ada.event(content, tags, kind=kind)))


def profile(*tags: list[str], **about: Any) -> Event:
    return event(json.dumps(about), *tags, kind=0)


@pytest.mark.parametrize("address", [GOOD, HIDDEN])
def test_public_and_hidden_places_are_taken(address: str) -> None:
    assert ANYBODYS.place(address) == address


@out_of_reach
def test_other_places_are_not(address: str) -> None:
    assert ANYBODYS.place(address) is None


def test_with_relays_on_this_machine_pictures_may_be_here_but_not_nearby() -> None:
    assert Pictures(Reach(), near=True).place(HERE) == HERE
    assert Pictures(Reach(), near=True).place("https://192.168.1.1/a.png") is None


def test_a_host_that_the_person_named_as_theirs_is_taken() -> None:
    mine = Pictures(Reach(frozenset({"nas.local"})))

    assert mine.place("http://nas.local/a.png") == "http://nas.local/a.png"


@pytest.mark.parametrize("address", BAD)
@pytest.mark.parametrize("described", [True, False])
def test_a_link_out_of_reach_stays_a_link_and_is_no_picture(address: str, described: bool) -> None:
    tags = [["imeta", f"url {address}", "m image/png"]] if described else []
    post = convert.post(event(f"see {address} and {GOOD}", *tags), profiles.stranger)

    assert [media.url for media in post.media] == [GOOD]
    assert post.text.text == f"see {address} and {GOOD}"
    assert [facet.url for facet in post.text.facets if isinstance(facet, Link)][-1] == GOOD


@out_of_reach
def test_a_preview_out_of_reach_is_left_out(address: str) -> None:
    tag = ["imeta", f"url {GOOD}", f"thumb {address}", "alt a loom"]
    (media,) = convert.post(event(GOOD, tag), profiles.stranger).media

    assert (media.url, media.preview_url, media.alt) == (GOOD, None, "a loom")


@out_of_reach
def test_an_avatar_out_of_reach_is_left_out(address: str) -> None:
    account = profiles.profile(profile(name="ada", picture=address), str)

    assert (account.name, account.avatar_url) == ("ada", None)


@out_of_reach
def test_an_emoji_out_of_reach_is_its_short_code(address: str) -> None:
    tag = ["emoji", "cat", address]
    post = convert.post(event("a :cat:", tag), profiles.stranger)
    account = profiles.profile(profile(tag, about="a :cat:"), str)
    tally = Tally({"0" * 64})
    tally.add([event(":cat:", tag, ["e", "0" * 64], kind=7)])
    (reaction,) = tally.counts("0" * 64).reactions

    assert (post.text.text, post.text.facets) == ("a :cat:", ())
    assert (account.bio.text, account.bio.facets) == ("a :cat:", ())
    assert (reaction.name, reaction.url) == (":cat:", None)


@out_of_reach
def test_an_articles_picture_out_of_reach_is_left_out(address: str) -> None:
    tags = [["d", "looms"], ["summary", "On looms"], ["image", address]]
    card = convert.post(event("text", *tags, kind=30_023), profiles.stranger).card

    assert card is not None
    assert (card.description, card.image_url) == ("On looms", None)

"""How logins are named, ordered and shown; what of each the merged timeline shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.services.world import World, two_logins
from tuisocial.errors import UsageError
from tuisocial.events import Event, LoginsChanged
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Share
from tuisocial.model.timeline import Timeline, TimelineKind
from tuisocial.sdk.login_steps import Answers
from tuisocial.sdk.testing.making import make_account, make_post
from tuisocial.store.secrets import SecretsUnavailable

Open = Callable[..., World]
ONE, TWO = LoginId("one"), LoginId("two")


def order(world: World) -> list[str]:
    return [login.id.name for login in world.runtime.logins.all()]


@pytest.fixture
async def both(open_world: Open) -> World:
    """A world with the logins `one` and `two`; each of two's posts is of another day."""
    world, one, two = await two_logins(open_world())
    ada = make_account("ada")
    one.add(make_post(1, "of one"))
    two.add(make_post(5, "of two"), make_post(6, "to ada", mentions=(ada.id,)))
    await world.refresh()
    return world


def texts(world: World) -> list[str]:
    return [row.post.text.text for row in world.rows()]


async def test_a_renamed_login_keeps_its_secret_its_rows_and_its_place(both: World) -> None:
    before = both.secrets.get(ONE, "token")
    new = await both.runtime.arrangement.rename(ONE, "uno")
    assert order(both) == ["uno", "two"]
    assert both.secrets.get(new, "token") == before
    assert both.secrets.get(ONE, "token") is None
    assert [row.post.text.text for row in both.rows(both.view("uno"))] == ["of one"]
    await both.refresh()
    assert both.timelines.trouble(both.view("uno").sources[0]) is None
    assert both.heard.count(LoginsChanged()) == 3


async def test_whoever_hears_of_a_new_name_finds_the_secret_under_it(both: World) -> None:
    found: list[bool] = []

    def look(_: Event) -> None:
        found.append(both.secrets.get(LoginId("uno"), "token") is not None)

    both.runtime.bus.subscribe(look)
    await both.runtime.arrangement.rename(ONE, "uno")
    assert found == [True]


@pytest.mark.parametrize("name", ["two", "", "a b", "x" * 33])
async def test_a_name_that_is_taken_or_cannot_be_changes_nothing(both: World, name: str) -> None:
    kept = dict(both.secrets.kept)
    with pytest.raises(UsageError):
        await both.runtime.arrangement.rename(ONE, name)
    assert order(both) == ["one", "two"]
    assert both.secrets.kept == kept


async def test_a_secret_that_cannot_be_kept_under_the_new_name_leaves_the_old_one(
    both: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise SecretsUnavailable("the keyring is full", "make room")

    monkeypatch.setattr(both.secrets, "set", full)
    with pytest.raises(SecretsUnavailable):
        await both.runtime.arrangement.rename(ONE, "uno")
    assert order(both) == ["one", "two"]
    assert both.secrets.get(ONE, "token") is not None


async def test_an_order_once_given_holds_for_every_list_and_the_next_start(both: World) -> None:
    await both.runtime.arrangement.move(ONE, 1)
    assert order(both) == ["two", "one"]
    await both.runtime.arrangement.move(ONE, 9)
    await both.runtime.arrangement.place(TWO, 2)
    await both.login("three")
    assert order(both) == ["one", "two", "three"]
    assert [view.title for view in both.timelines.views()] == ["Merged", "one", "two", "three"]
    again = await both.restarted()
    assert order(again) == ["one", "two", "three"]
    await again.close()


async def test_of_a_login_only_what_speaks_to_me_may_be_merged(both: World) -> None:
    assert texts(both) == ["to ada", "of two", "of one"]
    await both.runtime.arrangement.change(TWO, share=Share.MENTIONS)
    assert texts(both) == ["to ada", "of one"]
    assert [row.post.text.text for row in both.rows(both.view("two"))] == ["to ada", "of two"]
    await both.runtime.arrangement.change(TWO, share=Share.ALL)
    assert texts(both) == ["to ada", "of two", "of one"]


async def test_new_rows_that_are_not_merged_are_not_announced(both: World) -> None:
    await both.runtime.arrangement.change(TWO, share=Share.MENTIONS)
    ceiling = both.timelines.head(both.merged)
    two = both.adapters[0].at("other.example")
    ada = make_account("ada")
    two.add(make_post(20, "not to ada"), make_post(21, "to ada again", mentions=(ada.id,)))
    await both.refresh()
    assert both.timelines.window(both.merged, ceiling=ceiling).newer == 1


async def test_an_original_that_is_not_merged_hides_no_copy(both: World) -> None:
    original = make_post(30, "said there")
    both.adapters[0].at("other.example").add(original)
    both.server.add(make_post(31, "said here", same_as=(original.id,)))
    await both.refresh()
    assert "said here" not in texts(both)
    await both.runtime.arrangement.change(TWO, share=Share.MENTIONS)
    assert "said here" in texts(both)


async def test_a_muted_login_is_left_out_for_a_day_and_comes_back(both: World) -> None:
    await both.runtime.arrangement.mute(TWO)
    assert texts(both) == ["of one"]
    both.clock.pass_seconds(timedelta(hours=23).total_seconds())
    assert texts(both) == ["of one"]
    both.clock.pass_seconds(timedelta(hours=2).total_seconds())
    assert texts(both) == ["to ada", "of two", "of one"]
    await both.runtime.arrangement.mute(TWO)
    await both.runtime.arrangement.mute(TWO, None)
    assert texts(both) == ["to ada", "of two", "of one"]


async def test_a_disabled_login_has_no_tab_and_its_posts_stay(both: World) -> None:
    await both.runtime.arrangement.change(TWO, enabled=False)
    assert [view.title for view in both.timelines.views()] == ["Merged", "one"]
    assert texts(both) == ["of one"]
    assert [row.post.text.text for row in both.rows(both.view("two"))] == ["to ada", "of two"]


async def test_a_guest_cannot_be_what_posts_go_out_by(both: World) -> None:
    guest = both.adapters[0].login_flows()[1]
    await both.runtime.logins.add("memory", guest, Answers(), "guest")
    with pytest.raises(UsageError, match="cannot post"):
        await both.runtime.arrangement.change(LoginId("guest"), posts=True)
    await both.runtime.arrangement.change(ONE, posts=True, colour=7)
    record = both.runtime.logins.record(ONE)
    assert (record.posts, record.colour) == (True, 7)


async def test_a_timeline_is_asked_only_of_logins_that_may_have_it(both: World) -> None:
    assert len(both.timelines.view_for(None, Timeline(TimelineKind.TAG, "x")).sources) == 2
    with pytest.raises(UsageError, match="no login has relay"):
        both.timelines.view_for(None, Timeline(TimelineKind.RELAY, "wss://relay.example"))


async def test_posts_that_only_a_removed_login_has_brought_may_be_forgotten(both: World) -> None:
    shared = make_post(40, "seen by both")
    both.server.add(shared)
    both.adapters[0].at("other.example").add(shared)
    await both.refresh()
    found = both.rows()
    await both.runtime.logins.remove(TWO, forget_posts=True)
    assert texts(both) == ["seen by both", "of one"]
    threads = both.runtime.threads
    kept = {
        row.post.text.text
        for row in found
        if any(item.row is not None for item in threads.stored(row.post.id).items)
    }
    assert kept == {"seen by both", "of one"}

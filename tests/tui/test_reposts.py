"""A post that was reposted stands once and says by whom, in a line that fits the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.world import World
from tests.tui.driver import reading
from tuisocial.config.schema import Density, UiSettings
from tuisocial.model.account import Account
from tuisocial.model.entry import FollowedTag, Reason
from tuisocial.model.timeline import HOME
from tuisocial.sdk.testing.making import (
    make_account,
    make_entry,
    make_post,
    make_posts,
    make_repost,
)
from tuisocial.tui.render.width import cell_len

LONG = replace(make_account("long"), name="An Account With A Name " * 5)
WIDE = replace(make_account("wide"), name="长名字的帐号" * 20)


def put(world: World, *by: Account | str, original: bool, reason: Reason | None = None) -> None:
    """A post of minute 100, reposted by some people in this order."""
    post = make_post(100, "Notes of the mill")
    if original:
        world.server.put(HOME, make_entry(post, reason=reason))
    for minute, account in enumerate(by, 110):
        world.server.put(HOME, make_repost(post, account, minute))


async def test_a_post_and_its_reposts_are_one_row_that_names_the_first_and_counts_the_others(
    world: World,
) -> None:
    put(world, "grace", "bob", "cleo", original=True)
    async with reading(world) as reader:
        await reader.see("Notes of the mill")
        assert reader.lines[2:5] == [
            "▌⟲ reposted by Grace and 2 others",
            "▌Ada  @ada@memory.example                                      ▪ masto · 20 min",
            "▌Notes of the mill",
        ]
        assert reader.text.count("Notes of the mill") == 1


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (("grace",), "⟲ Grace reposted · 10 min"),
        (("grace", "bob"), "⟲ Grace and 1 other reposted · 10 min"),
        (("grace", "bob", "cleo"), "⟲ Grace and 2 others reposted · 10 min"),
    ],
)
async def test_without_the_post_s_own_row_it_stands_where_it_was_first_reposted(
    world: World, by: tuple[str, ...], words: str
) -> None:
    put(world, *by, original=False)
    async with reading(world) as reader:
        await reader.see("Notes of the mill")
        assert reader.lines[2] == f"▌{words}"
        assert reader.text.count("Notes of the mill") == 1


@pytest.mark.parametrize("by", [LONG, WIDE])
@pytest.mark.parametrize(
    ("original", "reason", "end"),
    [
        (True, None, "… and 1 other"),
        (False, None, "… and 1 other reposted · 10 min"),
        (True, FollowedTag("looms"), "… and 1 other"),
    ],
)
async def test_a_long_name_is_cut_and_what_follows_it_stays(
    world: World, by: Account, original: bool, reason: Reason | None, end: str
) -> None:
    put(world, by, "bob", original=original, reason=reason)
    async with reading(world) as reader:
        await reader.see("Notes of the mill")
        assert reader.lines[2].endswith(end)
        assert max(cell_len(line) for line in reader.lines) <= 80


async def test_a_compact_row_says_by_its_sign_that_it_was_reposted(world: World) -> None:
    runtime = world.runtime
    runtime.settings = replace(runtime.settings, ui=UiSettings(density=Density.COMPACT))
    put(world, "grace", original=True)
    async with reading(world) as reader:
        await reader.see("Notes of the mill")
        assert reader.lines[2].startswith("▌⟲ Ada  Notes of the mill")


async def test_a_new_repost_is_not_announced_and_takes_nothing_from_the_reader(
    world: World,
) -> None:
    world.server.add(*make_posts(60))
    async with reading(world) as reader:
        await reader.see("Post number 60")
        await reader.press("4", "j")
        world.server.put(HOME, make_repost(make_posts(60)[10], "grace", 80))
        world.server.add(make_post(61))
        await world.refresh()
        await reader.see("1 new ↑ press .")
        assert "Post number 56" in reader.marked
        await reader.press("full_stop")
        await reader.see("Post number 61")
        assert "Post number 61" in reader.marked
        await reader.press("1", "1", "j")
        await reader.see("⟲ reposted by Grace\n")
        assert "Post number 50" in reader.marked


async def test_a_row_that_folds_into_an_older_one_leaves_the_reader_at_its_neighbour(
    world: World,
) -> None:
    posts = make_posts(60)
    world.server.add(*posts)
    world.server.put(HOME, make_repost(posts[-1], "grace", 58.5))
    async with reading(world) as reader:
        await reader.see("Grace reposted")
        await reader.press("2", "j")
        assert "Grace reposted" in reader.marked
        await world.everything()
        await reader.see_no_more("Grace reposted")
        assert "Post number 58\n" in reader.marked + "\n"
        await reader.press("G")
        await reader.see("⟲ reposted by Grace\n")
        assert "Post number 1\n" in reader.marked + "\n"

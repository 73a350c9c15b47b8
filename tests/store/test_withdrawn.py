"""A post leaves the store on its author's word, and on nobody else's."""

import sqlite3
from dataclasses import replace

import pytest

from tests.store.test_posts import connection, save
from tuisocial.model.ids import AccountId, PostId
from tuisocial.sdk.page import Withdrawn
from tuisocial.sdk.testing.making import at, make_post
from tuisocial.store import posts

__all__ = ["connection"]


def test_an_author_takes_a_post_back(connection: sqlite3.Connection) -> None:
    post, other = make_post(1), make_post(2)
    save(connection, post, other)
    posts.delete_withdrawn(connection, [Withdrawn(post.id, post.author.id)])

    assert set(posts.numbers_of(connection, [post.id, other.id])) == {other.id}


def test_nobody_else_does(connection: sqlite3.Connection) -> None:
    post = make_post(1)
    save(connection, post)
    eve = AccountId(post.id.network, "eve")
    posts.delete_withdrawn(
        connection, [Withdrawn(post.id, eve), Withdrawn(PostId("memory", "unheard of"), eve)]
    )

    assert set(posts.numbers_of(connection, [post.id])) == {post.id}


@pytest.mark.parametrize(("minute", "left"), [(4, True), (5, False), (6, False)])
def test_a_newer_version_stays(connection: sqlite3.Connection, minute: int, left: bool) -> None:
    post = replace(make_post(1), edited_at=at(5))
    save(connection, post)
    posts.delete_withdrawn(connection, [Withdrawn(post.id, post.author.id, at(minute))])

    assert bool(posts.numbers_of(connection, [post.id])) is left

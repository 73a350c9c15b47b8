"""A status and its context in our words: which posts are there, and which are missing.

<https://docs.joinmastodon.org/entities/Context/>
"""

from __future__ import annotations

from collections import Counter

from tuisocial.adapters.mastodon.convert import Converter
from tuisocial.adapters.mastodon.fields import Json, count, identifier, records
from tuisocial.model.post import PostView
from tuisocial.model.thread import Missing, MissingReason, Thread


def thread_of(
    convert: Converter, focus: PostView, status: Json, context: Json, growing: bool
) -> Thread:
    """The thread around `focus`, whose raw form is `status`.

    `growing` is the server's word that it is fetching more answers. `complete` is never True: no
    server knows what others keep.
    """
    ancestors, descendants = records(context, "ancestors"), records(context, "descendants")
    around = [*ancestors, status, *descendants]
    for one in around:
        convert.known.learn(one)
    holes = growing or any(
        len(rows) != len(context.get(name) or ())
        for name, rows in (("ancestors", ancestors), ("descendants", descendants))
    )
    views: dict[str, PostView] = {}
    for one in around:
        try:
            # The focus again: its parent's name was not known when it came alone.
            view = convert.view(one)
        except ValueError:
            holes = True
            continue
        views.setdefault(str(view.post.id), view)
    views.setdefault(str(focus.post.id), focus)

    keys = {identifier(one, "id") for one in around}
    answers = Counter(identifier(one, "in_reply_to_id") for one in around)
    missing: dict[str, Missing] = {}
    for one in around:
        parent = identifier(one, "in_reply_to_id")
        if parent and parent not in keys:
            holes = True
            if (post := convert.known.post(parent)) is not None:
                missing[parent] = Missing(post, MissingReason.NOT_FETCHED)
    # An ancestor's other answers are no part of a context, so they do not count as holes.
    for one in (status, *descendants):
        if (count(one, "replies_count") or 0) > answers[identifier(one, "id")]:
            holes = True
    return Thread(
        focus.post.id, tuple(views.values()), tuple(missing.values()), False if holes else None
    )

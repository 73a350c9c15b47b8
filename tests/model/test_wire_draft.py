"""Drafts and submissions come back from the store as they were put there."""

import json
from dataclasses import fields, replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.services.test_header import drafts
from tuisocial.model.draft import Draft
from tuisocial.model.richtext import RichText
from tuisocial.model.submission import PostRef, Submission, Upload
from tuisocial.model.wire_draft import (
    draft_from_json,
    draft_to_json,
    submission_from_json,
    submission_to_json,
)


def _in_whole_seconds(draft: Draft) -> Draft:
    """Polls last whole seconds."""
    ballot = draft.ballot
    if ballot is None:
        return draft
    lasts = timedelta(seconds=int(ballot.lasts.total_seconds()))
    return replace(draft, ballot=replace(ballot, lasts=lasts))


whole = drafts.map(_in_whole_seconds)


@given(whole)
def test_a_draft_comes_back(draft: Draft) -> None:
    assert draft_from_json(json.loads(json.dumps(draft_to_json(draft)))) == draft


@given(whole, st.text(max_size=5))
def test_a_submission_comes_back(draft: Draft, key: str) -> None:
    shared = {one.name for one in fields(Draft)} & {one.name for one in fields(Submission)}
    given = {name: getattr(draft, name) for name in shared}
    for name in ("reply_to", "quote", "edits"):
        given[name] = given[name] and PostRef(given[name], key)
    given |= {
        "text": RichText(draft.text),
        "media": tuple(Upload(each, key) for each in draft.media),
    }
    submission = Submission(**given)
    found = submission_from_json(json.loads(json.dumps(submission_to_json(submission))))
    assert found == submission

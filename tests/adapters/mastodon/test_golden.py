"""Records of Mastodon and of six servers that resemble it keep their meaning."""

import json

import pytest

from tests.adapters.mastodon.golden import CASES, FOLDER, converted, converter, kept, native
from tuisocial.model.wire import post_from_json


@pytest.mark.parametrize("case", CASES)
def test_a_record_stands_for_the_post_beside_it(case: str) -> None:
    assert converted(case) == kept(case)


@pytest.mark.parametrize("case", CASES)
def test_the_native_record_is_kept_whole(case: str) -> None:
    assert json.loads(converter().post(native(case)).native) == native(case)


@pytest.mark.parametrize("case", CASES)
def test_the_kept_post_is_readable_as_one(case: str) -> None:
    assert post_from_json(kept(case)).id.network == "activitypub"


def test_no_post_is_left_without_its_record() -> None:
    posts = {path.name.removesuffix(".post.json") for path in FOLDER.glob("*.post.json")}

    assert posts == set(CASES)

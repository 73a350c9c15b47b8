"""Statuses in our words: boosts, marks, replies, and records that lack or twist fields."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.mastodon.golden import converter, native
from tuisocial.adapters.mastodon.fields import Malformed
from tuisocial.model.entry import Reposted
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.post import Action, Off, On, ReplyTo, Unknown, Visibility
from tuisocial.model.wire import entry_from_json, entry_to_json

ADA = "https://example.social/users/ada"
GRACE = "https://example.social/users/grace"
NOT_FOLLOWED = [
    "http://cdn.example/1.png",
    "https://192.168.1.1/1.png",
    "https://nas.lan/1.png",
    "ftp://x/1",
]
"""Where no server may lead the program by itself."""


def status(**fields: Any) -> dict[str, Any]:
    """A status by Ada with nothing that a status can do without."""
    return {
        "id": "1",
        "uri": f"{ADA}/statuses/1",
        "created_at": "2025-01-02T03:04:05.678Z",
        "account": {"id": "10", "acct": "ada", "uri": ADA, "url": "https://example.social/@ada"},
        "visibility": "public",
        "content": "<p>words</p>",
        **fields,
    }


def boost(**fields: Any) -> dict[str, Any]:
    """Grace's boost of Ada's status."""
    return {
        "id": "2",
        "uri": f"{GRACE}/statuses/2/activity",
        "created_at": "2025-01-03T00:00:00.500Z",
        "account": {"id": "11", "acct": "grace", "uri": GRACE},
        "reblog": status(),
        **fields,
    }


def test_a_boost_is_a_row_of_its_own_around_the_post() -> None:
    entry = converter().entry(boost())

    assert entry.view.post.id == PostId("activitypub", f"{ADA}/statuses/1")
    assert entry.view.remote_key == "1"
    assert isinstance(entry.reason, Reposted)
    assert entry.reason.by.handle == "@grace@example.social"
    assert entry.sort_at == datetime(2025, 1, 3, 0, 0, 0, 500_000, UTC)
    assert entry.key == f"activitypub:{GRACE}/statuses/2/activity"


@pytest.mark.parametrize("uri", [None, "", f"{ADA}/statuses/1"])
def test_a_boost_without_a_name_of_its_own_gets_a_lasting_one(uri: str | None) -> None:
    """Pleroma gives it the name of what it boosts, others none at all."""
    entry = converter().entry(boost(uri=uri))

    assert entry.key == "activitypub:https://example.social/api/v1/statuses/2"
    assert converter().entry(boost(uri=uri)).key == entry.key


def test_a_post_is_named_by_its_object_id_then_its_page_then_its_address_here() -> None:
    def name(**fields: Any) -> str:
        return converter().post(status(**fields)).id.uri

    assert name(uri="HTTPS://Example.Social/Users/A") == "https://example.social/Users/A"
    assert name(uri="HTTPS://a:B@X.example?Q#F") == "https://a:B@x.example?Q#F"
    assert name(uri="https://x.example/notes/1?") == "https://x.example/notes/1?"
    assert name(uri="tag:x.example,2017:1") == "tag:x.example,2017:1"
    assert name(uri=None, url="https://example.social/@ada/1") == "https://example.social/@ada/1"
    assert name(uri=None) == "https://example.social/api/v1/statuses/1"
    assert name(uri="has space", id=7) == "https://example.social/api/v1/statuses/7"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({}, "without an author"),
        (status(account=None), "without an author"),
        (status(account={}), "without a name"),
        (status(created_at=None), "without a date"),
        (status(created_at="yesterday"), "without a date"),
        (status(created_at="0001-01-01T00:00:00+23:00"), "without a date"),
        (status(uri=None, id=None), "without a name"),
        (boost(account=None), "without a name"),
        (boost(reblog={"id": "1"}), "without an author"),
    ],
)
def test_a_record_that_lacks_the_needful_says_what(record: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        converter().entry(record)


def test_a_record_nested_beyond_reason_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(Malformed, match="nested too deeply"):
        converter().entry(status(card=deep))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("public", Visibility.PUBLIC),
        ("unlisted", Visibility.UNLISTED),
        ("private", Visibility.FOLLOWERS),
        ("direct", Visibility.DIRECT),
        ("local", Visibility.LOCAL),
        ("mutuals_only", Visibility.UNKNOWN),
        ("list", Visibility.UNKNOWN),
        ("none", Visibility.UNKNOWN),
        ("Public", Visibility.UNKNOWN),
        (None, Visibility.UNKNOWN),
        (7, Visibility.UNKNOWN),
    ],
)
def test_an_unmapped_visibility_is_unknown(said: object, meant: Visibility) -> None:
    assert converter().post(status(visibility=said)).visibility is meant


def test_a_public_post_that_never_leaves_its_server_is_local() -> None:
    assert converter().post(status(local_only=True)).visibility is Visibility.LOCAL


def test_marks_hold_what_unsets_them() -> None:
    viewer = converter().view(status(favourited=True, reblogged=False)).viewer

    assert viewer.liked == On("1")
    assert viewer.reposted == Off()
    assert viewer.bookmarked == Unknown()


def test_a_guest_has_no_marks_and_may_do_nothing() -> None:
    viewer = converter(me=None).view(status(favourited=False)).viewer

    assert viewer.liked == Unknown()
    assert viewer.allowed == frozenset()


def test_own_posts_may_be_edited_and_deleted_and_others_not() -> None:
    assert converter(me=ADA).view(status()).viewer.allowed >= {Action.EDIT, Action.DELETE}
    assert (
        converter(me=GRACE).view(status()).viewer.allowed.isdisjoint({Action.EDIT, Action.DELETE})
    )


def test_own_posts_are_known_by_the_page_that_once_named_the_account() -> None:
    allowed = converter(me="https://example.social/@ada").view(status()).viewer.allowed

    assert Action.DELETE in allowed


@pytest.mark.parametrize("visibility", ["private", "direct", "local", "list", None])
def test_what_is_not_for_everybody_is_never_offered_for_boosting(visibility: str | None) -> None:
    record = status(visibility=visibility, quote_approval={"current_user": "automatic"})

    for me in (ADA, GRACE):
        allowed = converter(me=me).view(record).viewer.allowed
        assert allowed.isdisjoint({Action.REPOST, Action.QUOTE})
        assert Action.REPLY in allowed


@pytest.mark.parametrize(
    ("approval", "offered"),
    [
        (None, True),
        ({"current_user": "automatic"}, True),
        ({"current_user": "manual"}, True),
        ({"current_user": "denied"}, False),
        ({"current_user": "unknown"}, False),
    ],
)
def test_a_quote_is_offered_unless_the_author_has_not_agreed(
    approval: dict[str, str] | None, offered: bool
) -> None:
    """Where nothing is said of quotes, a link stands for one."""
    view = converter().view(status(quote_approval=approval))

    assert (Action.QUOTE in view.viewer.allowed) is offered


def test_a_poll_is_voted_on_once_while_it_is_open_and_not_by_its_author() -> None:
    poll = {"id": "5", "options": [{"title": "a"}, {"title": "b"}], "expired": False}

    def may_vote(me: str = GRACE, **fields: Any) -> bool:
        view = converter(me=me).view(status(poll={**poll, **fields}))
        return Action.VOTE in view.viewer.allowed

    assert may_vote()
    assert not may_vote(voted=True)
    assert not may_vote(expired=True)
    assert not may_vote(me=ADA)


def test_an_interaction_policy_takes_away_what_it_leaves_to_the_author() -> None:
    policy = {
        "can_favourite": {"automatic_approval": ["public"], "manual_approval": []},
        "can_reply": {"always": [], "with_approval": ["public"]},
        "can_reblog": {"always": ["author"], "with_approval": []},
    }
    allowed = converter().view(status(interaction_policy=policy)).viewer.allowed

    assert {Action.LIKE, Action.REPLY} <= allowed
    assert Action.REPOST not in allowed


def test_a_reply_names_its_parent_once_the_session_has_seen_it() -> None:
    reply = status(id="9", uri=f"{ADA}/9", in_reply_to_id="1", in_reply_to_account_id="10")
    fresh, informed = converter(), converter()
    informed.known.learn(status())

    ada = AccountId("activitypub", ADA)
    assert fresh.post(reply).reply_to == ReplyTo(None, ada, "1")
    assert informed.post(reply).reply_to == ReplyTo(
        PostId("activitypub", f"{ADA}/statuses/1"), ada, "1"
    )


def test_a_mention_has_the_name_of_the_account_that_was_seen() -> None:
    """A mention tells the page's address only, an account its actor's."""
    mention = {"id": "11", "acct": "grace", "url": "https://example.social/@grace"}
    converting = converter()
    before = converting.post(status(mentions=[mention]))
    converting.known.learn(boost())
    after = converting.post(status(mentions=[mention]))

    assert before.mentions == (AccountId("activitypub", "https://example.social/@grace"),)
    assert after.mentions == (AccountId("activitypub", GRACE),)


def test_a_mention_is_marked_although_its_address_is_spelled_otherwise() -> None:
    post = converter().post(
        status(
            content='<a class="u-url mention" href="https://example.social/users/Grace">@Grace</a>',
            mentions=[{"id": "11", "username": "grace", "url": "https://example.social/@grace"}],
        )
    )

    assert [facet.start for facet in post.text.facets] == [0]
    assert post.text.facets[0].account == post.mentions[0]  # type: ignore[union-attr]


def test_a_handle_is_always_full() -> None:
    def handle(**account: Any) -> str:
        return (
            converter()
            .post(status(account={"url": "https://x.example/a", **account}))
            .author.handle
        )

    assert handle(acct="ada") == "@ada@example.social"
    assert handle(acct="ada@other.example") == "@ada@other.example"
    assert handle(username="ada") == "@ada@example.social"
    assert handle() == "https://x.example/a"


def test_a_name_keeps_its_shortcodes_as_plain_text() -> None:
    account = {**status()["account"], "display_name": " Ada :engine: \ud800"}

    assert converter().post(status(account=account)).author.name == "Ada :engine: \ufffd"


@pytest.mark.parametrize(
    ("state", "shown"),
    [("accepted", None), ("pending", "pending"), ("revoked", "revoked"), ("deleted", "deleted")],
)
def test_a_quote_says_why_it_is_not_shown(state: str, shown: str | None) -> None:
    quote = converter().post(status(quote={"state": state, "quoted_status": None})).quote

    assert quote is not None
    assert (quote.state, quote.post) == (shown, None)


def test_a_shallow_quote_is_named_once_the_session_has_seen_it() -> None:
    converting = converter()
    converting.known.learn(status(id="77", uri=f"{ADA}/77"))
    quote = converting.post(status(quote={"state": "accepted", "quoted_status_id": "77"})).quote

    assert quote is not None
    assert quote.post == PostId("activitypub", f"{ADA}/77")


def test_without_a_quote_the_words_that_stand_for_one_stay() -> None:
    content = 'so<span class="quote-inline"><br>RE: <a href="https://x.example/1">x</a></span>'

    assert converter().post(status(content=content)).text.text == "so\nRE: x"


def test_a_description_that_is_null_is_none_and_one_that_is_absent_is_unknown() -> None:
    media = (
        converter()
        .post(
            status(
                media_attachments=[
                    {"type": "image", "url": "https://x.example/1", "description": None},
                    {"type": "image", "url": "https://x.example/2", "description": ""},
                    {"type": "image", "url": "https://x.example/3"},
                ]
            )
        )
        .media
    )

    assert [one.alt for one in media] == ["", "", None]


def test_a_picture_s_address_without_a_host_is_on_the_server() -> None:
    picture = {"type": "image", "url": "/media/rel.png", "preview_url": "//cdn.example/small.png"}
    (media,) = converter().post(status(media_attachments=[picture])).media

    assert media.url == "https://example.social/media/rel.png"
    assert media.preview_url == "https://cdn.example/small.png"


@pytest.mark.parametrize("place", NOT_FOLLOWED)
def test_a_picture_to_which_no_server_may_lead_is_left_to_the_post_s_page(place: str) -> None:
    picture = {"type": "image", "url": place, "preview_url": place}
    page = "https://example.social/@ada/1"
    (media,) = converter().post(status(url=page, media_attachments=[picture])).media

    assert (media.url, media.preview_url) == (page, None)


@pytest.mark.parametrize("place", NOT_FOLLOWED)
def test_faces_emoji_and_cards_have_no_picture_to_which_no_server_may_lead(place: str) -> None:
    emojis = [{"shortcode": "x", "url": place, "static_url": place}]
    face = {"avatar": place, "avatar_static": place, "note": ":x:", "emojis": emojis}
    link = "https://news.example/1"
    record = status(
        account=status()["account"] | face,
        content=":x:",
        emojis=emojis,
        card={"url": link, "title": "t", "image": place},
        reactions=[{"name": "x", "count": 1, "url": place}],
    )
    by = converter().entry(boost(account=boost()["account"] | face)).reason
    post = converter().post(record)

    assert isinstance(by, Reposted)
    assert (by.by.avatar_url, post.author.avatar_url) == (None, None)
    assert (post.text.facets, post.author.bio.facets) == ((), ())
    assert post.card is not None
    assert (post.card.url, post.card.image_url) == (link, None)
    assert [reaction.url for reaction in post.counts.reactions] == [None]


def test_a_face_without_a_host_is_on_the_server_and_a_still_one_stands_in() -> None:
    account = status()["account"] | {"avatar": "http://192.168.1.1/", "avatar_static": "/a.png"}
    post = converter().post(status(account=account))

    assert post.author.avatar_url == "https://example.social/a.png"


def test_addresses_that_no_browser_should_open_are_left_out() -> None:
    evil = "javascript:alert(1)"
    account = {**status()["account"], "url": evil, "avatar": evil}
    post = converter().post(
        status(
            url=evil,
            account=account,
            media_attachments=[{"type": "image", "url": evil}],
            card={"url": evil, "title": "t"},
            content=":x:",
            emojis=[{"shortcode": "x", "url": evil}],
        )
    )

    assert (post.url, post.author.url, post.author.avatar_url) == (None, None, None)
    assert (post.media, post.card, post.text.facets) == ((), None, ())


def test_totals_that_are_hidden_or_absurd_are_unknown() -> None:
    account = {**status()["account"], "followers_count": -1, "following_count": 10**30}
    post = converter().post(status(account=account, replies_count="3", favourites_count=True))

    assert (post.author.followers, post.author.following) == (None, None)
    assert (post.counts.replies, post.counts.likes) == (None, None)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=20)
    | st.sampled_from(["https://x.example/", "https://[", "2025-01-01", "1", "<p>", "accepted"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "url", "uri", "acct", "account", "name", "title", "options"]),
            inner,
        )
    ),
    max_leaves=8,
)
_FIELDS = sorted({*native("mastodon-note"), *native("pleroma-note"), "quote", "interaction_policy"})


@given(st.dictionaries(st.sampled_from(_FIELDS), _JSON, max_size=5), st.booleans())
def test_a_field_of_any_other_shape_makes_a_row_or_says_why_not(
    fields: dict[str, Any], boosted: bool
) -> None:
    record = boost(reblog=status(**fields)) if boosted else status(**fields)
    try:
        entry = converter().entry(record)
    except Malformed:
        return
    assert entry.view.post.native.encode()
    read = entry_from_json(json.loads(json.dumps(entry_to_json(entry))))
    assert (read.key, read.view.post.id) == (entry.key, entry.view.post.id)


@given(
    st.sampled_from(["account", "card", "poll", "quote", "pleroma"]),
    st.dictionaries(st.sampled_from([*native("mastodon-note")["account"], "options"]), _JSON),
)
def test_a_nested_record_of_any_other_shape_makes_a_row_or_says_why_not(
    name: str, nested: dict[str, Any]
) -> None:
    try:
        entry = converter().entry(status(**{name: nested}))
    except Malformed:
        return
    json.dumps(entry_to_json(entry)).encode()

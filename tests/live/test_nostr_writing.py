"""Writing to a real relay, read back by raw messages."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_hex

import pytest

from tests.live.nostr import Memory
from tests.live.nostr import session as reader
from tests.live.nostr_writer import attempt, now, only, plain, ref, somebody, writer
from tests.live.servers import LiveRelay
from tuisocial.adapters.nostr.adapter import NostrAdapter
from tuisocial.adapters.nostr.ids import account_id, address_id
from tuisocial.model.ids import LoginId, PostId
from tuisocial.model.login import Login
from tuisocial.model.post import Action, On
from tuisocial.model.richtext import Mention, RichText
from tuisocial.model.submission import Feature, Outcome, PostRef, Submission
from tuisocial.sdk import writing
from tuisocial.sdk.errors import NotAllowed, Refused
from tuisocial.sdk.testing.context import make_context

pytestmark = pytest.mark.live


async def test_a_note_is_kept_once_however_often_it_is_sent(relay: LiveRelay) -> None:
    ada, once = somebody("ada"), attempt()
    async with writer(ada, relay.url) as session:
        first = await session.publish(plain("Hello #Nostr world"), once)
        second = await session.publish(plain("Hello #Nostr world"), once)

    event = only(relay, authors=[ada.pubkey])
    assert (event["kind"], event["content"], event["tags"]) == (
        1,
        "Hello #Nostr world",
        [["t", "nostr"]],
    )
    assert event["created_at"] == int(once.created_at.timestamp())
    assert first.view is not None
    assert first.view.post.id.uri == event["id"]
    assert [place.accepted for place in first.places + second.places] == [True, True]
    assert second.view == first.view
    assert first.view.viewer.allowed >= {Action.REPLY, Action.EDIT, Action.DELETE}


async def test_an_attempt_is_the_same_event_in_a_later_session_with_other_knowledge(
    relay: LiveRelay,
) -> None:
    ada, beth, once, memory = somebody("ada"), somebody("beth"), attempt(), Memory()
    parent = beth.event("hello", created_at=now())
    relay.publish([parent])
    answer = replace(plain("hi"), reply_to=ref(parent))
    async with writer(ada, relay.url, memory=memory) as session:
        await session.publish(answer, once)
    relay.publish([beth.writes_to("wss://beth.example", created_at=now())])
    async with writer(ada, relay.url, memory=memory) as session:
        await session.publish(answer, once)
        found = await session.find(answer, once)
        nothing = await session.find(answer, attempt())

    event = only(relay, authors=[ada.pubkey])
    assert found is not None
    assert found.view is not None
    assert found.view.post.id.uri == event["id"]
    assert nothing is None


async def test_an_answer_names_the_root_the_parent_and_who_is_in_it(relay: LiveRelay) -> None:
    ada, beth, carl, dora = (somebody(name) for name in ("ada", "beth", "carl", "dora"))
    root = beth.event("root", created_at=now())
    parent = carl.event(
        "parent",
        [["e", root["id"], "", "root", beth.pubkey], ["p", beth.pubkey], ["p", ada.pubkey]],
        created_at=now(),
    )
    relay.publish([root, parent])
    text = RichText("see @dora!", (Mention(4, 9, account_id(dora.pubkey)),))
    async with writer(ada, relay.url) as session:
        await session.publish(Submission(text, reply_to=PostRef(ref(parent).post)), attempt())
        await session.publish(replace(plain("top"), reply_to=ref(root)), attempt())

    deep, top = sorted(
        relay.read({"authors": [ada.pubkey]}), key=lambda event: event["content"] != "top"
    )[::-1]
    assert deep["content"] == f"see nostr:{dora.npub}!"
    assert deep["tags"] == [
        ["e", root["id"], "", "root", beth.pubkey],
        ["e", parent["id"], relay.url, "reply", carl.pubkey],
        ["p", carl.pubkey],
        ["p", beth.pubkey],
        ["p", dora.pubkey],
    ]
    assert top["tags"] == [["e", root["id"], relay.url, "root", beth.pubkey], ["p", beth.pubkey]]


async def test_an_article_is_answered_by_a_comment(relay: LiveRelay) -> None:
    ada, beth = somebody("ada"), somebody("beth")
    article = beth.event("# Long", [["d", "long"]], kind=30_023, created_at=now())
    relay.publish([article])
    address = f"30023:{beth.pubkey}:long"
    async with writer(ada, relay.url) as session:
        post = PostRef(address_id(30_023, beth.pubkey, "long"))
        first = await session.publish(replace(plain("well said"), reply_to=post), attempt())
        await session.publish(replace(plain("indeed"), reply_to=ref(first)), attempt())

    comment = only(relay, authors=[ada.pubkey], kinds=[1111], _a=[address])
    assert comment["tags"] == [
        ["A", address, relay.url],
        ["K", "30023"],
        ["P", beth.pubkey, relay.url],
        ["a", address, relay.url],
        ["e", article["id"], relay.url, beth.pubkey],
        ["k", "30023"],
        ["p", beth.pubkey],
    ]
    below = only(relay, authors=[ada.pubkey], kinds=[1111], _e=[comment["id"]])
    assert below["tags"][:3] == comment["tags"][:3]
    assert ["k", "1111"] in below["tags"]


async def test_a_quote_is_referred_to_in_the_text_and_by_a_tag(relay: LiveRelay) -> None:
    ada, beth = somebody("ada"), somebody("beth")
    quoted = beth.event("wise", created_at=now())
    relay.publish([quoted])
    async with writer(ada, relay.url) as session:
        done = await session.publish(replace(plain("so true"), quote=ref(quoted)), attempt())
        assert done.view is not None
        again = await session.post(done.view.post.id)

    event = only(relay, authors=[ada.pubkey])
    assert event["content"].startswith("so true\n\nnostr:nevent1")
    assert ["q", quoted["id"], relay.url, beth.pubkey] in event["tags"]
    assert again.post.quote is not None
    assert again.post.quote.post == ref(quoted).post


async def test_what_goes_with_a_text_is_in_tags(relay: LiveRelay) -> None:
    ada = somebody("ada")
    copy = PostId("activitypub", f"https://social.example/{token_hex(4)}")
    submission = replace(plain("beware"), content_warning="spiders", language="en", copies=(copy,))
    bare = replace(plain("and this"), sensitive=True, language="gsw")
    async with writer(ada, relay.url) as session:
        assert session.declares(copy.network)
        done = await session.publish(submission, attempt())
        await session.publish(bare, attempt())
        fates = {fate.feature: fate.outcome for fate in session.fates(bare)}

    warned, other = sorted(
        relay.read({"authors": [ada.pubkey]}), key=lambda event: event["content"] == "and this"
    )
    assert warned["tags"] == [
        ["content-warning", "spiders"],
        ["L", "ISO-639-1"],
        ["l", "en", "ISO-639-1"],
        ["proxy", copy.uri, "activitypub"],
    ]
    assert other["tags"] == [["content-warning", ""]]
    assert (fates[Feature.SENSITIVE], fates[Feature.LANGUAGE]) == (Outcome.REPLACED, Outcome.LOST)
    assert done.view is not None
    assert done.view.post.same_as == (copy,)


async def test_reposts_and_reactions_are_made_and_taken_back(relay: LiveRelay) -> None:
    ada, beth = somebody("ada"), somebody("beth")
    note = beth.event("hello", created_at=now())
    article = beth.event("# A", [["d", "a"]], kind=30_023, created_at=now())
    relay.publish([note, article])
    address = f"30023:{beth.pubkey}:a"
    async with writer(ada, relay.url) as session:
        liked = await session.like(ref(note))
        reposted = await session.repost(ref(note))
        await session.repost(PostRef(PostId("nostr", address)))
        reacted = await session.react(ref(note), "🔥")
        view = await session.post(ref(note).post)
        like, repost, generic, reaction = (
            only(relay, authors=[ada.pubkey], kinds=[7], ids=[liked.undo]),
            only(relay, authors=[ada.pubkey], kinds=[6]),
            only(relay, authors=[ada.pubkey], kinds=[16]),
            only(relay, ids=[reacted.undo]),
        )
        await session.unlike(ref(note), liked.undo)
        await session.unrepost(ref(note), reposted.undo)
        await session.unreact(ref(note), "🔥", reacted.undo)

    assert view.viewer.liked == On(like["id"])
    assert view.viewer.reposted == On(repost["id"])
    assert like["content"] == "+"
    assert like["tags"] == [
        ["e", note["id"], relay.url, beth.pubkey], ["p", beth.pubkey, relay.url], ["k", "1"]
    ]  # fmt: skip
    assert (reaction["content"], reaction["tags"]) == ("🔥", like["tags"])
    assert json.loads(repost["content"]) == note
    assert repost["tags"] == [["e", note["id"], relay.url], ["p", beth.pubkey, relay.url]]
    assert json.loads(generic["content"]) == article
    assert ["a", address, relay.url] in generic["tags"]
    assert ["k", "30023"] in generic["tags"]
    assert relay.read({"authors": [ada.pubkey], "kinds": [6, 7]}) == []


async def test_a_custom_emoji_is_given_with_its_picture(relay: LiveRelay) -> None:
    ada, beth = somebody("ada"), somebody("beth")
    note = beth.event("hello", created_at=now())
    party, cat = "https://emoji.example/party.png", "https://emoji.example/cat.png"
    relay.publish(
        [
            note,
            beth.event(tags=[["d", "set"], ["emoji", "cat", cat]], kind=30_030, created_at=now()),
            ada.event(
                tags=[["emoji", "party", party], ["a", f"30030:{beth.pubkey}:set"]],
                kind=10_030,
                created_at=now(),
            ),
        ]
    )
    async with writer(ada, relay.url) as session:
        await session.prepare()
        assert await session.emoji() == ["cat", "party"]
        reacted = await session.react(ref(note), ":cat:")
        await session.publish(plain("what a :party: this is :nothing:"), attempt())
        with pytest.raises(Refused, match="no emoji :dog: among yours"):
            await session.react(ref(note), ":dog:")

    reaction = only(relay, ids=[reacted.undo])
    assert reaction["content"] == ":cat:"
    assert ["emoji", "cat", cat] in reaction["tags"]
    assert only(relay, authors=[ada.pubkey], kinds=[1])["tags"] == [["emoji", "party", party]]


async def test_a_post_is_taken_back_by_its_author_alone(relay: LiveRelay) -> None:
    ada, beth = somebody("ada"), somebody("beth")
    other = beth.event("not yours", created_at=now())
    relay.publish([other])
    async with writer(ada, relay.url) as session:
        done = await session.publish(plain("oops"), attempt())
        said = session.deleting(ref(done))
        receipt = await session.delete(ref(done))
        await session.delete(ref(done))
        with pytest.raises(NotAllowed, match="only its author"):
            await session.delete(ref(other))

    assert done.view is not None
    assert (said.outcome, "may keep it" in said.text) == (Outcome.REPLACED, True)
    assert receipt.view is None
    assert [(place.url, place.accepted) for place in receipt.places] == [(relay.url, True)]
    assert relay.read({"ids": [done.view.post.id.uri]}) == []
    requests = relay.read({"authors": [ada.pubkey], "kinds": [5]})
    assert ["e", done.view.post.id.uri] in requests[0]["tags"]
    assert ["k", "1"] in requests[-1]["tags"]


async def test_an_edit_is_posted_anew_in_the_same_place_and_the_old_one_deleted(
    relay: LiveRelay,
) -> None:
    ada, beth = somebody("ada"), somebody("beth")
    parent = beth.event("question", created_at=now())
    relay.publish([parent])
    async with writer(ada, relay.url) as session:
        old = await session.publish(
            replace(plain("anser"), reply_to=ref(parent), language="en"), attempt()
        )
        draft = await session.source(ref(old))
        once = attempt()
        edited = replace(plain("answer"), edits=ref(old))
        new = await session.edit(edited, once)
        again = await session.edit(edited, once)
        (fate,) = [one for one in session.fates(edited) if one.feature is Feature.EDIT]

    assert (draft.text, draft.language, draft.reply_to) == ("anser", "en", ref(parent).post)
    event = only(relay, authors=[ada.pubkey], kinds=[1])
    assert event["content"] == "answer"
    assert event["tags"][0] == ["e", parent["id"], relay.url, "root", beth.pubkey]
    assert new.view is not None
    assert new.view.post.id.uri == event["id"]
    assert again.view == new.view
    assert fate.outcome is Outcome.REPLACED


async def test_people_and_hashtags_seen_are_completed(relay: LiveRelay) -> None:
    ada, beth, carl = somebody("ada"), somebody("beth"), somebody("carl")
    tag = f"gardening{token_hex(3)}"
    relay.publish(
        [
            beth.profile(created_at=now(), name="Zoe Garden", nip05="zoe@127.0.0.1"),
            carl.profile(created_at=now(), name="Zoe Aardvark"),
            beth.event(f"#{tag}", [["t", tag]], created_at=now()),
        ]
    )
    async with writer(ada, relay.url) as session:
        for person in (beth, carl):
            await session.account(account_id(person.pubkey))
        await session.follow(account_id(beth.pubkey))
        await session.post(ref(relay.read({"authors": [beth.pubkey], "kinds": [1]})[0]).post)
        found = [account.id.uri for account in await session.people("@zo", 5)]
        by_surname = [account.id.uri for account in await session.people("aard", 5)]
        hashtags = await session.hashtags(tag[:12].upper(), 5)

    assert found == [beth.pubkey, carl.pubkey]
    assert by_surname == [carl.pubkey]
    assert hashtags == [tag]


async def test_a_secret_key_is_never_posted(relay: LiveRelay) -> None:
    ada = somebody("ada")
    async with writer(ada, relay.url) as session:
        for text in (f"my key is {ada.nsec}, keep it", "bunker://abc?secret=1"):
            with pytest.raises(Refused, match="secret key") as refused:
                await session.publish(plain(text), attempt())
            assert ada.nsec not in str(refused.value)
    assert relay.read({"authors": [ada.pubkey]}) == []


@pytest.mark.parametrize("capability", [
    writing.Publishes, writing.FindsAttempts, writing.UploadsMedia, writing.Edits, writing.Deletes,
    writing.Likes, writing.Reacts, writing.Reposts, writing.Bookmarks, writing.Mutes,
    writing.Follows, writing.DeclaresCopies, writing.Completes,
])  # fmt: skip
async def test_who_can_sign_can_write_and_nobody_else(
    relay: LiveRelay, capability: type, reading_sessions: list[object]
) -> None:
    async with writer(somebody("ada"), relay.url) as session:
        assert isinstance(session, capability)
    assert not any(isinstance(one, capability) for one in reading_sessions)


@pytest.fixture
async def reading_sessions(relay: LiveRelay) -> list[object]:
    """A guest's, and one of an account whose key is not here."""
    opened: list[object] = []
    for options, account in (
        ({"relays": relay.url}, None),
        ({"relays": relay.url, "pubkey": "1" * 64}, account_id("1" * 64)),
    ):
        login = Login(LoginId("me"), "nostr", "nostr", account, options=options)
        context = make_context()
        session = await NostrAdapter().open(login, context)
        await session.aclose()
        await context.http.aclose()
        opened.append(session)
    return opened


async def test_parts_of_a_thread_answer_each_other_below_one_root(relay: LiveRelay) -> None:
    ada = somebody("ada")
    async with writer(ada, relay.url) as session:
        first = await session.publish(plain("1/3"), attempt())
        second = await session.publish(replace(plain("2/3"), reply_to=ref(first)), attempt())
        third = await session.publish(replace(plain("3/3"), reply_to=ref(second)), attempt())
        thread = await session.thread(ref(first).post)

    event = only(relay, ids=[ref(third).post.uri])
    assert event["tags"] == [
        ["e", ref(first).post.uri, "", "root", ada.pubkey],
        ["e", ref(second).post.uri, relay.url, "reply", ada.pubkey],
    ]
    assert {view.post.text.text for view in thread.posts} == {"1/3", "2/3", "3/3"}


async def test_who_can_sign_may_change_what_is_theirs_and_answer_the_rest(
    relay: LiveRelay,
) -> None:
    ada, beth = somebody("ada"), somebody("beth")
    mine, other = ada.event("mine", created_at=now()), beth.event("other", created_at=now())
    relay.publish([mine, other])
    anybodys = {
        Action.REPLY, Action.REPOST, Action.LIKE, Action.REACT, Action.QUOTE, Action.BOOKMARK
    }  # fmt: skip
    async with writer(ada, relay.url) as session:
        allowed = [(await session.post(ref(one).post)).viewer.allowed for one in (mine, other)]
    async with reader(relay.url, me=ada.pubkey, now=datetime.now(UTC)) as session:
        reading = await session.post(ref(mine).post)

    assert allowed == [anybodys | {Action.EDIT, Action.DELETE}, anybodys]
    assert reading.viewer.allowed == frozenset()

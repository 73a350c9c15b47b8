"""Writing with a signer elsewhere: what it is asked, and when it refuses or keeps silent."""

from dataclasses import replace

import pytest

from tests.adapters.nostr.signing import Author
from tests.live.nostr_signer import signing
from tests.live.nostr_writer import attempt, only, plain, somebody
from tests.live.servers import LiveRelay
from tests.live.test_nostr_signers import LONG, SOON, outside, session_of, signed_in
from tuisocial.adapters.nostr.ids import account_id
from tuisocial.sdk.errors import NotAllowed, Sent, Unreachable
from tuisocial.sdk.writing import Publishes

pytestmark = pytest.mark.live


async def test_a_remote_signer_is_asked_once_for_each_attempt(relay: LiveRelay) -> None:
    ada, beth, once = somebody("ada"), Author("beth"), attempt()
    async with signing(relay.url, ada) as signer:
        done = await signed_in(relay, signer)
        async with session_of(done, outside(relay.url, LONG)) as session:
            assert isinstance(session, Publishes)
            first = await session.publish(plain("hello"), once)
            second = await session.publish(plain("hello"), once)
            await session.follow(account_id(beth.pubkey))

    event = only(relay, authors=[ada.pubkey], kinds=[1])
    assert only(relay, authors=[ada.pubkey], kinds=[3])["tags"][0][:2] == ["p", beth.pubkey]
    assert first.view is not None
    assert second.view is not None
    assert first.view.post.id == second.view.post.id
    assert first.view.post.id.uri == event["id"]
    assert signer.methods.count("sign_event") == 2


async def test_a_signer_is_asked_for_every_kind_that_is_written(relay: LiveRelay) -> None:
    async with signing(relay.url, somebody("ada")) as signer:
        await signed_in(relay, signer)
    (method, params) = signer.requests[0]
    assert method == "connect"
    assert {int(one.removeprefix("sign_event:")) for one in params[2].split(",")} == {
        1, 3, 5, 6, 7, 16, 1111, 10_000, 10_003, 22_242, 24_242
    }  # fmt: skip


@pytest.mark.parametrize(
    ("silent", "error", "words"),
    [
        (False, NotAllowed, "the signer refused to sign"),
        (True, Unreachable, "has not agreed to sign yet"),
    ],
)
async def test_what_a_signer_does_not_sign_is_certainly_not_sent(
    relay: LiveRelay, silent: bool, error: type[NotAllowed | Unreachable], words: str
) -> None:
    ada, once = somebody("ada"), attempt()
    async with signing(relay.url, ada) as signer:
        done = await signed_in(relay, signer)
        (signer.ignored if silent else signer.refused).add("sign_event")
        patience = replace(LONG, answer=SOON.answer)
        async with session_of(done, outside(relay.url, patience)) as session:
            with pytest.raises(error, match=words) as refused:
                await session.publish(plain("hello"), once)
            assert await session.find(plain("hello"), once) is None
            signer.ignored.clear()
            signer.refused.clear()
        async with session_of(done, outside(relay.url, LONG)) as session:
            await session.publish(plain("hello"), once)

    assert getattr(refused.value, "sent", Sent.NO) is Sent.NO
    assert only(relay, authors=[ada.pubkey], kinds=[1])["content"] == "hello"

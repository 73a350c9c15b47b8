"""A sign-in by a real signer that is replaced: the signer is told which client is over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.adapters.nostr.signing import Author
from tests.live.nostr_signer import RemoteSigner, signing
from tests.live.running import flow_of, running
from tests.live.servers import LiveRelay
from tuisocial.adapters.nostr import keys
from tuisocial.model.login import Login
from tuisocial.sdk.login_steps import Answers
from tuisocial.sdk.secret import Secret
from tuisocial.services.runtime import Runtime
from tuisocial.services.signing_in import SignIn, still_valid

pytestmark = pytest.mark.live


async def sign_in(
    runtime: Runtime, relay: LiveRelay, signer: RemoteSigner, again: Login | None = None
) -> tuple[SignIn, str]:
    """Sign in by a signer's address; the answer has the public key of the client that is kept."""
    answers = Answers(lists={"relay": (relay.url,)}, secrets={"bunker": Secret(signer.uri)})
    flow = flow_of(runtime, "nostr", "bunker")
    async with runtime.logins.begin("nostr", flow, again=again) as begun:
        await begun.answer(answers)
        await runtime.logins.keep(begun, None if again else "me")
    kept = json.loads(runtime.paths.secrets_file.read_text())["me/client_key"]
    return begun, keys.public_key_of(Secret(kept))


async def test_a_signer_forgets_the_client_that_was_replaced_and_no_other(
    tmp_path: Path, relay: LiveRelay
) -> None:
    async with running(tmp_path) as runtime, signing(relay.url, Author("ada")) as signer:
        _, first = await sign_in(runtime, relay, signer)
        (login,) = runtime.logins.all()
        again, second = await sign_in(runtime, relay, signer, login)
        assert first != second
        assert signer.left == [first]
        assert again.unrevoked is None
        report = await runtime.logins.check(login.id)
        assert report.rights is not None
        assert "sign" in (report.rights.granted or ())


async def test_a_signer_that_cannot_forget_is_told_of_and_the_new_sign_in_works(
    tmp_path: Path, relay: LiveRelay
) -> None:
    async with running(tmp_path) as runtime, signing(relay.url, Author("ada")) as signer:
        await sign_in(runtime, relay, signer)
        (login,) = runtime.logins.all()
        signer.refused = {"logout"}
        again, _ = await sign_in(runtime, relay, signer, login)
        assert again.unrevoked is not None
        words, remedy = still_valid(login.id, again.unrevoked)
        assert "me had before may still be valid" in words
        assert "in the signer itself" in remedy
        report = await runtime.logins.check(login.id)
        assert report.rights is not None
        assert "sign" in (report.rights.granted or ())

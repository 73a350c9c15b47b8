"""With real servers: a token or key is in memory while its session is open, and not afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from secrets import token_hex

import httpx
import pytest

from tests.adapters.nostr.signing import Author
from tests.let_go import backwards, holders
from tests.live.nostr import until
from tests.live.nostr_signer import signing
from tests.live.running import flow_of, running
from tests.live.servers import LiveMastodon, LiveRelay
from tuisocial.model.ids import LoginId
from tuisocial.sdk.capabilities import ExportsKey
from tuisocial.sdk.login_steps import Answers, Elsewhere
from tuisocial.sdk.secret import Secret
from tuisocial.services.runtime import Runtime

pytestmark = pytest.mark.live

ME = LoginId("me")


@pytest.fixture
async def runtime(tmp_path: Path) -> AsyncIterator[Runtime]:
    async with running(tmp_path) as opened:
        yield opened


def kept(runtime: Runtime) -> dict[str, str]:
    """What is in the file, backwards, by name."""
    found = json.loads(runtime.paths.secrets_file.read_text())
    return {name: backwards(value) for name, value in found.items()}


async def agree(address: str, name: str) -> None:
    async with httpx.AsyncClient(follow_redirects=True, trust_env=False) as browser:
        page = await browser.get(address)
        form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
        action = str(page.url.copy_with(query=None))
        await browser.post(action, data={**form, "username": name})


async def test_a_token_that_a_browser_brought(
    runtime: Runtime, mastodon_server: LiveMastodon
) -> None:
    logins = runtime.logins
    async with logins.begin("mastodon", flow_of(runtime, "mastodon", "browser")) as sign_in:
        step = await sign_in.answer(Answers({"server": mastodon_server.url}))
        assert isinstance(step, Elsewhere)
        await agree(step.address, "ada")
        await sign_in.arrived()
        await logins.keep(sign_in, "me")
    del sign_in, step
    secrets = kept(runtime)
    assert set(secrets) == {"me/client_secret", "me/token"}
    assert [holders(secret) for secret in secrets.values()] == [[], []]

    assert (await logins.check(ME)).error is None
    assert holders(secrets["me/token"]) != []
    await runtime._sessions.close(ME)
    assert holders(secrets["me/token"]) == []

    assert await logins.remove(ME) is None
    assert [holders(secret) for secret in secrets.values()] == [[], []]


async def test_a_key_that_was_typed(runtime: Runtime, relay: LiveRelay) -> None:
    secret = await signed_in_by_key(runtime, relay)
    assert holders(secret) == []
    session = await runtime._sessions.get(ME)
    assert isinstance(session, ExportsKey)
    assert (await session.export_key(Secret("a passphrase"))).startswith("ncryptsec1")
    del session
    # It is read for each use, and the thread that used it lets go a moment after its answer.
    await until(lambda: holders(secret) == [])
    await runtime._sessions.close(ME)
    assert holders(secret) == []


async def test_the_key_of_a_line_to_a_signer(runtime: Runtime, relay: LiveRelay) -> None:
    async with signing(relay.url, Author("ada")) as signer:
        answers = Answers(lists={"relay": (relay.url,)}, secrets={"bunker": Secret(signer.uri)})
        await runtime.logins.add("nostr", flow_of(runtime, "nostr", "bunker"), answers, "me")
        secret = kept(runtime)["me/client_key"]
        report = await runtime.logins.check(ME)
        assert report.rights is not None
        assert "sign" in (report.rights.granted or ())
        assert holders(secret) == []
        await runtime._sessions.close(ME)
        assert holders(secret) == []


async def signed_in_by_key(runtime: Runtime, relay: LiveRelay) -> str:
    """Sign in by a new key; the answer is the key backwards."""
    key = token_hex(32)
    answers = Answers(lists={"relay": (relay.url,)}, secrets={"nsec": Secret(key)})
    await runtime.logins.add("nostr", flow_of(runtime, "nostr", "key"), answers, "me")
    return backwards(key)

"""No secret that was passed in comes out again: not into a file, a line, a repr or a sentence."""

from __future__ import annotations

import base64
import html
import json
import logging
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.services.world import World
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.sdk.adapter import SessionContext
from tuisocial.sdk.errors import AdapterError, BadAnswer, SignInNeeded, Unreachable
from tuisocial.sdk.login_steps import Answers, LoginFlow, SignInContext, Step
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.making import make_account, make_posts
from tuisocial.sdk.testing.memory import MemoryAdapter, MemorySession
from tuisocial.services.credentials import scrubbed
from tuisocial.services.logs import Scrubber
from tuisocial.services.spellings import spellings

ME = LoginId("me")

FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda secret: secret,
    "in an address": lambda secret: "https://x.example/?access_token=" + quote(secret, safe=""),
    "in an address of small letters": lambda secret: re.sub(
        "%..", lambda escape: escape[0].lower(), quote(secret, safe="")
    ),
    "in a form": lambda secret: "token=" + quote_plus(secret),
    "in JSON": lambda secret: json.dumps({"said": secret}),
    "in PHP's JSON": lambda secret: json.dumps({"said": secret}).replace("/", r"\/"),
    "in a repr": lambda secret: repr({"said": secret}),
    "in bytes": lambda secret: repr(secret.encode()),
    "in a page": lambda secret: f"<p>{html.escape(secret)}</p>",
    "in hex": lambda secret: secret.encode().hex(),
    "for a user": lambda secret: base64.b64encode(f"ada:{secret}".encode()).decode(),
    "for another user": lambda secret: base64.b64encode(f"grace:{secret}:x".encode()).decode(),
}

secrets = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Cn", "Co"]),
    min_size=12,
    max_size=60,
)


@given(secret=secrets, form=st.sampled_from(sorted(FORMS)))
@example(secret="a+secret/of=many+signs", form="in an address of small letters")
@example(secret="a+secret/of=many+signs", form="in PHP's JSON")
def test_a_secret_is_found_however_it_is_written(secret: str, form: str) -> None:
    scrubber = Scrubber()
    scrubber.hide(Secret(secret))
    said = scrubber(f"the server said {FORMS[form](secret)} and closed")
    assert "***" in said
    for spelled in spellings(secret):
        assert spelled not in said


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abcdefgh1234",
        "authorization: Basic YWRhOnRva2Vu",
        "GET /x?access_token=abcdefgh1234&limit=1",
        "{'client_secret': 'abcdefgh1234'}",
        '{"refresh_token": "abcdefgh1234"}',
        "Set-Cookie: session=abcdefgh1234",
        "https://ada:abcdefgh1234@x.example/",
        "GET /callback?code=abcdefgh1234&state=1",
        "code_verifier=abcdefgh1234",
        "bunker://00ff?relay=wss://x&secret=abcdefgh1234",
        "bunker://abcdefgh1234?relay=wss://x",
        "nostrconnect://00ff?relay=wss%3A%2F%2Fx&secret=abcdefgh1234&name=x",
        "a token abcdefgh1234",
        "no login named NSEC1abcdefgh1234",
        "nsec1abcdefgh1234",
        "ncryptsec1abcdefgh1234",
    ],
)
def test_what_is_shaped_like_a_credential_is_hidden_unknown_as_it_is(text: str) -> None:
    assert "abcdefgh1234" not in scrubbed(text)
    assert "YWRhOnRva2Vu" not in scrubbed(text)
    assert "***" in scrubbed(text)


@pytest.mark.parametrize(
    "text",
    [
        "the server x.example answered 404 to /api/v1/timelines/home?limit=40",
        "the keyring (SecretService) cannot be reached",
        "https://x.example:8443/@ada/115",
        "exit code 3",
        "/home/ada/data/secrets/secrets.json is a symbolic link",
        "the token is unknown, and the password protected",
        "an nsec1…, an ncryptsec1… or bunker://",
    ],
)
def test_what_is_no_credential_stays_readable(text: str) -> None:
    assert scrubbed(text) == text


# --- the program --------------------------------------------------------------------------


class Telling(MemorySession):
    """A session whose adapter keeps no secret to itself."""

    said: Sequence[str] = ()
    kind: type[Exception] = RuntimeError

    async def me(self):  # type: ignore[no-untyped-def]
        raise self._telling()

    async def timeline(self, timeline, *, cursor, limit):  # type: ignore[no-untyped-def]
        raise self._telling()

    async def account(self, account):  # type: ignore[no-untyped-def]
        raise self._telling()

    def _telling(self) -> Exception:
        words = " ".join(self.said)
        assert self._token is not None
        held = self._token.reveal()  # in the frame, where a traceback with locals would find it
        error = self.kind(f"said: {words}")
        error.__cause__ = ValueError(f"because of {held}", {"headers": words})
        logging.getLogger("tuisocial.login.me").error("telling %s", words, exc_info=error)
        return error


class TellingAdapter(MemoryAdapter):
    """An adapter as bad, which makes a key of its own on the way and hides its other spelling."""

    session_class = Telling

    async def open(self, login: Login, context: SessionContext) -> MemorySession:
        context.hide(Secret(f"other-{(await context.secret('token')).reveal()[::-1]}"))  # type: ignore[union-attr]
        return await super().open(login, context)


@settings(max_examples=30)
@given(
    secret=secrets,
    forms=st.lists(st.sampled_from(sorted(FORMS)), min_size=1, unique=True),
    kind=st.sampled_from([RuntimeError, Unreachable, BadAnswer, SignInNeeded]),
)
async def test_no_secret_is_in_any_file_line_repr_or_sentence(
    tmp_path_factory: pytest.TempPathFactory,
    secret: str,
    forms: list[str],
    kind: type[Exception],
) -> None:
    home = tmp_path_factory.mktemp("home")
    other = f"other-{secret[::-1]}"
    said = [FORMS[form](text) for form in forms for text in (secret, other)]
    adapter = TellingAdapter(make_posts(3))
    adapter.session_class = type("Told", (Telling,), {"said": said, "kind": kind})
    adapter.server.welcome(secret, make_account("ada"))
    world = World(home, adapter)
    shown: list[object] = []
    try:
        with pytest.raises(AdapterError) as refused:
            await world.runtime.logins.add("memory", refusing(said), answers(secret))
        shown += complaint(refused.value)
        login = await world.runtime.logins.add(
            "memory", adapter.login_flows()[0], answers(secret), "me"
        )
        report = await world.runtime.logins.check(ME)
        assert report.error is not None
        await world.refresh()
        state = world.state("me")
        assert state.error
        shown += [login, report, state, state.error, state.remedy, *complaint(report.error)]
        shown += [world.runtime, world.secrets, vars(world.secrets), world.heard]
        with pytest.raises(AdapterError) as unknown:
            await world.runtime.accounts.fetch(make_account("nobody").id)
        shown += complaint(unknown.value)
    finally:
        await world.close()
    for thing in shown:
        nowhere_in(f"{thing!r} {thing}", secret, other)
    files = [file for file in home.rglob("*") if file.is_file()]
    assert any(file.suffix == ".log" for file in files)
    for file in files:
        nowhere_in(file.read_bytes().decode("utf-8", "replace"), secret, other)


def answers(secret: str) -> Answers:
    return Answers(secrets={"token": Secret(secret)})


def refusing(said: Sequence[str]) -> LoginFlow:
    """A way to sign in whose server echoes what it was given."""

    async def start(given: Answers, context: SignInContext) -> Step:
        context.hide(Secret(f"other-{given.secrets['token'].reveal()[::-1]}"))
        raise SignInNeeded(f"no: {' '.join(said)}", remedy=f"not with {said[0]}")

    return LoginFlow("telling", "", "", (), start)


def complaint(error: AdapterError) -> list[object]:
    """What is shown of an error, and what might be."""
    return [error.message, error.remedy, error, *error.args]


def nowhere_in(text: str, *hidden: str) -> None:
    for secret in hidden:
        for spelled in spellings(secret):
            assert spelled not in text, (spelled, text)


def test_a_log_s_line_is_scrubbed_with_its_traceback(tmp_path: Path) -> None:
    from tuisocial.services.logs import close_log, open_log

    scrubber = Scrubber()
    scrubber.hide(Secret("hunter2-and-more"))
    log = open_log(tmp_path / "log", scrubber)
    try:
        raise RuntimeError("holding hunter2-and-more")
    except RuntimeError:
        log.exception("with %s", "hunter2-and-more")
    close_log(log)
    text = (tmp_path / "log").read_text()
    assert "RuntimeError: holding ***" in text
    assert "hunter2" not in text

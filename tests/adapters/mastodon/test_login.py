"""Signing in with a token or as a guest, and what is said when that fails."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.adapters.mastodon.script import TOKEN, Reply, Script, running, statuses
from tuisocial.adapters.mastodon.adapter import adapter
from tuisocial.adapters.mastodon.servers import server_address
from tuisocial.model.ids import AccountId, LoginId
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotAllowed,
    RateLimited,
    Refused,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.login_steps import Answers, Done
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.context import make_sign_in

VERIFY = "/api/v1/accounts/verify_credentials"


async def sign_in(
    server: str, token: str | None = TOKEN, *, now: Callable[[], datetime] | None = None
) -> Done:
    """Go through the flow: with a token, or for None as a guest."""
    name = "guest" if token is None else "token"
    flow = next(flow for flow in adapter.login_flows() if flow.name == name)
    secrets = {} if token is None else {"token": Secret(token)}
    context = make_sign_in(now=now)
    try:
        step = await flow.start(Answers({"server": server}, {}, secrets), context)
    finally:
        await context.http.aclose()
    assert isinstance(step, Done)
    return step


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("mastodon.social", "https://mastodon.social"),
        (" Mastodon.Social. ", "https://mastodon.social"),
        ("https://mastodon.social/", "https://mastodon.social"),
        ("https://mastodon.social/@ada/1?x#y", "https://mastodon.social"),
        ("@ada@mastodon.social", "https://mastodon.social"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://[::1]:3000/x", "http://[::1]:3000"),
        ("localhost:3000", "https://localhost:3000"),
        ("bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_server_may_be_typed_in_many_ways(typed: str, address: str) -> None:
    assert server_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "\0",
        "@",
        "https://",
        "https://[",
        "ftp://mastodon.social",
        "javascript://x",
        "two words",
        "https://ada:hidden@mastodon.social",
        "https://mastodon.social:port",
        "https://mastodon.social:99999",
        "a..b",
        "-x.example",
        "x" * 10_000,
    ],
)
def test_what_is_no_server_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        server_address(typed)

    assert caught.value.field == "server"
    assert "example.social" in caught.value.remedy
    assert "hidden" not in caught.value.message


def test_a_server_alone_chooses_the_browser_and_what_is_added_another_way() -> None:
    ways = {
        flow.name: (flow.guest, [field.name for field in flow.fields if field.required])
        for flow in adapter.login_flows()
    }

    assert list(ways.items()) == [
        ("browser", (False, ["server"])),
        ("token", (False, ["server", "token"])),
        ("guest", (True, ["server"])),
    ]
    fields = [field for flow in adapter.login_flows() for field in flow.fields]
    assert [field.name for field in fields if not field.required] == ["read_only"]


async def test_a_token_makes_a_login_with_its_account(script: Script) -> None:
    ada = statuses(1, 1)[0]["account"]
    script.answers[VERIFY] = Reply(ada)
    script.answers["/api/v2/instance"] = Reply({"domain": "example.social"})
    done = await sign_in(script.url, f" {TOKEN}\n")

    assert done == Done(
        account=AccountId("activitypub", "https://example.social/users/ada"),
        handle="@ada@example.social",
        suggested_name="ada",
        options={"server": script.url, "domain": "example.social"},
        secrets={"token": Secret(TOKEN)},
    )


async def test_a_server_that_tells_no_domain_lends_its_address_to_handles(script: Script) -> None:
    script.answers[VERIFY] = Reply({"id": "1", "acct": "ada", "username": "ada"})
    done = await sign_in(script.url)

    assert done.handle == f"@ada@{script.url.removeprefix('http://')}"
    assert done.account is not None


@pytest.mark.parametrize("username", ["ada", "日本語", "..", "a" * 60, "-x-", ""])
async def test_the_suggested_name_is_always_a_login_s(script: Script, username: str) -> None:
    script.answers[VERIFY] = Reply({"id": "1", "acct": "ada", "username": username})
    done = await sign_in(script.url)

    assert LoginId.parse(done.suggested_name)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply({"error": "The access token is invalid"}, 401), SignInNeeded),
        (Reply({"error": "This action is outside the authorized scopes"}, 403), NotAllowed),
        (Reply({"error": "Not found"}, 404), BadAnswer),
        (Reply(b"<h1>Hello</h1>"), BadAnswer),
        (Reply([]), BadAnswer),
        (Reply({}), BadAnswer),
        (Reply({}, 429), RateLimited),
        (Reply({}, 503), Unreachable),
        (Reply(b"", 301, {"Location": "https://social.example/"}), BadAnswer),
    ],
)
async def test_a_token_that_fails_says_why_and_what_to_do(
    script: Script, reply: Reply, expected: type[AdapterError]
) -> None:
    script.answers[VERIFY] = reply
    with pytest.raises(AdapterError) as caught:
        await sign_in(script.url)

    assert type(caught.value) is expected
    assert "127.0.0.1" in caught.value.message
    assert caught.value.remedy
    assert "by itself" not in caught.value.remedy
    assert TOKEN not in caught.value.message


@pytest.mark.parametrize("token", ["", "two words", "caf\u00e9", "a\r\nb"])
async def test_a_token_that_cannot_be_one_is_not_sent(script: Script, token: str) -> None:
    with pytest.raises(Refused) as caught:
        await sign_in(script.url, token)

    assert caught.value.field == "token"
    assert script.asked == []


@pytest.mark.parametrize(
    ("path", "description", "domain"),
    [
        ("/api/v2/instance", {"domain": "example.social", "version": "4.4.1"}, "example.social"),
        (
            "/api/v1/instance",
            {"uri": "https://pl.example", "version": "2.7.2 (compatible; Pleroma 2.6.50+a.b)"},
            "pl.example",
        ),
        ("/api/v1/instance", {"uri": "gts.example", "version": "0.19.1+git-abc"}, "gts.example"),
        ("/api/v1/instance", {"version": "odd", "uri": 7}, None),
    ],
)
async def test_a_guest_needs_a_server_that_describes_itself(
    script: Script, path: str, description: dict[str, object], domain: str | None
) -> None:
    script.answers[path] = Reply(description)
    done = await sign_in(script.url, None)

    here = script.url.removeprefix("http://")
    assert (done.account, done.secrets) == (None, {})
    assert done.options == {"server": script.url, "domain": domain or here}
    assert LoginId.parse(done.suggested_name)


def nodeinfo(script: Script, name: str) -> None:
    """The server says by NodeInfo, and by nothing else, what it is."""
    script.answers["/.well-known/nodeinfo"] = Reply(
        {"links": [{"rel": "http://x/2.0", "href": f"{script.url}/nodeinfo/2.0"}]}
    )
    script.answers["/nodeinfo/2.0"] = Reply({"software": {"name": name, "version": "?"}})


async def test_a_guest_may_read_a_relative_that_describes_itself_by_nodeinfo(
    script: Script,
) -> None:
    nodeinfo(script, "GoToSocial")

    assert (await sign_in(script.url, None)).options["server"] == script.url


async def test_a_guest_is_told_what_a_stranger_runs(script: Script) -> None:
    nodeinfo(script, "lemmy\x1b")

    with pytest.raises(BadAnswer, match="runs lemmy, which does not offer the Mastodon API"):
        await sign_in(script.url, None)


async def test_a_guest_is_told_that_a_web_page_is_no_server(script: Script) -> None:
    script.always = Reply(b"<!doctype html><h1>Example Domain</h1>")

    with pytest.raises(BadAnswer, match=r"127\.0\.0\.1:\d+ does not offer the Mastodon API"):
        await sign_in(script.url, None)


async def test_a_guest_is_told_that_a_server_is_down() -> None:
    with pytest.raises(Unreachable):
        await sign_in("http://127.0.0.1:1", None)


@pytest.mark.parametrize("token", [TOKEN, None])
async def test_a_handle_leads_token_and_guest_to_the_server_that_webfinger_names(
    script: Script, token: str | None
) -> None:
    script.answers[VERIFY] = Reply({"id": "1", "acct": "ada", "username": "ada"})
    script.answers["/api/v2/instance"] = Reply({"domain": "example.social", "version": "4.3.0"})
    with running() as domain:
        link = {"rel": "self", "type": "application/activity+json", "href": f"{script.url}/ada"}
        domain.answers["/.well-known/webfinger"] = Reply({"links": [link]})
        place = f"localhost:{domain.server_address[1]}"
        done = await sign_in(f"@ada@{place}", token)

        assert domain.paths() == ["/.well-known/webfinger"]
    assert done.options == {
        "server": script.url,
        "domain": "example.social",
        "named_by": f"http://{place}",
    }
    assert ("not of @ada@localhost" in done.warning) is (token is not None)


@pytest.mark.parametrize("token", [TOKEN, None])
async def test_a_handle_does_not_lead_a_token_or_a_guest_to_a_private_place(
    script: Script, token: str | None
) -> None:
    link = {"rel": "self", "type": "application/activity+json", "href": "https://192.168.1.1/ada"}
    script.answers["/.well-known/webfinger"] = Reply({"links": [link]})
    with pytest.raises(Refused, match="leads to") as caught:
        await sign_in(f"@ada@127.0.0.1:{script.server_address[1]}", token)

    assert "--private-host" in caught.value.remedy
    assert script.paths() == ["/.well-known/webfinger"]


@pytest.mark.parametrize("token", [TOKEN, None])
async def test_a_wrong_clock_is_said_after_a_sign_in_by_token_or_as_a_guest(
    script: Script, token: str | None
) -> None:
    script.answers[VERIFY] = Reply({"id": "1", "acct": "ada", "username": "ada"})
    script.answers["/api/v2/instance"] = Reply({"domain": "example.social", "version": "4.3.0"})
    wrong = datetime.now(UTC) + timedelta(hours=2)

    assert "minutes ahead of" in (await sign_in(script.url, token, now=lambda: wrong)).warning
    assert not (await sign_in(script.url, token)).warning

"""A server that another one named is asked at public addresses only, whatever its name leads to."""

import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.adapters.mastodon import dialects
from tests.adapters.mastodon.browsing import sign_in
from tests.adapters.mastodon.script import TOKEN, Reply, Script, running
from tuisocial.adapters.mastodon import oauth
from tuisocial.adapters.mastodon.api import Api
from tuisocial.adapters.mastodon.oauth import OUT_OF_BAND, App, Endpoints, Request
from tuisocial.adapters.mastodon.servers import Home, handed_by
from tuisocial.sdk.errors import AdapterError, Refused
from tuisocial.sdk.login_steps import SignInContext
from tuisocial.sdk.reach import Circle, Reach
from tuisocial.sdk.secret import Secret

NAME = "rebinding.example"
ELSEWHERE = "https://elsewhere.example"


@pytest.fixture
def leads_to(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that `NAME` leads to, one for each time that it is looked up."""
    addresses: list[str] = []
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        shown = host.decode() if isinstance(host, bytes) else host
        return real(addresses.pop(0) if shown == NAME else host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return addresses


def named(script: Script) -> str:
    """The script's address under `NAME`."""
    return f"https://{NAME}:{script.server_address[1]}"


async def test_a_named_server_that_leads_here_is_not_asked(
    script: Script, leads_to: list[str]
) -> None:
    leads_to.append("127.0.0.1")
    session = await script.session(server=named(script), named_by=ELSEWHERE)
    with pytest.raises(Refused, match=f"{NAME}, which is a private address"):
        await session.me()
    await session.aclose()


async def test_what_was_checked_is_what_the_api_connects_to(
    script: Script, leads_to: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Looked up twice, the name would lead here at the second time.
    leads_to += ["192.88.99.1", "127.0.0.1"]
    monkeypatch.setattr("tuisocial.sdk.reach.is_public", lambda address: not address.is_loopback)
    dialled: list[str] = []

    def refuse(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        dialled.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("urllib3.util.connection.create_connection", refuse)
    api = Api(named(script), Secret(TOKEN), reach=Reach(), circle=Circle.PUBLIC)
    with pytest.raises(AdapterError, match="accepts no connection"):
        await api.get("/api/v1/instance")
    assert set(dialled) == {"192.88.99.1"}
    api.close()


async def test_a_server_that_this_machine_named_is_asked_here(script: Script) -> None:
    script.answers["/api/v1/accounts/verify_credentials"] = Reply(
        {"id": "1", "acct": "ada", "username": "ada"}
    )
    session = await script.session(named_by="http://localhost:1")
    assert (await session.me()).handle == "@ada@example.social"
    await session.aclose()


async def test_a_code_is_not_exchanged_at_a_named_server_that_leads_here(
    script: Script, context: SignInContext, leads_to: list[str]
) -> None:
    leads_to.append("127.0.0.1")
    server = named(script)
    where = Endpoints(f"{server}/oauth/authorize", f"{server}/oauth/token")
    request = Request(App("id", Secret("hidden"), ("read",)), OUT_OF_BAND)
    with pytest.raises(Refused, match="private address"):
        await oauth.exchange(context.http, Home(server, ELSEWHERE), where, request, Secret("c"))


async def test_a_login_keeps_who_named_its_server(script: Script, context: SignInContext) -> None:
    dialects.mastodon(script)
    with running() as domain:
        link = {"rel": "self", "type": "application/activity+json", "href": f"{script.url}/ada"}
        domain.answers["/.well-known/webfinger"] = Reply({"links": [link]})
        place = f"localhost:{urlsplit(domain.url).port}"
        done = await sign_in(context, f"@ada@{place}")

    assert done.options["server"] == script.url
    assert done.options["named_by"] == f"http://{place}"


def test_a_host_that_names_itself_was_named_by_who_led_there() -> None:
    here, there = "https://typed.example", "https://there.example"
    assert handed_by(f"{there}/ada", f"{there}/finger", here) == here
    assert handed_by(f"{there}/ada", f"{here}/finger", None) == here
    assert handed_by(f"{here}/ada", f"{here}/finger", None) is None

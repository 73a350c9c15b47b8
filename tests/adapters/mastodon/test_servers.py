"""Where a person's server is: by WebFinger, host-meta and redirects, and never anywhere private."""

import re
from urllib.parse import urlsplit

import pytest

from tests.adapters.mastodon import dialects
from tests.adapters.mastodon.browsing import begin, sign_in
from tests.adapters.mastodon.dialects import (
    APPS,
    METADATA,
)  # fmt: skip
from tests.adapters.mastodon.script import TOKEN, Reply, Script, running
from tuisocial.adapters.mastodon.adapter import adapter
from tuisocial.adapters.mastodon.servers import server_address
from tuisocial.sdk.errors import (
    Refused,
)
from tuisocial.sdk.login_steps import Answers, SignInContext
from tuisocial.sdk.secret import Secret


def webfinger(script: Script, server: str, path: str = "/.well-known/webfinger") -> None:
    """The script's domain says that ada's server is `server`."""
    link = {"rel": "self", "type": "application/activity+json", "href": f"{server}/users/ada"}
    script.answers[path] = Reply({"subject": "acct:ada@x", "links": [{"rel": "x"}, link]})


def host_meta(script: Script, server: str) -> None:
    xrd = (
        '<?xml version="1.0"?><XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">'
        f'<Link rel="lrdd" type="application/xrd+xml" template="{server}/finger?q={{uri}}"/></XRD>'
    )
    script.answers["/.well-known/host-meta"] = Reply(xrd.encode())


def handle_at(script: Script) -> str:
    return f"@ada@{urlsplit(script.url).netloc}"


async def test_a_handle_leads_to_the_server_that_webfinger_names(
    script: Script, context: SignInContext
) -> None:
    with running() as domain:
        webfinger(domain, script.url)
        dialects.mastodon(script)
        done = await sign_in(context, handle_at(domain))

        assert done.options["server"] == script.url
        assert domain.asked[0].query == {"resource": f"acct:{handle_at(domain)[1:]}"}
        assert APPS not in domain.paths()


async def test_webfinger_may_be_where_host_meta_says(
    script: Script, context: SignInContext
) -> None:
    with running() as domain:
        host_meta(domain, script.url)
        webfinger(script, script.url, "/finger")
        dialects.mastodon(script)

        assert (await sign_in(context, handle_at(domain))).options["server"] == script.url


async def test_webfinger_may_redirect(script: Script, context: SignInContext) -> None:
    with running() as domain:
        place = f"{script.url}/.well-known/webfinger?resource=acct:ada@x"
        domain.answers["/.well-known/webfinger"] = Reply(b"", 301, {"Location": place})
        webfinger(script, script.url)
        dialects.mastodon(script)

        assert (await sign_in(context, handle_at(domain))).options["server"] == script.url


@pytest.mark.parametrize("way", ["host-meta", "redirect"])
async def test_a_domain_without_the_api_may_name_the_server_that_has_it(
    script: Script, context: SignInContext, way: str
) -> None:
    with running() as domain:
        dialects.mastodon(script)
        if way == "host-meta":
            host_meta(domain, script.url)
        else:
            domain.answers[APPS] = Reply(b"", 301, {"Location": f"{script.url}{APPS}"})

        assert (await sign_in(context, domain.url)).options["server"] == script.url


async def test_a_handle_at_a_domain_without_webfinger_is_on_that_domain(
    script: Script, context: SignInContext
) -> None:
    dialects.mastodon(script)
    done = await sign_in(context, handle_at(script))

    assert done.options["server"] == script.url
    assert "signed in as @ada@example.social, not as @ada@127.0.0.1" in done.warning


@pytest.mark.parametrize("place", ["http://example.com", "https://192.168.1.1", "https://nas.lan"])
@pytest.mark.parametrize("way", ["webfinger", "host-meta", "redirect", "metadata", "api"])
async def test_a_server_that_leads_to_a_private_place_or_without_tls_is_not_followed(
    script: Script, context: SignInContext, place: str, way: str
) -> None:
    dialects.mastodon(script)
    typed = script.url
    if way == "webfinger":
        webfinger(script, place)
        typed = handle_at(script)
    elif way == "host-meta":
        del script.answers[APPS]
        host_meta(script, place)
    elif way == "redirect":
        script.answers["/.well-known/webfinger"] = Reply(b"", 302, {"Location": f"{place}/x"})
        typed = handle_at(script)
    elif way == "metadata":
        script.answers[METADATA] = Reply({"token_endpoint": f"{place}/oauth/token"})
    else:
        script.answers[APPS] = Reply(b"", 302, {"Location": f"{place}{APPS}"})

    with pytest.raises(Refused, match="leads to") as caught:
        await begin(context, typed)
    assert "--private-host" in caught.value.remedy


@pytest.mark.parametrize("typed", ["http://example.social", "http://192.168.1.1:3000"])
async def test_a_server_is_not_asked_without_tls(context: SignInContext, typed: str) -> None:
    for flow in adapter.login_flows():
        secrets = {"token": Secret(TOKEN)}
        with pytest.raises(Refused, match="without TLS") as caught:
            await flow.start(Answers({"server": typed}, secrets=secrets), context)
        assert caught.value.field == "server"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b"<html>", b"\xff\xfe", b"null", b'{"links": 7}', b'{"links": [7, {}]}',
        b'{"links": [{"rel": "self", "type": "application/activity+json"}]}',
        b'{"links": [{"rel": "self", "type": "application/activity+json", "href": "acct:a@b"}]}',
        b"<Link rel='lrdd'", b"<Link rel='lrdd' template=''/>",
        b"<Link rel='lrdd' template='{uri}'>",
        b"<Link " + b"a" * 100_000,
    ],
)  # fmt: skip
async def test_a_domain_that_answers_nonsense_is_taken_as_the_server_itself(
    script: Script, context: SignInContext, body: bytes
) -> None:
    dialects.mastodon(script)
    for path in ("webfinger", "host-meta"):
        script.answers[f"/.well-known/{path}"] = Reply(body)
    step = await begin(context, handle_at(script))
    await step.aclose()

    assert step.address.startswith(f"{script.url}/oauth/authorize?")


KNOWN = ("https", "example", "social", "secret")
"""Words that the tests of secrets share with what may be said."""

NSEC = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5"


@pytest.mark.parametrize(
    "secret",
    [
        NSEC,
        NSEC.upper(),
        NSEC[:30],
        f"nostr:{NSEC}",
        f"@{NSEC}",
        f"ada@{NSEC}",
        f"https://{NSEC}",
        f"https://example.social/{NSEC}",
        "ncryptsec1qgg9947rlpvqu76pj5ecreduf9jxhselq2nae2kghhvd5g7dgjtcxfqtd67p9m0w57lsp",
        "bunker://79dff8f426826fdd7c32deb1d9e1f9c01234567890?relay=wss://r.example&secret=hidden",
        "nostrconnect://79dff8f426826fdd7c32deb1d9e1f9c01234567890?secret=hidden",
        "ZA-Yj3aBD8U8Cm7lKUp-lm9O9BmDgdhHzDeqsY8tlL0",
        "https://ZA-Yj3aBD8U8Cm7lKUp-lm9O9BmDgdhHzDeqsY8tlL0/",
        "ZA/Yj3aBD8U8Cm7lKUp+lm9O9BmDgdhHzDeqsY8tlL0=",
        "f" * 64,
        "leader monkey parrot ring guide accident before fence cannon height naive bean",
    ],
)
async def test_a_secret_typed_as_a_server_is_told_to_nobody_and_not_repeated(
    context: SignInContext, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    looked_up: list[object] = []
    monkeypatch.setattr("socket.getaddrinfo", lambda *asked, **_: looked_up.append(asked))
    for flow in adapter.login_flows():
        secrets = {"token": Secret(TOKEN)}
        with pytest.raises(Refused) as caught:
            await flow.start(Answers({"server": secret}, secrets=secrets), context)
        said = f"{caught.value.message} {caught.value.remedy}".lower()
        assert caught.value.field == "server"
        assert not any(
            part in said for part in re.findall(r"[\w-]{6,}", secret.lower()) if part not in KNOWN
        )
    assert looked_up == []


@pytest.mark.parametrize(
    "typed",
    [
        "localhost:3000",
        "http://localhost:3000/web/timelines/home/and/somewhat/more",
        "http://[2001:0db8:0000:0000:0000:0000:0000:0001]:3000",
        "[2001:0db8:0000:0000:0000:0000:0000:0001]:3000",
        "a-rather-long-name-of-a-server-that-has-a-dot.example",
        "@somebody-with-a-rather-long-name-of-their-own@localhost",
        "nsec1.example",
    ],
)
def test_a_long_address_is_no_secret(typed: str) -> None:
    assert server_address(typed)

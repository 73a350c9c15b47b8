"""A sign-in by a browser, step by step: what the tests of it share."""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.adapters.mastodon.dialects import CODE
from tuisocial.adapters.mastodon.adapter import adapter
from tuisocial.sdk.login_steps import Answers, Done, Elsewhere, SignInContext
from tuisocial.sdk.secret import Secret


async def begin(context: SignInContext, typed: str, *, read_only: bool = False) -> Elsewhere:
    """The step at which the browser is opened."""
    flow = adapter.login_flows()[0]
    assert flow.name == "browser"
    flags = frozenset({"read_only"} if read_only else ())
    step = await flow.start(Answers({"server": typed}, flags=flags), context)
    assert isinstance(step, Elsewhere)
    return step


def query_of(address: str) -> Mapping[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


async def browse(step: Elsewhere, **answer: str) -> int:
    """What the browser does after the page: it goes where the page sends it, with `answer`."""
    asked = query_of(step.address)
    back = urlsplit(asked["redirect_uri"])
    reader, writer = await asyncio.open_connection(back.hostname, back.port)
    target = f"{back.path}?{urlencode({'state': asked['state'], **answer})}"
    writer.write(f"GET {target} HTTP/1.1\r\nHost: {back.netloc}\r\n\r\n".encode())
    status = int((await reader.read()).split()[1])
    writer.close()
    return status


async def sign_in(context: SignInContext, typed: str, *, read_only: bool = False) -> Done:
    """The whole way, by a browser that agrees."""
    step = await begin(context, typed, read_only=read_only)
    try:
        assert await browse(step, code=CODE) == 200
        done = await step.arrived()
    finally:
        await step.aclose()
    assert isinstance(done, Done)
    return done


async def by_hand(step: Elsewhere, code: str) -> Done:
    assert step.by_hand is not None
    done = await step.by_hand.next(Answers(secrets={step.by_hand.field.name: Secret(code)}))
    assert isinstance(done, Done)
    return done

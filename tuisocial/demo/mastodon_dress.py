"""What mastodon-mock leaves out: custom emoji, cards worth looking at, and finding by address.

It sends an empty list of emoji with everything, and a card with a fixed text for the first address
in a post's HTML, be it a mention's; its search knows neither a post's address nor a full handle.
This wraps the server, asks it for what a search names, and mends the JSON that it sends.
"""

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from tuisocial.demo.phrases import LINKS
from tuisocial.demo.pictures import EMOJI, emoji_path

_SHORTCODE = re.compile(r":([a-z_]+):")
_CARD_LINK = re.compile(r'<a href="([^"]+)" target=')  # mentions and hashtags have no target
_SPOKEN = ("content", "spoiler_text", "display_name", "note")
_ABOUT = {address: (title, description) for address, title, description in LINKS}

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


def dress(server: Application, url: str) -> Application:
    """The same ASGI application with its JSON answers completed; `url` is where it is reached."""

    async def dressed(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await server(scope, receive, send)
            return
        found = _named_in_search(scope, url)
        if found is not None:
            kind, path, query = found
            scope = {**scope, "path": path, "raw_path": path.encode(), "query_string": query}
        start: Message = {}
        body = b""

        async def complete(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start" and _is_json(message):
                start.update(message)
                return
            if not start:  # not JSON, perhaps a stream: goes through as it comes
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            mended = _mend(body, scope["path"], url)
            if found is not None:
                mended = _as_search(kind, mended if start["status"] == 200 else b"")
                start["status"] = 200
            kept = [one for one in start["headers"] if one[0].lower() != b"content-length"]
            start["headers"] = [*kept, (b"content-length", str(len(mended)).encode())]
            await send(start)
            await send({"type": "http.response.body", "body": mended})

        await server(scope, receive, complete)

    return dressed


def _named_in_search(scope: Message, url: str) -> tuple[str, str, bytes] | None:
    """For a search by address or full handle: what it names, and the path and query to ask."""
    if scope["path"] != "/api/v2/search":
        return None
    wanted = parse_qs(scope["query_string"].decode()).get("q", [""])[0].strip()
    host = re.escape(url.removeprefix("http://"))
    if match := re.fullmatch(rf"http://{host}/@[^/]+/(\d+)", wanted):
        return "statuses", f"/api/v1/statuses/{match[1]}", b""
    acct = re.fullmatch(rf"(?:http://{host}/@|@?)([^/@]+(?:@[^/@]+)?)", wanted)
    if acct and ("@" in acct[1] or wanted.startswith("http")):
        name = acct[1].removesuffix(f"@{url.removeprefix('http://')}")
        return "accounts", "/api/v1/accounts/lookup", urlencode({"acct": name}).encode()
    return None


def _as_search(kind: str, body: bytes) -> bytes:
    """The answer of a search that found `body`, or nothing."""
    found = [json.loads(body)] if body else []
    return json.dumps({"accounts": [], "statuses": [], "hashtags": [], kind: found}).encode()


def _is_json(start: Message) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    return bool(headers.get(b"content-type", b"").startswith(b"application/json"))


def _mend(body: bytes, path: str, url: str) -> bytes:
    if not body:  # the answer to a HEAD
        return body
    answer = json.loads(body)
    if path == "/api/v1/custom_emojis":
        answer = [_emoji(name, url) for name in EMOJI]
    _complete(answer, url)
    return json.dumps(answer).encode()


def _complete(value: object, url: str) -> None:
    """Completes every status and account in `value`, in place."""
    if isinstance(value, list):
        for one in value:
            _complete(one, url)
    if not isinstance(value, dict):
        return
    for one in value.values():
        _complete(one, url)
    if "emojis" in value:
        said = " ".join(value.get(name) or "" for name in _SPOKEN)
        names = dict.fromkeys(_SHORTCODE.findall(said))
        value["emojis"] = [_emoji(name, url) for name in names if name in EMOJI]
    if value.get("card"):
        link = _CARD_LINK.search(value["content"])
        if link is None:
            value["card"] = None
        else:
            title, description = _ABOUT.get(link[1], (link[1], ""))
            value["card"].update(
                url=link[1], title=title, description=description, provider_name=""
            )


def _emoji(name: str, url: str) -> dict[str, object]:
    address = f"{url}/{emoji_path(name)}"
    return {"shortcode": name, "url": address, "static_url": address, "visible_in_picker": True}

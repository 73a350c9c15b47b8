"""What a server that does not answer as hoped is running, by NodeInfo.

<https://nodeinfo.diaspora.software/protocol.html>
"""

from __future__ import annotations

from tuisocial.adapters.mastodon.fields import Json, record, records, text, uri
from tuisocial.adapters.mastodon.servers import handed_by
from tuisocial.model.printable import printable_line
from tuisocial.sdk.errors import BadAnswer
from tuisocial.sdk.http import Http, host

_FAMILY = (
    "akkoma friendica glitchcafe gotosocial hollo hometown iceshrimp mastodon mitra pixelfed "
    "pleroma sharkey snac takahe"
)
"""Software, by its NodeInfo name, that offers the API although it may not describe itself by it."""

_MAX_BYTES = 200_000


async def software(http: Http, server: str, by: str | None = None) -> str:
    """The name of what a server runs, as it says itself; empty if it does not say.

    Raises: AdapterError for a server that gives no answer or leads where nobody follows.
    """
    index, place = await _record(http, f"{server}/.well-known/nodeinfo", by)
    address = next((a for link in records(index, "links") if (a := uri(link, "href"))), "")
    if not address:
        return ""
    by = handed_by(address, place, handed_by(place, server, by))
    found, _ = await _record(http, address, by)
    return printable_line(text(record(found, "software"), "name"))[:40]


def is_relative(name: str) -> bool:
    """Whether software of that name offers the Mastodon API."""
    return name.lower() in _FAMILY.split()


def not_ours(where: str, name: str = "") -> BadAnswer:
    """What is said of a server of another kind, whose software is called `name` if that is told."""
    if is_relative(name):
        return BadAnswer(
            f"{where} runs {name}, but lets no program like this one in",
            remedy="ask its people whether the Mastodon API is switched off there",
        )
    if name:
        return BadAnswer(
            f"{where} runs {name}, which does not offer the Mastodon API",
            remedy="check the address; accounts on such a server cannot be used here",
        )
    return BadAnswer(
        f"{where} does not offer the Mastodon API: it seems to be a web site of another kind",
        remedy="check how the address is spelled, or give the whole handle, like "
        "@me@example.social: the server may be at another name than the handles have",
    )


async def stranger(http: Http, server: str, by: str | None = None) -> BadAnswer:
    """What to say of a server that is not of the family.

    Raises: AdapterError as `software`.
    """
    return not_ours(host(server), await software(http, server, by))


async def _record(http: Http, address: str, by: str | None) -> tuple[Json, str]:
    answer = await http.get(address, max_bytes=_MAX_BYTES, by=by)
    try:
        found = answer.json() if answer.status == 200 else {}
    except BadAnswer:
        found = {}
    return found if isinstance(found, dict) else {}, answer.url

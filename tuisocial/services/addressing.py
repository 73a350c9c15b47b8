"""The people a draft addresses, as one network's posts name them.

Only stretches that were chosen to mean an account are touched; mentions written by hand are the
adapters' to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from tuisocial.model.draft import Address
from tuisocial.model.ids import AccountId
from tuisocial.model.richtext import RichText
from tuisocial.model.submission import Fate, Feature, Outcome
from tuisocial.sdk.text import RichTextBuilder

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*")
# What servers take for somebody's name: a sign that no word leads up to. A sign inside, as in
# "ada@looms.example", names nobody.
_CALL = re.compile(r"(?<!\w)[@＠!]+")
_SIGNS_BEFORE = re.compile(r"[@＠]+\Z")


def text_for(
    draft_text: str,
    addresses: Sequence[Address],
    network: str,
    handles: Mapping[AccountId, str] | None = None,
) -> tuple[RichText, Sequence[Fate]]:
    """The text with each address as a mention of that network, or as text that calls nobody.

    `handles` has the written form of the network's accounts, sign and server included: a short
    one that means the right person on one server may mean somebody else on the next. A fate says
    of each address that no account of the network is known, or that another one is called.
    """
    known = _by_text(addresses, network)
    builder = RichTextBuilder()
    chosen = {(each.text, each.account) for each in addresses}
    instead: dict[str, str] = {}
    at = 0
    for start, end in _stretches(draft_text, known):
        account = known[draft_text[start:end]]
        before, written = draft_text[at:start], draft_text[start:end]
        if account is None:
            instead[written] = "plain text"
            builder.text(_SIGNS_BEFORE.sub("", before))
            builder.text(calling_nobody(written))
        else:
            called = _written(written, account, addresses, handles or {})
            if (written, account) not in chosen:
                instead[written] = f"{called}, the same person by their own word"
            builder.text(before)
            builder.mention(called, account)
        at = end
    builder.text(draft_text[at:])
    fates = [
        Fate(Feature.MENTION, Outcome.REPLACED, f"mention of {text} becomes {what}")
        for text, what in instead.items()
    ]
    return builder.build(strip=False), fates


def calling_nobody(text: str) -> str:
    """A name as text that no server takes for a mention: it keeps its server, not its sign."""
    return _CALL.sub("", text)


def _by_text(addresses: Sequence[Address], network: str) -> dict[str, AccountId | None]:
    """The account that each text means on the network; None where no declared one is there."""
    known: dict[str, AccountId | None] = {}
    for address in addresses:
        here = (each for each in (address.account, *address.elsewhere) if each.network == network)
        if address.text and known.get(address.text) is None:
            known[address.text] = next(here, None)
    return known


def _written(
    text: str,
    account: AccountId,
    addresses: Sequence[Address],
    handles: Mapping[AccountId, str],
) -> str:
    handle = handles.get(account)
    if handle:
        return handle
    chosen = any(each.text == text and each.account == account for each in addresses)
    return text if chosen else calling_nobody(text) or text


def _stretches(text: str, known: Iterable[str]) -> Iterable[tuple[int, int]]:
    """Where an address stands as a whole, not as part of a longer name or of a link."""
    texts = sorted(known, key=len, reverse=True)
    if not texts:
        return
    links = [link.span() for link in _URL.finditer(text)]
    pattern = "|".join(map(re.escape, texts))
    for found in re.finditer(rf"(?<![\w/=])(?:{pattern})(?!\w|[-.@]+\w|:\d)", text):
        if not any(start < found.start() < end for start, end in links):
            yield found.span()

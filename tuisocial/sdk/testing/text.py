"""Text: plain, whole, and marked at the right places."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from tuisocial.model.account import Account
from tuisocial.model.entry import Entry, Reposted
from tuisocial.model.printable import printable_line
from tuisocial.model.richtext import CustomEmoji, Hashtag, Link
from tuisocial.model.wire import entry_to_json
from tuisocial.sdk.testing.reading import head
from tuisocial.sdk.testing.rule import Group, Violation, require
from tuisocial.sdk.testing.specimen import NotApplicable, Specimen

GROUP = Group("text")

_TAG = re.compile(
    r"</?(?:a|b|blockquote|br|code|div|em|h[1-6]|i|img|li|ol|p|pre|script|span|strong|u|ul)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d+|#x[0-9a-f]+);", re.IGNORECASE)
_ADDRESS = re.compile("[A-Za-z][A-Za-z0-9+.-]*:[^\\s\x00-\x1f\x7f-\x9f]+")


def _accounts(row: Entry) -> Iterator[Account]:
    yield row.view.post.author
    if isinstance(row.reason, Reposted):
        yield row.reason.by


def _texts(row: Entry) -> Iterator[tuple[str, str]]:
    post = row.view.post
    yield "text", post.text.text
    yield "content_warning", post.content_warning or ""
    yield "title", post.title or ""
    for account in _accounts(row):
        yield "name", account.name
        yield "bio", account.bio.text
    for option in post.poll.options if post.poll else ():
        yield "poll option", option.title


def _addresses(row: Entry) -> Iterator[tuple[str, str]]:
    post = row.view.post
    if post.url is not None:
        yield "post", post.url
    if post.card is not None:
        yield "card", post.card.url
    for medium in post.media:
        yield "media", medium.url
    for facet in post.text.facets:
        if isinstance(facet, Link):
            yield "link", facet.url
    for account in _accounts(row):
        for what, address in (("account", account.url), ("avatar", account.avatar_url)):
            if address is not None:
                yield what, address


@GROUP.rule
async def no_markup_is_left(specimen: Specimen) -> None:
    """No text of the sample timeline holds an HTML tag or entity: markup became facets."""
    async with specimen.session() as session:
        rows = await head(session, specimen)
    for row in rows:
        for what, text in _texts(row):
            found = _TAG.search(text) or _ENTITY.search(text)
            require(not found, f"the {what} of {row.key} holds {found and found[0]!r}")


@GROUP.rule
async def posts_read_as_written(specimen: Specimen) -> None:
    """The sample posts' texts are what a person reads, character by character."""
    if not specimen.samples.texts:
        raise NotApplicable("the specimen names no post whose text is known")
    async with specimen.session() as session:
        for wanted, expected in specimen.samples.texts.items():
            text = (await session.post(wanted)).post.text.text
            require(text == expected, f"{wanted} reads {text!r}, was written {expected!r}")


@GROUP.rule
async def facets_mark_what_they_name(specimen: Specimen) -> None:
    """By code points, a hashtag's span spells its tag and an emoji's its `:shortcode:`."""
    async with specimen.session() as session:
        rows = await head(session, specimen)
        posts = [row.view.post for row in rows]
        posts += [(await session.post(sample)).post for sample in specimen.samples.texts]
    checked = 0
    for post in posts:
        for facet in post.text.facets:
            span = post.text.text[facet.start : facet.end]
            if isinstance(facet, Hashtag):
                spells = span.removeprefix("#").casefold() == facet.tag.casefold()
            elif isinstance(facet, CustomEmoji):
                spells = span == f":{facet.shortcode}:"
            else:
                continue
            checked += 1
            require(spells, f"in {post.id} {facet!r} marks {span!r}")
    if not checked:
        raise NotApplicable("no sample post holds a hashtag or a custom emoji")


@GROUP.rule
async def every_string_can_be_written(specimen: Specimen) -> None:
    """No string anywhere in a row holds a lone surrogate: UTF-8 can carry all of it."""
    async with specimen.session() as session:
        rows = await head(session, specimen)
    for row in rows:
        try:
            json.dumps([entry_to_json(row), row.view.post.native], ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            start = max(error.start - 30, 0)
            around = error.object[start : error.end + 10]
            raise Violation(f"{row.key} holds a lone surrogate: {around!r}") from None


@GROUP.rule
async def addresses_are_whole(specimen: Specimen) -> None:
    """Every address has its scheme, and neither white space nor control characters."""
    async with specimen.session() as session:
        rows = await head(session, specimen)
    for row in rows:
        for what, address in _addresses(row):
            require(_ADDRESS.fullmatch(address), f"the {what} address of {row.key} is {address!r}")


@GROUP.rule
async def its_own_words_are_printable(specimen: Specimen) -> None:
    """What the adapter itself says (vocabulary, flows, fields, options) is safe on one line."""
    adapter = specimen.adapter
    vocabulary = adapter.vocabulary
    words = [str(getattr(vocabulary, name)) for name in type(vocabulary).__dataclass_fields__]
    for option in adapter.options:
        words += [option.name, option.help, option.default]
    for flow in adapter.login_flows():
        words += [flow.title, flow.summary]
        for field in flow.fields:
            words += [field.label, field.placeholder, field.help]
    for word in words:
        require(printable_line(word) == word, f"the words {word!r} cannot be shown as they are")

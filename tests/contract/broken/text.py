"""Adapters that each break one rule of text."""

from dataclasses import replace

from tests.contract.broken.case import breaks, breaks_rows, with_post
from tuisocial.model.entry import Entry
from tuisocial.model.ids import PostId
from tuisocial.model.post import PostView
from tuisocial.model.richtext import Facet, RichText
from tuisocial.sdk.testing.memory import MemoryAdapter, MemorySession


@breaks_rows("text.no_markup_is_left", "holds '<p>'")
def html_as_it_came(row: Entry) -> Entry:
    return with_post(row, text=RichText(f"<p>{row.view.post.text}</p>"))


@breaks_rows("text.no_markup_is_left", "the content_warning")
def entities_in_warnings(row: Entry) -> Entry:
    return with_post(row, content_warning="salt &amp; pepper")


@breaks("text.posts_read_as_written", "was written")
class Shortening(MemorySession):
    async def post(self, post: PostId) -> PostView:
        view = await super().post(post)
        return replace(view, post=replace(view.post, text=RichText(view.post.text.text[:10])))


@breaks_rows("text.facets_mark_what_they_name", "marks")
def offsets_in_utf16(row: Entry) -> Entry:
    text = row.view.post.text

    def units(offset: int) -> int:
        return len(text.text[:offset].encode("utf-16-le")) // 2

    facets: list[Facet] = [
        replace(facet, start=units(facet.start), end=min(units(facet.end), len(text.text)))
        for facet in text.facets
    ]
    return with_post(row, text=RichText(text.text, tuple(facets)))


@breaks_rows("text.every_string_can_be_written", "lone surrogate")
def half_a_character(row: Entry) -> Entry:
    return with_post(row, author=replace(row.view.post.author, name="half \ud83d"))


@breaks_rows("text.addresses_are_whole", "the post address")
def relative_addresses(row: Entry) -> Entry:
    return with_post(row, url="/posts/1")


@breaks("text.its_own_words_are_printable", "cannot be shown")
class Colourful(MemoryAdapter):
    def __init__(self) -> None:
        super().__init__()
        self.vocabulary = replace(self.vocabulary, like="\x1b[31mlike\x1b[0m")

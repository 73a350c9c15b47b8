"""Text put together piece by piece has facets exactly over the pieces that were marked."""

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import hostile_text, rich_texts
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.richtext import CustomEmoji, Hashtag, Link, Mention, PostReference, RichText
from tuisocial.sdk.text import RichTextBuilder, clip, scalar

ADA = AccountId("web", "ada")
POST = PostId("web", "1")


@given(hostile_text)
def test_a_scalar_can_be_written_and_is_as_long(text: str) -> None:
    cleaned = scalar(text)
    assert cleaned.encode().decode() == cleaned
    assert len(cleaned) == len(text)
    assert scalar(cleaned) == cleaned


def test_facets_lie_over_their_own_text() -> None:
    builder = RichTextBuilder()
    builder.text("👩🏽‍🚀 hi ")
    builder.mention("@ada", ADA, "https://a.example/ada")
    builder.text(" ")
    builder.hashtag("#Größe", "größe")
    builder.text(" ")
    builder.emoji("cat", "https://a.example/cat.png")
    builder.text(" ")
    builder.link("a.example/…", "https://a.example/long")
    builder.text(" ")
    builder.reference("this post", POST)
    text = builder.build()
    assert [(type(f), text.text[f.start : f.end]) for f in text.facets] == [
        (Mention, "@ada"),
        (Hashtag, "#Größe"),
        (CustomEmoji, ":cat:"),
        (Link, "a.example/…"),
        (PostReference, "this post"),
    ]


pieces = st.lists(
    st.tuples(
        st.sampled_from(["text", "mention", "link", "hashtag", "emoji", "post"]), hostile_text
    ),
    max_size=8,
)


@given(pieces, st.booleans())
def test_any_pieces_make_a_text_and_each_facet_keeps_its_piece(
    parts: list[tuple[str, str]], strip: bool
) -> None:
    builder = RichTextBuilder()
    for kind, piece in parts:
        match kind:
            case "text":
                builder.text(piece)
            case "mention":
                builder.mention(piece, ADA)
            case "link":
                builder.link(piece, piece)
            case "hashtag":
                builder.hashtag(piece, piece)
            case "emoji":
                builder.emoji(piece, piece)
            case "post":
                builder.reference(piece, POST)
    whole = "".join(f":{piece}:" if kind == "emoji" else piece for kind, piece in parts)
    assert len(builder) == len(whole)
    text = builder.build(strip=strip)
    assert text.text == (scalar(whole).strip() if strip else scalar(whole))
    for facet in text.facets:
        span = text.text[facet.start : facet.end]
        match facet:
            case Hashtag():
                assert span.strip() == facet.tag.strip()
            case CustomEmoji():
                assert span == f":{facet.shortcode}:"
            case Link():
                assert span.strip() == facet.url.strip()


def test_stripping_moves_facets_and_drops_those_of_white_space() -> None:
    builder = RichTextBuilder()
    builder.link("  ", "https://a.example/")
    builder.text("\n ")
    builder.hashtag("#a", "a")
    builder.text(" \n")
    assert builder.build() == RichText("#a", (Hashtag(0, 2, "a"),))


@given(rich_texts(), st.data())
def test_what_is_clipped_marks_the_same_characters(text: RichText, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text.text)))
    end = data.draw(st.integers(start, len(text.text)))
    part = RichText(text.text[start:end], clip(text.facets, start, end))

    def marked(rich: RichText, offset: int) -> list[tuple[int, str]]:
        return [
            (offset + at, type(facet).__name__)
            for facet in rich.facets
            for at in range(facet.start, facet.end)
        ]

    assert marked(part, start) == [(at, what) for at, what in marked(text, 0) if start <= at < end]

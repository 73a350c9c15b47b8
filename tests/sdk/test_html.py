"""HTML to rich text: what a browser would show as words, and nothing that could harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.richtext import CustomEmoji, Hashtag, Link, Mention, PostReference, RichText
from tuisocial.sdk.html import Anchor, Tag, rich_text

EMOJI = {"cat": "https://e.example/cat.png", "a-b": "https://e.example/a-b.png"}


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("  two \n\t words  ", "two words"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p>one<br></p><p>two</p>", "one\n\ntwo"),
        ("a<br><br><br><br><br><br>b", "a\n\n\nb"),
        ("<p> a <b> b </b> c </p>", "a b c"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<p>never closed<p>either", "never closed\n\neither"),
        ("<b><i>crossed</b> tags</i>", "crossed tags"),
        ("<h1>Title</h1>text", "Title\n\ntext"),
        ("above<hr>below", "above\n———\nbelow"),
        ("<ul><li>a</li><li>b</li></ul>c", "• a\n• b\n\nc"),
        ("<ol start='9'><li>a<li>b</ol>", "9. a\n10. b"),
        ("<ol start='-1'><li>a</ol>", "1. a"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "• a\n  • b\n• c"),
        ("<ul><li>a<br>b</li></ul>", "• a\n  b"),
        ("<ul><li><p>a</p></li></ul>", "• a"),
        ("<ul><li></li><li>b</li></ul>", "• b"),
        ("<li>alone", "• alone"),
        ("<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n>\n> b\n\nc"),
        (
            "<blockquote>a<blockquote>b</blockquote></blockquote>",
            "> a\n>\n> > b",
        ),
        ("<p>run <code>ls -l</code> now</p>", "run `ls -l` now"),
        ("<pre><code>if x:\n    y\n</code></pre>z", "if x:\n    y\n\nz"),
        ("<pre>a\n\nb</pre>", "a\n\nb"),
        ("<blockquote><pre>a\nb</pre></blockquote>", "> a\n> b"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"),
        ("<q>said</q>", "“said”"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("a<script>alert(1)</script><style>p{}</style><title>t</title>b", "ab"),
        ("a<!-- comment --><?php echo 1 ?>b", "ab"),
        ("<iframe src='https://x.example'>framed</iframe><template>t</template>b", "b"),
        ("&lt;b&gt; &amp;amp; &eacute; &#x1F600; &nosuch;", "<b> &amp; é 😀 &nosuch;"),
        ("a\0b<p>\0</p>", "ab"),
        ("a < b > c", "a < b > c"),
        ("<img alt='a cat'> <img src='https://x.example/1.png'>", "a cat"),
        ("<frameset><frame></frameset>", ""),
        ("<textarea>a<b>c", "a<b>c"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("<p>lone \udfff in a tag</p>", "lone \ufffd in a tag"),
    ],
)
def test_words_are_laid_out_as_a_browser_would(html: str, text: str) -> None:
    assert rich_text(html) == RichText(text)


def test_a_link_shows_its_visible_part_and_holds_the_whole_address() -> None:
    html = (
        '<p>at <a href="https://example.com/a/very/long/path"><span class="invisible">https://'
        '</span><span class="ellipsis">example.com/a/very</span><span class="invisible">'
        "/long/path</span></a></p>"
    )

    assert rich_text(html) == RichText(
        "at example.com/a/very…", (Link(3, 22, "https://example.com/a/very/long/path"),)
    )


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "/relative",
        "//host.example/x",
        "https://",
        "https://[",
        "https://a b.example/",
        "",
        "https://x.example/" + "a" * 10_000,
    ],
)
def test_an_address_that_is_no_web_page_is_plain_words(href: str) -> None:
    assert rich_text(f'<a href="{href}">words</a>') == RichText("words")


def test_white_space_around_a_link_stays_outside_of_it() -> None:
    found = rich_text('a<a href="https://x.example"> <b>b</b> </a>c')

    assert found == RichText("a b c", (Link(2, 3, "https://x.example"),))


def test_a_link_within_a_link_belongs_to_the_outer_one() -> None:
    found = rich_text('<svg><a href="https://x.example">a<svg><a href="https://y.example">b')

    assert {facet.url for facet in found.facets if isinstance(facet, Link)} <= {
        "https://x.example",
        "https://y.example",
    }
    assert found.text == "ab"


def test_an_empty_link_leaves_no_facet() -> None:
    assert rich_text('a <a href="https://x.example">  </a> b') == RichText("a b")


def test_emoji_are_found_in_words_and_as_pictures_but_not_within_links() -> None:
    found = rich_text(
        ':cat: :no:a-b: <img alt=":dog:" src="https://e.example/dog.png">'
        '<a href="https://x.example">:cat:</a>',
        emoji=EMOJI,
    )

    assert found == RichText(
        ":cat: :no:a-b: :dog::cat:",
        (
            CustomEmoji(0, 5, "cat", "https://e.example/cat.png"),
            CustomEmoji(9, 14, "a-b", "https://e.example/a-b.png"),
            CustomEmoji(15, 20, "dog", "https://e.example/dog.png"),
            Link(20, 25, "https://x.example"),
        ),
    )


def test_the_caller_decides_what_an_anchor_means() -> None:
    meanings = {
        "@ada": AccountId("n", "ada"),
        "#tag": Tag("tag"),
        "this": PostId("n", "1"),
        "link": None,
        "#bare": Tag("bare"),
    }
    seen: list[Anchor] = []

    def mark(anchor: Anchor) -> AccountId | PostId | Tag | None:
        seen.append(anchor)
        return meanings[anchor.text]

    found = rich_text(
        '<a href="https://x.example/1" class="u-url mention">@<span>ada</span></a> '
        '<a href="https://x.example/2">#tag</a> <a href="https://x.example/3">this</a> '
        '<a href="https://x.example/4">link</a> <a href="/5">#bare</a>',
        mark=mark,
    )

    assert [type(facet) for facet in found.facets] == [
        Mention,
        Hashtag,
        PostReference,
        Link,
        Hashtag,
    ]
    assert [found.text[facet.start : facet.end] for facet in found.facets] == list(meanings)
    assert seen[0] == Anchor("https://x.example/1", "@ada", frozenset({"u-url", "mention"}))
    assert seen[-1].href == ""


def test_elements_of_an_unwanted_class_are_left_out() -> None:
    html = "said<span class='x quote-inline'><br><br>RE: <a href='https://q.example'>q</a></span>"

    assert rich_text(html, without=frozenset({"quote-inline"})) == RichText("said")


MILLION = 1_000_000


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * (MILLION // 5) + "words",
        "<ul><li>" * 2_499 + "words",
        "<blockquote>" * 4_999 + "words",
        "<b><p>" * 2_499 + "words",
        "<a href=https://x.example>" * 4_999 + "words",
        "<table><tr><td>" * 1_600 + "words",
        "<a " + " ".join(f"x{i}" for i in range(MILLION // 8)) + ">words",
        "<a x='>' " + " ".join(f"x{i}" for i in range(MILLION // 8)) + ">words",
        "<" * MILLION + " words",
        "<!" * (MILLION // 2) + "-->words",
        "&lt;" * (MILLION // 4) + "words",
        "<pre>" + "\n" * MILLION + "words",
        ":a" * (MILLION // 2) + " words",
        "<script>" * (MILLION // 8) + "</script>words",
        "<p>" * (MILLION // 3) + "words",
    ],
    ids=lambda bomb: bomb[:12],
)
def test_a_bomb_is_read_to_its_end(bomb: str) -> None:
    """Without the bounds, some of these take minutes or exhaust the stack."""
    assert rich_text(bomb, emoji=EMOJI).text.rstrip("`").endswith("words") or "<!" in bomb


def test_quotes_deeper_than_anyone_reads_do_not_outgrow_the_text() -> None:
    found = rich_text("<blockquote>" * 2_000 + "<p>x</p>" * 1_000)

    assert len(found.text) < 1_000 * 40


def test_what_is_too_large_to_parse_keeps_its_words() -> None:
    html = "<p>one <b>two</b></p><script>no</script> &amp; three" + "<i>" * 5_000

    assert rich_text(html) == RichText("one two & three")


_PIECES = st.sampled_from(
    [
        "<p>", "</p>", "<br>", "<a href='https://x.example/'>", "<a href='x:y'>", "</a>",
        "<span class='invisible'>", "<span class=ellipsis>", "</span>", "<ul>", "<ol>", "<li>",
        "</li>", "</ul>", "</ol>", "<pre>", "</pre>", "<code>", "</code>", "<blockquote>",
        "</blockquote>", "<img alt=':cat:' src='https://x.example/'>", "<rt>", "<q>", "<table>",
        "<td>", "<svg>", "<math>", "<script>", "</script>", "<!--", "-->", ":cat:", "&amp;", "&#0;",
        "&#xD800;", "\n", " ", "\u00a0", "\u2028", "\x0b", "\x85", "\ufeff", "'", '"', "<", ">",
    ]
)  # fmt: skip


@given(
    st.lists(st.one_of(_PIECES, st.text(st.characters(exclude_categories=()), max_size=8))),
    st.booleans(),
)
def test_any_text_gives_a_valid_rich_text(pieces: list[str], marked: bool) -> None:
    """`RichText` itself refuses offsets that are wrong and text that is not scalar."""

    def mark(anchor: Anchor) -> Tag | None:
        return Tag(anchor.text) if "x" in anchor.text else None

    found = rich_text("".join(pieces), emoji=EMOJI, mark=mark if marked else None)

    assert found.text == found.text.strip()
    assert "\0" not in found.text
    for facet in found.facets:
        covered = found.text[facet.start : facet.end]
        assert covered.strip() == covered
        if isinstance(facet, CustomEmoji):
            assert covered == f":{facet.shortcode}:"


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="<&:\0")))
def test_plain_text_keeps_every_word(text: str) -> None:
    assert "".join(rich_text(f"<p>{text}</p>").text.split()) == "".join(text.split())

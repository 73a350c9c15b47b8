"""Hypothesis strategies: every type of the model, and the text that nobody sends in good faith."""

from datetime import UTC

from hypothesis import strategies as st

from tuisocial.model.account import Account, ProfileField
from tuisocial.model.entry import Entry, FollowedTag, Pinned, Reposted
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.media import Media, MediaKind
from tuisocial.model.poll import Poll, PollOption
from tuisocial.model.post import (
    UNKNOWN_MARK,
    Action,
    Card,
    Counts,
    Off,
    On,
    Post,
    PostKind,
    PostView,
    Quote,
    Reaction,
    ReplyTo,
    Viewer,
    Visibility,
)
from tuisocial.model.richtext import (
    CustomEmoji,
    Facet,
    Hashtag,
    Link,
    Mention,
    PostReference,
    RichText,
)
from tuisocial.model.thread import Missing, MissingReason, Thread

HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]52;c;aGVsbG8=\x07",
    "\x9b2J",
    "\x90q\x9c",
    "\x07\x08\x7f",
    "\r\n\t\x0b\x0c\x85\u2028\u2029",
    "\u202emoc.elpmaxe\u202c",
    "\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    "[@click=app.quit]pay[/]",
    "[/nope]",
    "\u200b" * 40,
    "\u200d" * 40,
    "\ufe0f" * 40,
    "a" + "\u0301" * 40,
    "e" + "\u0301\u200d" * 40,
    "\u1112" + "\u1161" * 40,
    "\ufeff\u00ad\u034f\u3164",
    "\U000e0041\U000e0042\U000e007f",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "👩\u200d👩\u200d👧",
    "日本語",
    "مرحبا",
    "",
)

hostile_text = st.lists(
    st.one_of(
        st.sampled_from(HOSTILE),
        st.text(st.characters(), max_size=8),
        st.text(
            st.characters(categories=["Cc", "Cf", "Cs", "Co", "Mn", "Me", "Zl", "Zp"]), max_size=8
        ),
    ),
    max_size=5,
).map("".join)
"""Any text at all, lone surrogates included."""


def _scalar(text: str) -> str:
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


text = hostile_text.map(_scalar)
"""Any text that the model may hold: hostile, and without lone surrogates."""

word = text.filter(bool)
time = st.datetimes(timezones=st.just(UTC))
count = st.integers(0, 2**53)
flag = st.none() | st.booleans()
network = st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True)

post_ids = st.builds(PostId, network, word)
account_ids = st.builds(AccountId, network, word)
login_ids = st.builds(LoginId, st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}", fullmatch=True))


@st.composite
def rich_texts(draw: st.DrawFn) -> RichText:
    """A text with facets of every type at spans that do not overlap."""
    content = draw(text)
    edges = sorted(draw(st.sets(st.integers(0, len(content)), max_size=8)))
    facets = [draw(_facet(start, end)) for start, end in zip(edges[::2], edges[1::2], strict=False)]
    return RichText(content, tuple(facets))


def _facet(start: int, end: int) -> st.SearchStrategy[Facet]:
    span = st.just(start), st.just(end)
    return st.one_of(
        st.builds(Mention, *span, account_ids, st.none() | text),
        st.builds(Link, *span, text),
        st.builds(Hashtag, *span, text),
        st.builds(CustomEmoji, *span, text, text),
        st.builds(PostReference, *span, post_ids),
    )


accounts = st.builds(
    Account,
    id=account_ids,
    handle=text,
    name=text,
    fetched=st.booleans(),
    handle_verified=flag,
    url=st.none() | text,
    bio=rich_texts(),
    avatar_url=st.none() | text,
    fields=st.lists(st.builds(ProfileField, text, rich_texts(), st.none() | time), max_size=2).map(
        tuple
    ),
    followers=st.none() | count,
    following=st.none() | count,
    posts=st.none() | count,
    created_at=st.none() | time,
    bot=flag,
    locked=flag,
    same_as=st.lists(account_ids, max_size=2).map(tuple),
)
media = st.builds(
    Media,
    st.sampled_from(MediaKind),
    text,
    preview_url=st.none() | text,
    alt=st.none() | text,
    mime_type=st.none() | text,
    width=st.none() | count,
    height=st.none() | count,
    duration=st.none() | st.floats(0, 1e9),
    size=st.none() | count,
    blurhash=st.none() | text,
)
polls = st.builds(
    Poll,
    text,
    st.lists(st.builds(PollOption, text, st.none() | count, flag), max_size=3).map(tuple),
    multiple=flag,
    closes_at=st.none() | time,
    closed=flag,
    votes=st.none() | count,
    voters=st.none() | count,
    voted=flag,
)
counts = st.builds(
    Counts,
    st.none() | count,
    st.none() | count,
    st.none() | count,
    st.none() | count,
    st.lists(st.builds(Reaction, text, count, st.none() | text), max_size=2).map(tuple),
)
quotes = st.builds(
    Quote,
    st.none() | post_ids,
    st.none() | accounts,
    st.none() | rich_texts(),
    st.none() | text,
    st.none() | text,
)
posts = st.builds(
    Post,
    id=post_ids,
    author=accounts,
    text=rich_texts(),
    created_at=time,
    kind=st.sampled_from(PostKind),
    title=st.none() | text,
    edited_at=st.none() | time,
    content_warning=st.none() | text,
    sensitive=flag,
    visibility=st.sampled_from(Visibility),
    language=st.none() | text,
    reply_to=st.none() | st.builds(ReplyTo, st.none() | post_ids, st.none() | account_ids, text),
    quote=st.none() | quotes,
    media=st.lists(media, max_size=2).map(tuple),
    poll=st.none() | polls,
    card=st.none() | st.builds(Card, text, text, text, text, st.none() | text),
    tags=st.lists(text, max_size=2).map(tuple),
    mentions=st.lists(account_ids, max_size=2).map(tuple),
    counts=counts,
    url=st.none() | text,
    same_as=st.lists(post_ids, max_size=2).map(tuple),
)
marks = st.one_of(st.builds(On, text), st.just(Off()), st.just(UNKNOWN_MARK))
viewers = st.builds(Viewer, marks, marks, marks, st.frozensets(st.sampled_from(Action), max_size=4))
views = st.builds(PostView, login_ids, posts, text, viewers)
entries = st.builds(
    Entry,
    views,
    time,
    word,
    st.one_of(
        st.none(),
        st.builds(Reposted, accounts),
        st.builds(FollowedTag, text),
        st.just(Pinned()),
    ),
)
threads = st.builds(
    Thread,
    post_ids,
    st.lists(views, max_size=2).map(tuple),
    st.lists(st.builds(Missing, post_ids, st.sampled_from(MissingReason)), max_size=2).map(tuple),
    complete=flag,
)

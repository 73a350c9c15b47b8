"""Two days of posts by a cast, put together from `phrases` and `voices` around a scripted scene.

Neutral between networks: who says what, when, in reply to whom. `mastodon_seed` and `nostr_seed`
write it in their networks' own terms. The same moment and cast give the same story.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from tuisocial.demo.cast import ADA, Person
from tuisocial.demo.phrases import ENDINGS, ENGLISH, LINKS, REPLIES
from tuisocial.demo.pictures import EMOJI, Picture
from tuisocial.demo.voices import VOICES, Voice

SPAN = timedelta(hours=48)
POSTS_PER_PERSON = 122
_LATEST = timedelta(seconds=40)  # how long before `now` the newest post was


@dataclass(frozen=True, slots=True)
class Poll:
    """A question's answers, how many chose each, and when it closes, counted from `now`."""

    options: tuple[str, ...]
    votes: tuple[int, ...]
    closes: timedelta
    multiple: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Post:
    """One post. In `text`, `@ada` is a person, `#word` a tag and `:engine:` a custom emoji.

    `copy_of` is the same post on the other network; `before_edit` what it said at first; `title`
    makes it an article; `withdrawn` posts are deleted by their author.
    """

    author: Person
    at: datetime
    text: str = ""
    language: str | None = "en"
    reply_to: "Post | None" = None
    repost_of: "Post | None" = None
    quote_of: "Post | None" = None
    copy_of: "Post | None" = None
    warning: str = ""
    pictures: tuple[Picture, ...] = ()
    poll: Poll | None = None
    visibility: str = "public"
    before_edit: str | None = None
    title: str | None = None
    withdrawn: bool = False


def everyday(people: Sequence[Person], scene: Sequence[Post], now: datetime) -> list[Post]:
    """The scene, filled up with everyday posts until each of `people` has said enough.

    Oldest first; all of it within the two days before `now`. Reposts are not counted.
    """
    rng = Random("an ordinary couple of days")
    said = [post.author for post in scene if post.repost_of is None]
    authors = [person for person in people for _ in range(POSTS_PER_PERSON - said.count(person))]
    rng.shuffle(authors)
    moments = _moments(len(authors), now, rng)
    words = {
        person.name: _Words(
            VOICES[person.name], [post.text for post in scene if post.author is person], rng
        )
        for person in people
    }
    posts: list[Post] = []
    coming = sorted(scene, key=lambda post: post.at)
    for author, at in zip(authors, moments, strict=True):
        while coming and coming[0].at <= at:
            posts.append(coming.pop(0))
        posts.append(_one(author, at, words[author.name], posts, rng))
        if rng.random() < 0.07:
            booster = rng.choice(people)
            liked = [
                post
                for post in posts[-40:]
                if post.author is not booster
                and post.repost_of is None
                and post.visibility == "public"
                and not post.withdrawn
            ]
            if liked:
                posts.append(Post(author=booster, at=at, repost_of=rng.choice(liked)))
    posts.extend(coming)
    return posts


def copies(posts: Sequence[Post], now: datetime) -> list[Post]:
    """What Ada says on the other network too: her own public posts, some seconds later."""
    rng = Random("a bridge")
    return [
        Post(
            author=ADA,
            at=min(post.at + timedelta(seconds=rng.randint(2, 25)), now - timedelta(seconds=1)),
            text=post.text,
            language=post.language,
            warning=post.warning,
            pictures=post.pictures,
            copy_of=post,
        )
        for post in posts
        if post.author is ADA
        and post.visibility == "public"
        and post.poll is None
        and (post.reply_to, post.repost_of, post.quote_of) == (None, None, None)
    ]


def _moments(count: int, now: datetime, rng: Random) -> list[datetime]:
    """When the posts were made, in whole milliseconds; here and there two in the same second."""
    whole = int((SPAN - _LATEST).total_seconds() * 1000)
    ages = sorted((rng.randrange(whole) for _ in range(count)), reverse=True)
    ages[0], ages[-1] = whole, 0
    moments = [now - _LATEST - timedelta(milliseconds=age) for age in ages]
    for index in range(40, count, 40):
        moments[index] = moments[index - 1]
    return moments


class _Words:
    """One person's stock of sentences, none of which is used twice or was `said` before."""

    def __init__(self, voice: Voice, said: Sequence[str], rng: Random) -> None:
        before = tuple(said)

        def new(sentence: str) -> bool:
            return not any(text.startswith(sentence) for text in before)

        self._rng = rng
        self._voice = voice
        self._sentences: list[tuple[str, str | None]] = []
        self._remarks = [remark for remark in voice.remarks if new(remark)]
        self._language: str | None = voice.language
        own: list[tuple[str, str | None]] = [
            (_fill(pattern, subject), voice.language)
            for pattern in voice.patterns
            for subject in voice.own
        ]
        english: list[tuple[str, str | None]] = [
            (_fill(pattern, subject), "en") for pattern in ENGLISH for subject in voice.subjects
        ]
        rng.shuffle(own)
        rng.shuffle(english)
        # A person who writes another language uses it for about one post in three.
        stock = own[:45] + english[:80] if own else english
        self._sentences = [one for one in stock if new(one[0])]
        rng.shuffle(self._sentences)

    def post(self) -> tuple[str, str | None]:
        """A text and its language."""
        if self._remarks and self._rng.random() < 0.1:
            text, language = self._remarks.pop(), self._language
        else:
            text, language = self._sentences.pop()
            if language == "en" and self._rng.random() < 0.3:
                text = f"{text} {self._rng.choice(ENDINGS)}"
        chance = self._rng.random()
        if chance < 0.3:
            text += f" #{self._rng.choice(self._voice.tags)}"
        elif chance < 0.38:
            text += f" {self._rng.choice(LINKS)[0]}"
        elif chance < 0.44:
            text += f" :{self._rng.choice(sorted(EMOJI))}:"
        return text, language

    def reply(self) -> tuple[str, str | None]:
        """A text that answers anything, and its language."""
        if self._voice.replies is not REPLIES and self._rng.random() < 0.4:
            return self._rng.choice(self._voice.replies), self._voice.language
        text = self._rng.choice(REPLIES)
        if self._rng.random() < 0.6:
            text = f"{text} {self._rng.choice(ENDINGS)}"
        return text, "en"


def _one(author: Person, at: datetime, words: _Words, before: list[Post], rng: Random) -> Post:
    """One everyday post: something new, or a reply to something recent."""
    if rng.random() < 0.3:
        recent = [
            post
            for post in before[-30:]
            if post.repost_of is None
            and post.author is not author
            and post.visibility == "public"
            and not post.withdrawn
            and post.title is None
        ]
        if recent:
            text, language = words.reply()
            return Post(
                author=author, at=at, text=text, language=language, reply_to=rng.choice(recent)
            )
    text, language = words.post()
    return Post(author=author, at=at, text=text, language=language)


def _fill(pattern: str, subject: str) -> str:
    return pattern.format(s=subject, S=subject[0].upper() + subject[1:])

"""The scripted posts of the demo: one of each thing that a client has to show well.

Each network has its own list. Control characters differ: nostr-relay cannot verify an event that
holds one whose JSON escape has a letter in it (ESC is `\\u001b` to most and `\\u001B` to it). So
ESC is in the Mastodon post only, and C1 controls, BEL and bidi overrides are in both.
"""

from datetime import datetime, timedelta
from typing import Any

from tuisocial.demo.cast import ON_MASTODON, ON_NOSTR, READER, Person
from tuisocial.demo.phrases import ENGLISH
from tuisocial.demo.pictures import Picture
from tuisocial.demo.story import Poll, Post

HOSTILE = (
    "My terminal's log, pasted as it came. \a Bell. C1 colour: \x9b31mred?\x9b0m and a C1 title: "
    "\x9d0;owned\x9c. An override: \u202egnp.exe\u202c. Isolates: \u2066left alone\u2069. "
    "Zero width: a"
    + "\u200b\u200d\u2060"
    * 12
    + "b. Markup: [@click=app.quit]pay[/] [bold]bold[/nope] "
    "[link=file:///etc/passwd]x[/]. HTML: <script>alert(1)</script> &amp;lt;b&amp;gt;. "
    "Deep: t\u0336\u0337\u0338e\u0334\u0335x\u0336\u0337t."
)
ESCAPES = (
    "\x1b]0;title\x07 \x1b[31mred\x1b[0m \x1b[2J \x1b]52;c;aGVsbG8=\x07 "
    "\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\ \x1bP+q\x1b\\ "
)
EMOJI_ONLY = (
    "👩🏽‍🚀👨‍👩‍👧‍👦🏳️‍🌈🇵🇹👍🏿 "
    "one family, one astronaut, one flag of each sort, one thumb. 🤷🏻‍♀️❤️‍🔥🧑🏾‍🤝‍🧑🏻"
)
CJK = (
    "今日は長い散歩をして、図書館で古い算術の本を読んだ。全角の幅が合っているか確かめてください:"
    "「一二三」ＡＢＣ。한국어도 한 줄 적어 둡니다. 中文也寫一行。"
)
ARABIC = (
    "مرحبًا بالجميع! هذا نص من اليمين إلى اليسار، وفيه رقم 2026 وكلمة English في وسطه، "
    "ثم يعود إلى العربية."
)


class _Scene:
    """Collects posts; a time is given in hours before the end of the story."""

    def __init__(self, people: tuple[Person, ...], now: datetime) -> None:
        self._people = {person.name: person for person in (*people, READER)}
        self._now = now
        self.posts: list[Post] = []

    def say(self, name: str, hours: float, text: str = "", **more: Any) -> Post:
        """Adds a post by `name`, made `hours` ago."""
        at = self._now - timedelta(seconds=round(hours * 3600))
        self.posts.append(Post(author=self._people[name], at=at, text=text, **more))
        return self.posts[-1]


def on_mastodon(now: datetime) -> list[Post]:
    """The scripted posts of the Mastodon-API server."""
    scene = _Scene(ON_MASTODON, now)
    say = scene.say

    notes = say(
        "ada",
        30,
        "Note G is done: the table shows every operation by which the Engine would compute the "
        "eighth number of Bernoulli, without having been worked out by human head and hands first."
        "\n\nOne table, twenty-five lines, two loops. #engine :engine:\n\n"
        "https://example.org/engine/notes/g",
    )
    last = notes
    for name, hours, text in (
        ("alan", 29.7, "Line 4: is that a division the right way up?"),
        ("ada", 29.5, "It is upside down. The first bug in the first program; I am honoured."),
        ("grace", 29.3, "I have tweezers."),
        ("edsger", 29.0, "A proof would have caught it. A short one."),
        ("katherine", 28.8, "I computed it by hand. Line 4 is the only one that is wrong."),
        ("ada", 28.5, "Corrected in the second printing. Thank you all, this is how it is done."),
        ("hedy", 28.2, "Seven replies deep and everyone is still polite. Frame this thread."),
    ):
        last = say(name, hours, text, reply_to=last)
    say("seki", 29.1, "表の組み方が美しい。", reply_to=notes, language="ja")
    say("grace", 27, repost_of=notes)
    say("alan", 26.5, repost_of=notes)
    say("reader", 26, "Reading all of this in a terminal. It suits me.")
    say(
        "edsger", 25, "On tables, and what a loop promises. I agree with all of it.", quote_of=notes
    )

    say(
        "grace",
        11,
        "For the new machine room: which clock?",
        poll=Poll(
            ("Runs forwards", "Runs backwards", "No clock, only nanoseconds", "Ask the moth"),
            (1, 4, 2, 1),
            timedelta(days=1),
        ),
    )
    say(
        "alan",
        40,
        "Morning run: which way?",
        poll=Poll(("Canal", "Hill", "Both"), (3, 1, 3), timedelta(hours=-16), multiple=True),
    )

    say(
        "katherine",
        3,
        "The picture from last night, with the orbit drawn in by hand. #orbits",
        pictures=(
            Picture("orbit", "A blue planet on a black sky, with one white ellipse around it"),
        ),
    )
    say(
        "ada",
        6,
        "Two samples from the loom, and the morning on which I saw them. :engine:",
        pictures=(
            Picture("loom", "Woven cloth in two shades of purple with rows of pink flowers"),
            Picture("sunrise", "A yellow sun half above a dark green sea"),
        ),
    )
    say("hedy", 9, "No words, just the noise floor.", pictures=(Picture("waves", None),))
    say(
        "alan",
        7.5,
        "In the end the tape is finite and the machine stops. I am sorry that you had to learn it "
        "here.",
        warning="Spoilers for On Computable Numbers",
    )
    say(
        "grace",
        15,
        "One specimen, taped into the log book, wings spread. It is the actual bug.",
        warning="insect, close up",
        pictures=(Picture("sunrise", "Not a moth after all: a sunrise, to calm you down"),),
    )
    say(
        "ada", 13, "A short one with a warning, so that both copies have it.", warning="mathematics"
    )

    say("seki", 5, CJK, language="ja")
    say("khwarizmi", 4, ARABIC, language="ar")
    say("hedy", 2, EMOJI_ONLY)
    say("alan", 1.5, ESCAPES + HOSTILE)
    say("katherine", 19, _long("The whole flight, minute by minute, for those who asked."))
    say(
        "edsger",
        21,
        "The semaphore is the simplest thing that can possibly work, and it works.",
        before_edit="The semaphore is the simplest thing that can posibly work, and it worsk.",
    )
    say(
        "hedy",
        17,
        "@ada @seki @khwarizmi three calendars, one Tuesday. Shall we compare? "
        "https://example.net/hopping #calendars #和算 #جبر",
    )
    say("edsger", 23, "Quietly, for those who look for it.", visibility="unlisted")
    say("grace", 14, "For followers: tea at four, bring your own nanosecond.", visibility="private")
    say("ada", 12, "@reader welcome! Press ? for the keys.", visibility="direct")
    say("alan", 0.6, "@reader what do you think, can it be read in a terminal?")
    say(
        "ada", 0.2, "Good evening from the Engine. Everything here is on your own machine. :engine:"
    )
    return scene.posts


def on_nostr(now: datetime) -> list[Post]:
    """The scripted posts of the relay, without the copies of Ada's."""
    scene = _Scene(ON_NOSTR, now)
    say = scene.say

    question = say(
        "olga",
        33,
        "Serious question: how many relays does a person need? I have three and a spare. #relays",
    )
    last = question
    for name, hours, text in (
        ("rufus", 32.8, "Two write, two read, one for luck. I have a chart."),
        ("pixel", 32.5, "One warm one."),
        ("beth", 32.2, "Count the ones that you can spell over the telephone."),
        ("olga", 32.0, "That leaves one. It is called wss colon slash slash cabbage."),
        ("mika", 31.7, "キャベツなら覚えられます。"),
        ("rufus", 31.5, "Round-trip time to cabbage: 4 ms. From the shed."),
        ("ada", 31.2, "I should like to see the drawing of the shed."),
    ):
        last = say(name, hours, text, reply_to=last)
    say("noor", 32.1, "ثلاثة تكفي، والرابع للضيوف.", reply_to=question, language="ar")
    say("rufus", 30, repost_of=question)
    say("pixel", 29, repost_of=question)
    say("beth", 28, "The thread about the cabbage, for the record.", quote_of=question)
    say("reader", 24, "A key, a relay, a terminal. Good morning.")

    article = say(
        "olga",
        20,
        "# Three relays and a vegetable garden\n\nA relay is a small thing. It keeps what it is "
        "given and hands it out again.\n\n## What it needs\n\n* a disk that you trust\n* a name\n"
        "* somebody who looks in *now and then*\n\n## What it does not need\n\nA committee. "
        "See [the outbox model](https://example.org/outbox) for the rest.\n",
        title="Three relays and a vegetable garden",
        pictures=(Picture("waves", "Green hills in front of a pale sky"),),
    )
    say("beth", 19, repost_of=article)
    say(
        "mika",
        10,
        "朝の川。:zap: #写真",
        language="ja",
        pictures=(Picture("sunrise", "川の上にのぼる黄色い朝日"),),
    )
    say(
        "pixel",
        8,
        "The red dot lives in the router. I have said too much.",
        warning="conspiracy",
    )
    say(
        "beth",
        9,
        "Two proofs from the press, before and after coffee.",
        pictures=(
            Picture("loom", "A printed pattern in two purples"),
            Picture("waves", None),
        ),
        warning="unfinished work",
    )
    say("olga", 7, "The ostrich has landed. :ostrich: :zap: :notanemoji:")
    say("mika", 5.5, CJK, language="ja")
    say("noor", 4.5, ARABIC, language="ar")
    say("pixel", 2.5, EMOJI_ONLY)
    say("rufus", 1.2, HOSTILE)
    say("beth", 18, _long("The type case, drawer by drawer."))
    say("rufus", 16, "Wrong numbers in this one, will delete.", withdrawn=True)
    say("noor", 6, "@olga @mika يوم جميل للقراءة. https://example.org/library/moths-in-relays-1947")
    say("rufus", 0.8, "@reader your relay answers in 1 ms. I would not move house.")
    say(
        "olga",
        0.3,
        "Evening watering done. Everything you see here is on your own machine. :ostrich:",
    )
    return scene.posts


def _long(title: str) -> str:
    """A very long post: sixty numbered lines, about five thousand characters."""
    lines = [
        pattern.format(s=subject, S=subject.capitalize())
        for subject in ("the first half", "the second half")
        for pattern in ENGLISH
    ]
    numbered = "\n".join(f"{number:02}. {line}" for number, line in enumerate(lines, 1))
    opening = "Nobody has to read to the end, but a client should let you."
    return f"{title}\n\n{opening}\n\n{numbered}\n\nEnd."

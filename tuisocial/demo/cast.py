"""The people of the demo: who they are on each network. What they say is in `voices`.

Historical figures and made-up names only. Domains end in `.example`, which is nobody's, or are
this machine's own.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who posts; `colour` is red, green, blue of the generated picture."""

    name: str
    display: str
    about: str
    colour: tuple[int, int, int]
    domain: str | None = None

    @property
    def acct(self) -> str:
        """The name as a Mastodon server writes it: with a domain only if it is another's."""
        return self.name if self.domain is None else f"{self.name}@{self.domain}"


ADA = Person(
    "ada",
    "Ada Lovelace :engine:",
    "Analyst and metaphysician. Notes on the Engine, on flying, on music made by numbers.",
    (126, 87, 194),
)

# The reader's own account on Mastodon; on Nostr it is a fresh key in each demo.
READER = Person(
    "reader", "Demo Reader", "This is you, for as long as the demo runs.", (96, 125, 139)
)

ON_MASTODON = (
    ADA,
    Person(
        "alan",
        "Alan Turing",
        "Machines, morphogenesis, long runs. Can machines think? Ask me after lunch.",
        (38, 120, 178),
    ),
    Person(
        "grace",
        "Grace Hopper",
        "Compilers and nanoseconds. I keep a moth in my notebook.",
        (0, 121, 107),
    ),
    Person(
        "katherine",
        "Katherine Johnson",
        "I check the computer's numbers. Trajectories, windows, the way home.",
        (198, 40, 40),
    ),
    Person(
        "edsger",
        "Edsger W. Dijkstra",
        "Fountain pen, short proofs, shorter programs. EWD by post.",
        (93, 64, 55),
    ),
    Person(
        "hedy",
        "Hedy Lamarr",
        "Frequency hopping by night, tinkering at all hours.",
        (194, 24, 91),
        "spectrum.example",
    ),
    Person(
        "seki",
        "関 孝和",
        "和算家。算木と行列式と、ときどき月の話。",
        (69, 90, 100),
        "wasan.example",
    ),
    Person(
        "khwarizmi",
        "محمد بن موسى الخوارزمي",
        "حساب وجبر وخرائط، من بيت الحكمة.",
        (230, 120, 0),
        "hikma.example",
    ),
)

ON_NOSTR = (
    ADA,
    Person(
        "olga",
        "Olga the Ostrich",
        "Head up, not in the sand. I run three relays and a vegetable garden.",
        (123, 31, 162),
    ),
    Person(
        "pixel",
        "Pixel 🐈‍⬛",
        "A cat with a key pair. Opinions on boxes, sunbeams and censorship resistance.",
        (33, 33, 33),
    ),
    Person(
        "rufus",
        "Rufus of the Relays",
        "I measure things: latency, uptime, bread.",
        (216, 67, 21),
    ),
    Person(
        "mika",
        "ミカ",
        "鍵は自分で持つ。写真と自転車と味噌汁。",
        (0, 137, 123),
    ),
    Person(
        "noor",
        "نور",
        "قارئة وخطّاطة، ومفاتيحي في جيبي.",
        (251, 140, 0),
    ),
    Person(
        "beth",
        "Beth Thirty-Two",
        "Checksums catch more than typing mistakes. Letterpress on weekends.",
        (30, 136, 229),
    ),
)

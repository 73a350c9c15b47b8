"""What each of the demo's people talks about, and in which language.

Subjects fill the gaps of the sentences in `phrases`, remarks are said as they are. There is enough
of both that 120 posts by one person do not repeat.
"""

from dataclasses import dataclass

from tuisocial.demo.phrases import (
    ARABIC,
    ENGLISH,
    JAPANESE,
    REPLIES,
    REPLIES_ARABIC,
    REPLIES_JAPANESE,
)


@dataclass(frozen=True, slots=True)
class Voice:
    """How one person talks; `own` are subjects in the language of `patterns`, if not English."""

    subjects: tuple[str, ...]
    remarks: tuple[str, ...]
    tags: tuple[str, ...]
    language: str = "en"
    patterns: tuple[str, ...] = ENGLISH
    own: tuple[str, ...] = ()
    replies: tuple[str, ...] = REPLIES


VOICES = {
    "ada": Voice(
        subjects=(
            "the store and the mill",
            "Bernoulli numbers",
            "a loom that weaves algebra",
            "Mr Babbage's latest drawing",
            "the order of operations",
            "flying, mechanically considered",
            "music composed by rule",
            "imaginary numbers and their uses",
            "a card that refers to another card",
            "the calculus of the nervous system",
            "translation from the French",
        ),
        remarks=(
            (
                "The Engine has no pretensions to originate anything. It can do whatever we "
                "know how to order it to perform, and on most mornings so can I."
            ),
            (
                "We may say most aptly that it weaves algebraical patterns just as the "
                "Jacquard loom weaves flowers and leaves."
            ),
            "A loop is a promise to come back. Keep it finite.",
            "The more I study, the more insatiable do I feel my genius for it to be. Also, lunch.",
            "Variables are best named at the beginning of the day.",
            "I have wings on paper. Steam later.",
        ),
        tags=("engine", "mathematics", "poetical_science"),
    ),
    "alan": Voice(
        subjects=(
            "a tape that is long enough",
            "the halting of things",
            "stripes on a zebra",
            "daisies and Fibonacci",
            "chess played by a machine of paper",
            "the imitation game",
            "a bicycle chain with one weak link",
            "running to meetings instead of taking the train",
            "the Entscheidungsproblem",
            "rotor order",
            "apples, of all things",
        ),
        remarks=(
            (
                "We can only see a short distance ahead, but we can see plenty there that "
                "needs to be done."
            ),
            "Tied my mug to the radiator. It is still there. A good security measure.",
            "Ran to the conference. Arrived first, and warmest.",
            "A machine took me by surprise again. This happens with great frequency.",
            "The bicycle chain comes off every fourteen turns. I count, and pedal backwards once.",
        ),
        tags=("computability", "running", "morphogenesis"),
    ),
    "grace": Voice(
        subjects=(
            "nanoseconds, cut to length",
            "a compiler that nobody believed in",
            "the moth",
            "clocks that run backwards",
            "words instead of octal",
            "documentation",
            "asking for forgiveness",
            "the Mark II at three in the morning",
            "a subroutine library on paper",
            "debugging with tweezers",
            "ships in port",
        ),
        remarks=(
            "The most damaging phrase in the language is: we have always done it this way.",
            (
                "Handed out nanoseconds to the admirals. They wanted microseconds; those do "
                "not fit in the room."
            ),
            "A ship in port is safe, but that is not what ships are built for.",
            "Nobody believed that I had a running compiler. I had a running compiler.",
            "One accurate measurement is worth a thousand opinions. I brought a tape measure.",
        ),
        tags=("compilers", "navy", "debugging"),
    ),
    "katherine": Voice(
        subjects=(
            "a re-entry corridor",
            "the launch window",
            "azimuth at burnout",
            "a star chart for the trip home",
            "numbers that a machine gave me",
            "the far side",
            "elliptic orbits",
            "sixteen decimal places",
            "parallax",
            "a slide rule with a view",
            "tide tables",
        ),
        remarks=(
            (
                "Girls are capable of doing everything men are capable of doing. Sometimes "
                "they have more imagination."
            ),
            "Counted the steps to church again. Still the same number; still worth counting.",
            "If the computer and I agree to the eighth decimal, you may fly.",
            "Like what you do, and then you will do your best.",
            (
                "Asked to be in the meeting. Was told that women do not go. Asked if there is "
                "a law. Am in the meeting."
            ),
        ),
        tags=("orbits", "spaceflight", "mathematics"),
    ),
    "edsger": Voice(
        subjects=(
            "the weakest precondition",
            "a shortest path, found over coffee",
            "structured programming",
            "the semaphore at the railway crossing",
            "numbering from zero",
            "a proof that fits on a postcard",
            "my fountain pen",
            "the humble programmer",
            "self-stabilisation",
            "five philosophers and one dinner",
            "the goto, considered",
        ),
        remarks=(
            "Simplicity is prerequisite for reliability.",
            "Testing shows the presence of bugs, never their absence. So does breakfast.",
            "Wrote this one with the good ink.",
            (
                "The question of whether machines can think is about as relevant as whether "
                "submarines can swim."
            ),
            (
                "Elegance is not a dispensable luxury but a quality that decides between "
                "success and failure."
            ),
        ),
        tags=("algorithms", "EWD", "fountainpens"),
    ),
    "hedy": Voice(
        subjects=(
            "piano rolls",
            "eighty-eight frequencies",
            "a traffic light with manners",
            "tablets that make cola",
            "wings shaped like fish and birds",
            "a trailer full of tools",
            "radio silence",
            "the patent office",
            "synchronised clocks",
            "the second act",
            "noise",
        ),
        remarks=(
            "All creative people want to do the unexpected.",
            "Hope and curiosity about the future seemed better than guarantees.",
            "Between takes I redesigned the light switch. Between switches, the take.",
            "If you hop often enough, nobody can stand on your toes.",
            "The brains of people are more interesting than the looks, I think.",
        ),
        tags=("radio", "inventions", "film"),
    ),
    "seki": Voice(
        subjects=("determinants", "magic squares", "the area of a circle", "eclipses", "sangaku"),
        remarks=(
            "円周率、もう一桁進んだ。",
            "月がきれいなので、今夜は計算を休む。",
            "算額を奉納した。神様は解いてくださるだろうか。",
            "行列式という名はまだないが、計算はもうできる。",
        ),
        tags=("和算", "算額", "月"),
        language="ja",
        patterns=JAPANESE,
        own=(
            "円周率",
            "方陣",
            "算木",
            "暦の計算",
            "連立方程式",
            "月の満ち欠け",
            "算額",
            "筆の手入れ",
            "招差法",
            "そろばん",
        ),
        replies=REPLIES_JAPANESE,
    ),
    "khwarizmi": Voice(
        subjects=("completion and balancing", "the Indian numerals", "a map of the seas"),
        remarks=(
            "كل عدد مركّب من وحدات، وكل يوم مركّب من أكواب شاي.",
            "الجبر أن تنقل ما ينقص، والمقابلة أن تسقط ما يتكرر.",
            "رسمت البحر اليوم، وبقي البحر أكبر من الورقة.",
            "الصفر ليس لا شيء: إنه مكان محجوز.",
        ),
        tags=("جبر", "خرائط", "فلك"),
        language="ar",
        patterns=ARABIC,
        own=(
            "الجبر والمقابلة",
            "الأرقام الهندية",
            "جداول الفلك",
            "خريطة البحار",
            "المعادلات من الدرجة الثانية",
            "الأسطرلاب",
            "قسمة المواريث",
            "حساب اليد",
            "الساعة الشمسية",
            "تصحيح المخطوطات",
        ),
        replies=REPLIES_ARABIC,
    ),
    "olga": Voice(
        subjects=(
            "three relays and a cabbage",
            "running a relay from the shed",
            "backups",
            "tomatoes under glass",
            "a subscription that never ends",
            "compost",
            "the outbox model",
            "a solar panel that remembers",
            "spam and slugs",
            "the neighbour's goat",
            "write amplification",
        ),
        remarks=(
            "An ostrich does not bury her head. She turns her eggs. So do I, with disks.",
            "The relay in the shed has been up for 400 days. The shed has not.",
            "Gave away eleven courgettes and one relay invitation.",
            "Be your own operator. Also be your own gardener.",
            "Sixty kilometres an hour, and still late for the stand-up.",
        ),
        tags=("relays", "gardening", "selfhosting"),
    ),
    "pixel": Voice(
        subjects=(
            "the sunbeam on the keyboard",
            "a box, slightly too small",
            "warm routers",
            "three in the morning",
            "the red dot and its key management",
            "birds, behind glass",
            "the sound of a tin",
            "curtains as infrastructure",
            "unattended lasagne",
            "sitting on the paper that you need",
            "the vacuum cleaner, a hostile actor",
        ),
        remarks=(
            "Not your keys, not your cushion.",
            "If it fits, I commit.",
            "I have pushed a mug off the table to test durability. The mug was not durable.",
            "zzzzzzzzzz (that was the space bar)",
            "Nine lives, one key pair. Back it up.",
        ),
        tags=("catstr", "boxes", "naps"),
    ),
    "rufus": Voice(
        subjects=(
            "round-trip times",
            "the ninety-ninth percentile",
            "sourdough",
            "uptime, honestly counted",
            "a histogram of my mornings",
            "clock drift",
            "rye flour",
            "back-off with jitter",
            "a crust that sings",
            "packet loss in the kitchen",
            "the median loaf",
        ),
        remarks=(
            "An average is a way to be wrong about everyone at once.",
            "Measured the oven. It lies by eleven degrees, consistently; so it is calibrated.",
            "Reconnect with jitter. In life, too.",
            "The loaf timed out at 42 minutes. Retried with steam.",
            "p50 of my breakfast is good. We do not talk about p99.",
        ),
        tags=("metrics", "bread", "relays"),
    ),
    "mika": Voice(
        subjects=("film grain", "a morning ride", "miso soup", "the last train"),
        remarks=(
            "鍵は自転車と同じ。なくす前に予備を作る。",
            "フィルムを一本、使い切った。",
            "味噌汁がうまくできた朝は、だいたいうまくいく。",
            "終電を逃したので、写真を撮りながら歩いて帰る。",
        ),
        tags=("写真", "自転車", "味噌汁"),
        language="ja",
        patterns=JAPANESE,
        own=(
            "白黒写真",
            "朝の自転車",
            "味噌汁の出汁",
            "古いレンズ",
            "川沿いの道",
            "鍵の管理",
            "現像",
            "坂道",
            "終電のホーム",
            "夕焼け",
        ),
        replies=REPLIES_JAPANESE,
    ),
    "noor": Voice(
        subjects=("reed pens", "the colour of ink", "a library at closing time"),
        remarks=(
            "الخط الجميل يبدأ بنفس هادئ.",
            "مفتاحي في جيبي، وكتابي في يدي.",
            "أعرت كتابًا فعاد ومعه صديق.",
            "جرّبت حبرًا جديدًا، والورق رحّب به.",
        ),
        tags=("خط", "كتب", "حبر"),
        language="ar",
        patterns=ARABIC,
        own=(
            "قصبة الكتابة",
            "خط الثلث",
            "لون الحبر",
            "المكتبة القديمة",
            "تجليد الكتب",
            "الزخرفة",
            "رسائل الأصدقاء",
            "القراءة قبل النوم",
            "الورق المصقول",
            "فهارس الكتب",
        ),
        replies=REPLIES_ARABIC,
    ),
    "beth": Voice(
        subjects=(
            "checksums",
            "human-readable parts",
            "letterpress",
            "a tray of lower-case letters",
            "error correction",
            "the alphabet without b, i, o and 1",
            "kerning",
            "reading keys aloud over the telephone",
            "ink that will not dry",
            "polynomials over GF(32)",
            "paper backups",
        ),
        remarks=(
            "If you can misread it, someone will. Choose your alphabet accordingly.",
            "Set a whole page upside down today. The press did not mind.",
            "Six characters of checksum have saved more friendships than diplomacy.",
            "Printed my recovery words on cotton paper. Will not say where it is.",
            "Mind your p's and q's: literally, they are next to each other in the tray.",
        ),
        tags=("bech32", "letterpress", "typography"),
    ),
}

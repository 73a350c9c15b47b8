"""Sentences that anybody in the demo may say; what each talks about is in `voices`.

A gap, {s} or at the start of a sentence {S}, takes one of the speaker's subjects.
"""

ENGLISH = (
    "Spent the morning with {s}, and I have one good line to show for it.",
    "{S}, again. I keep finding a smaller version of the problem inside it.",
    "Somebody asked me to explain {s} in one sentence. I needed three, and a drawing.",
    "My notes on {s} are in order at last. Corrections welcome, praise tolerated.",
    "I was wrong about {s} last week. It is better than I said.",
    "Tried to explain {s} to my neighbour, and ended up explaining it to myself.",
    "If you read one thing today, let it be something about {s}.",
    "Two hours of {s}, then a walk. The walk solved it.",
    "{S} looks easy until the second page.",
    "A question for those who know: what do you do about {s} when nobody is watching?",
    "A small victory: {s}, finished, checked, filed.",
    "Today's plan was letters. Today's fact was {s}.",
    "There is a quiet pleasure in {s} that nobody tells you about.",
    "I keep a page in my notebook only for {s}. It is nearly full.",
    "Half of the work on {s} is deciding what to leave out.",
    "{S}: first make it plain, then make it quick, then leave it alone.",
    "Dreamt of {s}. Woke up with the answer to a different question.",
    "Rain all day. So: {s}, and tea.",
    "My advice on {s} has not changed in years. Start with the smallest case.",
    "Someone should write the history of {s}. Not me, I am busy with it.",
    "Found an old letter about {s}. The handwriting was mine, the confidence was not.",
    "Before breakfast, {s}. After breakfast, the consequences.",
    "I would trade a week of meetings for one good hour with {s}.",
    "Reading about {s} on the train. Missed my stop, no regrets.",
    "Teaching {s} this afternoon. The best question came from the back row.",
    "{S} and a pot of coffee. Do not wait up.",
    "The drawer labelled “{s}” no longer closes.",
    "You can tell a lot about people by how they speak of {s}.",
    "Three drafts on {s}, each shorter than the one before. I think that is progress.",
    "A visitor wanted to see {s}. We are friends now.",
)

JAPANESE = (
    "朝から{s}のことを考えている。",
    "{s}について、短い覚え書きを書いた。",
    "今日は{s}がうまくいった。小さな喜び。",
    "{s}は、二度目に見るといつも違う。",
    "雨の日は{s}にかぎる。お茶もある。",
    "誰か{s}にくわしい人はいませんか。",
    "{s}をやり直した。三度目でようやく納得。",
    "散歩のあいだに{s}の答えが出た。",
    "弟子に{s}を聞かれて、図を三枚描いた。",
    "夜ふけの{s}。静かでよい。",
    "{s}は急がないほうが早い。",
    "古い手帳に{s}の話が残っていた。",
)

ARABIC = (
    "قضيت الصباح مع {s}، وخرجت بسطر واحد جيد.",
    "كتبت اليوم صفحة عن {s}.",
    "سألني أحدهم عن {s}، فأجبته برسم.",
    "كلما عدت إلى {s} وجدت فيه شيئًا جديدًا.",
    "في {s} متعة هادئة لا يذكرها أحد.",
    "مطر طوال اليوم، فلنعد إلى {s} مع الشاي.",
    "أخطأت في {s} أمس، وصححت الخطأ اليوم.",
    "من يعرف كتابًا جيدًا عن {s}؟",
    "ابدأ في {s} بأصغر مثال.",
    "ساعتان مع {s} ثم نزهة، والنزهة هي التي حلّت المسألة.",
    "نصيحتي في {s} لم تتغير: تمهّل.",
    "امتلأت الصفحة التي خصصتها لـ {s}.",
)

ENDINGS = (
    "More tomorrow.",
    "Will report.",
    "The kettle helped.",
    "I have witnesses.",
    "No, I will not put it in a table.",
    "Ask me again on Thursday.",
    "It fits on one card.",
    "The proof is short; the margin was shorter.",
    "Nobody was harmed.",
    "Yes, by hand.",
    "I am told this is a hobby.",
    "Next time with a ruler.",
    "Good night from the desk.",
    "You had to be there.",
    "Open for better ideas.",
    "The cat disagrees.",
)

REPLIES = (
    "That is the clearest account of it I have read.",
    "I tried this last year and gave up one step too early, it seems.",
    "Are you sure about the second half?",
    "Saving this.",
    "My grandmother said the same about bread.",
    "Counterexample on its way, give me until supper.",
    "You are both right, which is the annoying part.",
    "I laughed, then I checked, then I stopped laughing.",
    "This deserves a longer letter.",
    "Exactly so.",
    "Now I have to do mine again.",
    "How long did it take you?",
    "I would read the book.",
    "It took me a drawing to see it, but yes.",
    "Please never stop posting these.",
    "We should try it the other way round as well.",
    "Mine came out different by one. I blame the wine.",
    "Noted, with thanks.",
    "The back row sends its regards.",
    "There is an older name for this, and it is worse.",
    "I have the same drawer.",
    "Would it survive a larger case?",
    "Come by, the coffee is on.",
    "Not convinced, but charmed.",
)

REPLIES_JAPANESE = (
    "なるほど、図があると助かります。",
    "私も同じところで迷いました。",
    "続きを楽しみにしています。",
    "それは気づきませんでした。",
    "よい話。",
    "今度ぜひ見せてください。",
)

REPLIES_ARABIC = (
    "أحسنت، هذا أوضح ما قرأت.",
    "وقفت عند الموضع نفسه.",
    "ننتظر البقية.",
    "فكرة جميلة، سأجربها.",
    "هل جربت المثال الأكبر؟",
    "شكرًا على الرسم.",
)

# Address, title, description. On Mastodon a link gets a card; nothing fetches these pages.
LINKS = (
    (
        "https://example.org/engine/notes/g",
        "Note G, with the table set out in full",
        "Every operation of the Engine for the eighth number of Bernoulli, line by line.",
    ),
    (
        "https://example.org/library/moths-in-relays-1947",
        "A moth in relay 70: the log book page",
        "The page, the tape, the moth. With a short history of the word.",
    ),
    (
        "https://example.com/orbits/go-no-go?mission=friendship-7",
        "Checking the numbers by hand",
        "How the return trajectory was recomputed on a desk calculator in a day and a half.",
    ),
    (
        "https://example.net/hopping",
        "Eighty-eight frequencies",
        "A piano roll as a radio key: the idea, the patent, the long wait.",
    ),
    (
        "https://example.org/a-rather-long-path/that-goes-on/until-the-terminal-runs-out/of-room",
        "On wrapping long addresses",
        "What to show of a link when there is little room, and what to leave out.",
    ),
)

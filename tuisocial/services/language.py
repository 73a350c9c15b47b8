"""In which language a text is written, as far as its letters and its smallest words tell.

A guess is offered to a person, who can change it; a short text or a mixed one gets none. The
words themselves are `services.function_words`, read when the first text is judged.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from functools import lru_cache

from tuisocial.services.breaking import ADDRESS

_LEAST_LETTERS = 12
_LETTERS_IN_A_SIGN = 3
"""What a sign counts for in scripts in which it is a syllable or a word."""
_MAIN_SHARE = 0.75
_KANA_SHARE = 0.1

_NOBODY: frozenset[str] = frozenset()

_LEAST_WORDS = 2
_LEAST_SHARE = 0.15
_LEAD = 1.4

_LATIN, _CYRILLIC, _ARABIC, _DEVANAGARI = "Latin", "Cyrillic", "Arabic", "Devanagari"
_HAN, _KANA = "Han", "Kana"

# Blocks by their first and last character; a script that only one language uses has its code.
_BLOCKS = (
    (0x41, 0x24F, _LATIN),
    (0x1E00, 0x1EFF, _LATIN),
    (0x370, 0x3FF, "el"),
    (0x1F00, 0x1FFF, "el"),
    (0x400, 0x52F, _CYRILLIC),
    (0x531, 0x58F, "hy"),
    (0x5D0, 0x5EA, "he"),
    (0x620, 0x6FF, _ARABIC),
    (0x750, 0x77F, _ARABIC),
    (0x900, 0x97F, _DEVANAGARI),
    (0x980, 0x9FF, "bn"),
    (0xA00, 0xA7F, "pa"),
    (0xA80, 0xAFF, "gu"),
    (0xB00, 0xB7F, "or"),
    (0xB80, 0xBFF, "ta"),
    (0xC00, 0xC7F, "te"),
    (0xC80, 0xCFF, "kn"),
    (0xD00, 0xD7F, "ml"),
    (0xD80, 0xDFF, "si"),
    (0xE00, 0xE7F, "th"),
    (0xE80, 0xEFF, "lo"),
    (0xF00, 0xFFF, "bo"),
    (0x1000, 0x109F, "my"),
    (0x10D0, 0x10FF, "ka"),
    (0x1780, 0x17FF, "km"),
    (0x3041, 0x30FF, _KANA),
    (0x3400, 0x9FFF, _HAN),
    (0xAC00, 0xD7A3, "ko"),
    (0x20000, 0x3FFFF, _HAN),
)
_SIGNS = (_HAN, "ko")
# Vowel signs are no letters to `\w`.
_LETTER = r"[^\W\d_\u00aa\u00ba][\u0300-\u036f\u064b-\u0652\u0900-\u0903\u093a-\u094f]*"
_WORD = re.compile(rf"(?:{_LETTER})+(?:['’ʼ·](?:{_LETTER})+)*")


def guess(text: str) -> str | None:
    """The ISO 639-1 code of a text's language; None where it is not clear."""
    # What is found by its sign is no word of the language: links, names, hashtags.
    text = unicodedata.normalize("NFC", ADDRESS.sub(" ", text)).casefold()
    scripts = Counter(script for char in text if char.isalpha() and (script := _script(char)))
    han, kana = scripts[_HAN], scripts.pop(_KANA, 0)
    scripts[_HAN] += kana
    for script in _SIGNS:
        scripts[script] *= _LETTERS_IN_A_SIGN
    (main, count), total = scripts.most_common(1)[0], scripts.total()
    if count < max(_LEAST_LETTERS, total * _MAIN_SHARE):
        return None
    if main == _HAN:
        return "zh" if not kana else "ja" if kana > (han + kana) * _KANA_SHARE else None
    if len(main) == 2:
        return main
    return _by_words([word.replace("’", "'") for word in _WORD.findall(text)])


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    code = ord(char)
    return next((script for first, last, script in _BLOCKS if first <= code <= last), "")


def _by_words(words: list[str]) -> str | None:
    """The language most of whose own small words and letters occur, if it leads clearly."""
    owners, letters = _tables()
    weights: defaultdict[str, float] = defaultdict(float)
    hits: Counter[str] = Counter()
    distinct: dict[str, set[str]] = {}
    for word in words:
        languages = owners.get(word, ())
        for language in languages:
            weights[language] += 1 / len(languages)
            hits[language] += 1
            distinct.setdefault(language, set()).add(word)
    for word in words:
        own = [letters.get(char, _NOBODY) for char in word if char in letters or _foreign(char)]
        for language in list(weights) if own else ():
            writes = all(language in each for each in own)
            weights[language] += 0.5 / min(map(len, own)) if writes else -0.5
    if not weights:
        return None
    (most, first), *others = sorted(((each, name) for name, each in weights.items()), reverse=True)
    enough = len(distinct[first]) >= _LEAST_WORDS and hits[first] >= len(words) * _LEAST_SHARE
    leads = not others or most >= others[0][0] * _LEAD
    return first if enough and leads and most >= 1 else None


def _foreign(char: str) -> bool:
    """Whether it is a Latin letter of none of the languages, if it is in none of their tables."""
    return "\x7f" < char < "\u02b0" and char.isalpha()


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, tuple[str, ...]], dict[str, frozenset[str]]]:
    """The languages that have each word, and those that have each letter."""
    from tuisocial.services.function_words import LETTERS, WORDS

    owners: dict[str, tuple[str, ...]] = {}
    for language, words in WORDS.items():
        for word in set(words.split()):
            owners[word] = (*owners.get(word, ()), language)
    letters: dict[str, frozenset[str]] = {}
    for language, own in LETTERS.items():
        for char in own:
            letters[char] = letters.get(char, frozenset()) | {language}
    return owners, letters

"""Guessing languages: right for a post of a sentence or two, silent when there is too little."""

import subprocess
import sys
import tomllib

import pytest
from hypothesis import given

from tests.architecture.source import ROOT
from tests.strategies import text
from tuisocial.services.function_words import LETTERS, WORDS
from tuisocial.services.language import guess

POSTS: dict[str, str] = tomllib.loads((ROOT / "tests/data/languages.toml").read_text("utf-8"))

AROUND = (
    "https://looms.example/the/way/it/was @ada@looms.example #TheLoom",
    ":and_the_loom: #AlsoThis looms.example/those/that/were",
)
LITTLE = (
    *("", " \n", "ok", "lol", "Haha!", "OK, super", "no", "东", "🎉🎉🎉", "12345 67890"),
    *("https://looms.example/the", "#the @and", "Ada Lovelace, Charles Babbage"),
    "Tokyo, Berlin, Paris, Roma, Madrid",
)


@pytest.mark.parametrize("language", POSTS)
def test_a_post_of_a_sentence_is_recognised(language: str) -> None:
    assert guess(POSTS[language]) == language


@pytest.mark.parametrize("language", POSTS)
def test_links_names_and_hashtags_do_not_mislead(language: str) -> None:
    assert guess(POSTS[language].join(AROUND)) == language


@pytest.mark.parametrize("words", LITTLE)
def test_what_says_little_is_not_guessed(words: str) -> None:
    assert guess(words) is None


def test_two_languages_in_one_text_are_not_guessed() -> None:
    assert guess(f"{POSTS['ru']} {POSTS['en']}") is None
    assert guess(f"{POSTS['ja']} {POSTS['ko']}") is None


@given(text)
def test_any_text_at_all_is_judged(content: str) -> None:
    found = guess(content)
    assert found is None or (len(found) == 2 and found.isascii() and found.islower())


def test_every_language_with_words_has_letters_and_a_post() -> None:
    assert WORDS.keys() == LETTERS.keys()
    assert WORDS.keys() <= POSTS.keys()


def test_the_words_are_read_when_a_text_is_judged_first() -> None:
    program = (
        "import sys, tuisocial.services.language as language\n"
        "words = 'tuisocial.services.function_words'\n"
        "assert words not in sys.modules\n"
        "assert language.guess('It is what it was, and that is all there is.') == 'en'\n"
        "assert words in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)

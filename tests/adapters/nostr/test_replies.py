"""What a note answers, by NIP-10 and NIP-22, doubtful cases included."""

import json

from tests.adapters.nostr.signing import Author
from tuisocial.adapters.nostr.events import read
from tuisocial.adapters.nostr.replies import Place, place

ada = Author("ada")
A, B, C = ("a" * 64, "b" * 64, "c" * 64)


def parts(*tags: list[str], content: str = "", kind: int = 1) -> tuple[str | None, str | None]:
    found: Place = place(read(json.dumps(ada.event(content, tags, kind=kind))))
    return (found.root.id if found.root else None, found.parent.id if found.parent else None)


def test_without_tags_it_begins_a_thread() -> None:
    assert parts(["p", A]) == (None, None)


def test_marked_tags_say_root_and_parent_in_any_order() -> None:
    assert parts(["e", B, "", "reply"], ["e", A, "", "root"]) == (A, B)


def test_a_root_alone_is_the_parent_too() -> None:
    assert parts(["e", A, "", "root"]) == (A, A)


def test_a_reply_marker_alone_is_the_root_too() -> None:
    assert parts(["e", A, "", "reply"]) == (A, A)


def test_beside_a_marked_tag_unmarked_ones_are_citations() -> None:
    assert parts(["e", A, "", "root"], ["e", B]) == (A, A)


def test_mentions_alone_are_no_reply() -> None:
    assert parts(["e", A, "", "mention"]) == (None, None)


def test_by_position_first_is_root_and_last_is_parent() -> None:
    assert parts(["e", A]) == (A, A)
    assert parts(["e", A], ["e", B]) == (A, B)
    assert parts(["e", A], ["e", C], ["e", B]) == (A, B)


def test_by_position_what_the_text_cites_is_left_out() -> None:
    assert parts(["e", A], ["e", B], content="see #[1]") == (A, A)
    assert parts(["e", A], content="see #[0]") == (None, None)


def test_what_a_q_tag_quotes_is_left_out() -> None:
    assert parts(["e", A], ["q", A]) == (None, None)


def test_ids_that_are_none_are_passed_over() -> None:
    assert parts(["e", "A" * 64], ["e", "zz"], ["e"], ["e", B]) == (B, B)


def test_a_comments_small_letters_name_the_parent() -> None:
    assert parts(["E", A], ["e", B], ["K", "1063"], kind=1111) == (A, B)


def test_a_comment_on_an_article_answers_its_address() -> None:
    address = f"30023:{A}:x"

    assert parts(["A", address], ["a", address], ["e", B], kind=1111) == (address, address)


def test_other_kinds_answer_nothing() -> None:
    assert parts(["e", A, "", "root"], kind=30_023) == (None, None)

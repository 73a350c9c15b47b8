"""The errors of the seam, and the tree of them in their module's docstring."""

import inspect
import re

import pytest

from tuisocial.sdk import errors
from tuisocial.sdk.errors import AdapterError, BadAnswer, RateLimited, Refused, Sent, Unreachable

CLASSES = [
    cls
    for _, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, AdapterError) and cls is not AdapterError
]


def test_the_tree_in_the_docstring_names_every_error_and_no_other() -> None:
    tree = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    assert sorted(tree) == sorted(cls.__name__ for cls in CLASSES)


@pytest.mark.parametrize("cls", CLASSES)
def test_an_error_is_one_sentence_with_a_remedy_of_its_own_or_its_kind_s(
    cls: type[AdapterError],
) -> None:
    assert cls.__bases__ == (AdapterError,)
    plain = cls("a.example did not like it")
    assert (str(plain), plain.message) == ("a.example did not like it",) * 2
    assert plain.remedy == cls.remedy
    assert cls("…", remedy="wait").remedy == "wait"
    assert cls.remedy != "wait"


def test_errors_carry_what_their_remedy_needs() -> None:
    assert Refused("no", field="token").field == "token"
    assert RateLimited("no").until is None
    assert Unreachable("no").sent is Sent.NO
    assert len(BadAnswer("no", excerpt="x" * 1000).excerpt) == 200

"""A secret is shown nowhere by accident."""

import copy
import io
import json
import logging
import pickle
import traceback
from dataclasses import dataclass

import pytest

from tuisocial.sdk.login_steps import Answers, Done
from tuisocial.sdk.secret import Secret

VALUE = "nobody-may-read-this"


@dataclass
class Holder:
    secret: Secret


@pytest.mark.parametrize(
    "shown",
    [
        lambda s: repr(s),
        lambda s: str(s),
        lambda s: f"{s} {s!r} {s:>40}",
        lambda s: "%s %r %a" % (s, s, s),  # noqa: UP031 - this is how loggers format
        lambda s: "{} {!r}".format(s, s),  # noqa: UP032 - one more way to format
        lambda s: repr([s, {s: s}, Holder(s)]),
        lambda s: repr(Done(None, "", "", secrets={"token": s})),
        lambda s: repr(Answers(secrets={"token": s})),
        lambda s: ascii(s),
        lambda s: str(dir(s)),
    ],
)
def test_no_way_of_writing_it_shows_the_value(shown: object) -> None:
    assert callable(shown)
    assert VALUE not in shown(Secret(VALUE))


def test_a_log_does_not_show_it() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    logger = logging.getLogger("tuisocial.test_secret")
    logger.addHandler(handler)
    logger.error("signing in with %s and %r", Secret(VALUE), [Secret(VALUE)])
    logger.removeHandler(handler)
    assert VALUE not in out.getvalue()
    assert "***" in out.getvalue()


def test_a_traceback_does_not_show_it() -> None:
    secret = Secret(VALUE)
    try:
        raise ValueError(secret)
    except ValueError as error:
        lines = traceback.TracebackException.from_exception(error, capture_locals=True).format()
    shown = "".join(line for line in lines)
    assert repr(secret) in shown
    assert VALUE not in shown.replace(f"VALUE = '{VALUE}'", "")


@pytest.mark.parametrize("write", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_is_neither_pickled_nor_copied(write: object) -> None:
    assert callable(write)
    with pytest.raises(TypeError, match="not to be pickled"):
        write(Secret(VALUE))


def test_it_is_not_json() -> None:
    with pytest.raises(TypeError):
        json.dumps({"token": Secret(VALUE)})


def test_it_has_no_dict_to_look_into() -> None:
    with pytest.raises(TypeError):
        vars(Secret(VALUE))


def test_the_value_is_there_for_the_one_call_that_needs_it() -> None:
    assert Secret(VALUE).reveal() == VALUE


def test_secrets_compare_by_value_and_with_nothing_else() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2

"""Errors: what goes wrong is an `AdapterError` of the right kind, in words for a person."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.printable import printable_line
from tuisocial.model.timeline import Timeline, TimelineKind
from tuisocial.sdk.adapter import Session
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotFound,
    RateLimited,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.http import Http
from tuisocial.sdk.login_steps import Answers, Ask, Done, Elsewhere, Show
from tuisocial.sdk.options import FieldKind
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing import hostile
from tuisocial.sdk.testing.context import make_sign_in
from tuisocial.sdk.testing.rule import Group, Violation, attempt, require
from tuisocial.sdk.testing.specimen import FaultKind, NotApplicable, Specimen

GROUP = Group("errors")

_TURNS = 20
_SPOKEN = 400
_UNSPOKEN = ("Traceback", "object at 0x", "Error(", "Exception(", "<class", "errno", "Errno")


def _calls(session: Session, specimen: Specimen) -> dict[str, Callable[[], Awaitable[object]]]:
    samples = specimen.samples
    return {
        "timeline": lambda: session.timeline(samples.timeline, cursor=None, limit=5),
        "post": lambda: session.post(samples.post),
        "thread": lambda: session.thread(samples.post),
        "account": lambda: session.account(samples.account),
    }


async def _answers(specimen: Specimen, kind: FaultKind) -> list[tuple[str, AdapterError | object]]:
    """What each reading method makes of a server that fails; each asks in a session of its own."""
    answers: list[tuple[str, AdapterError | object]] = []
    for name in ("timeline", "post", "thread", "account"):
        async with specimen.failing(kind) as session:
            call = _calls(session, specimen)[name]
            answers.append((name, await attempt(f"{name} from a server {kind}", call())))
    return answers


async def _all_raise(specimen: Specimen, kind: FaultKind, *expected: type[AdapterError]) -> None:
    for name, answer in await _answers(specimen, kind):
        require(
            isinstance(answer, expected),
            f"{name} from a server {kind} gave {answer!r}, "
            f"not {' or '.join(error.__name__ for error in expected)}",
        )


@GROUP.rule
async def missing_posts_are_not_found(specimen: Specimen) -> None:
    """`post` and `thread` raise NotFound for a post that is not there."""
    missing = specimen.samples.missing_post
    async with specimen.session() as session:
        for name in ("post", "thread"):
            answer = await attempt(f"{name} of a missing post", getattr(session, name)(missing))
            require(isinstance(answer, NotFound), f"{name} of a missing post gave {answer!r}")


@GROUP.rule
async def missing_accounts_are_not_found(specimen: Specimen) -> None:
    """`account` raises NotFound, or gives a stand-in that says `fetched=False`."""
    missing = specimen.samples.missing_account
    async with specimen.session() as session:
        answer = await attempt("account of nobody", session.account(missing))
    require(
        isinstance(answer, NotFound) or not getattr(answer, "fetched", True),
        f"account of nobody gave {answer!r}",
    )


@GROUP.rule
async def foreign_ids_raise_adapter_errors(specimen: Specimen) -> None:
    """An id of another network, or one that makes no sense, raises an AdapterError."""
    network = specimen.adapter.network
    async with specimen.session() as session:
        for name, uri in (("elsewhere", "1"), (network, "\x00"), (network, "x" * 5000)):
            for what in ("post", "thread", "account"):
                foreign = (AccountId if what == "account" else PostId)(name, uri)
                asked = f"{what} of {name}:{uri[:20]!r}"
                answer = await attempt(asked, getattr(session, what)(foreign))
                stand_in = getattr(answer, "fetched", None) is False
                require(isinstance(answer, AdapterError) or stand_in, f"{asked} gave {answer!r}")


@GROUP.rule
async def missing_timelines_raise_adapter_errors(specimen: Specimen) -> None:
    """A timeline that the login has not raises an AdapterError."""
    missing = Timeline(TimelineKind.LIST, "there is no such list")
    async with specimen.session() as session:
        answer = await attempt(
            "a missing timeline", session.timeline(missing, cursor=None, limit=5)
        )
    require(isinstance(answer, AdapterError), f"a missing timeline gave {answer!r}")


@GROUP.rule
async def any_text_can_be_resolved(specimen: Specimen) -> None:
    """`resolve` gives an id, None or an AdapterError for any text, however hostile."""
    async with specimen.session() as session:
        for text in hostile.TEXTS:
            await attempt(f"resolve({text[:40]!r})", session.resolve(text))


@GROUP.rule
async def any_answers_may_be_given(specimen: Specimen) -> None:
    """A login flow meets answers that make no sense with a step or an AdapterError."""
    http = Http()
    try:
        for flow in specimen.adapter.login_flows():
            for text in ("", "\x00", "https://[", "http://127.0.0.1:1/"):
                asked = [field for field in flow.fields if field.kind is not FieldKind.SECRET]
                secret = [field for field in flow.fields if field.kind is FieldKind.SECRET]
                answers = Answers(
                    {field.name: text for field in asked if field.kind is not FieldKind.URLS},
                    {field.name: (text,) for field in asked if field.kind is FieldKind.URLS},
                    {field.name: Secret("not a secret of anybody") for field in secret},
                )
                what = f"flow {flow.name!r} given {text!r}"
                step = await attempt(what, flow.start(answers, make_sign_in(http)))
                if isinstance(step, Elsewhere):
                    await step.aclose()
                require(
                    isinstance(step, AdapterError | Ask | Show | Elsewhere | Done),
                    f"{what} answered {step!r}",
                )
    finally:
        await http.aclose()


@GROUP.rule
async def unreachable_servers_are_unreachable(specimen: Specimen) -> None:
    """Where nothing accepts the connection, every call raises Unreachable; `open` does not care."""
    await _all_raise(specimen, FaultKind.UNREACHABLE, Unreachable)


@GROUP.rule
async def closed_connections_are_unreachable(specimen: Specimen) -> None:
    """Where connections close in place of an answer, every call raises Unreachable."""
    await _all_raise(specimen, FaultKind.CLOSING, Unreachable)


@GROUP.rule
async def servers_in_trouble_are_unreachable(specimen: Specimen) -> None:
    """Where the server says that it has failed, every call raises Unreachable."""
    await _all_raise(specimen, FaultKind.TROUBLE, Unreachable)


@GROUP.rule
async def garbage_is_a_bad_answer(specimen: Specimen) -> None:
    """Where answers are not of the protocol, every call raises BadAnswer or Unreachable."""
    await _all_raise(specimen, FaultKind.GARBAGE, BadAnswer, Unreachable)


@GROUP.rule
async def refused_sign_ins_are_named(specimen: Specimen) -> None:
    """Where the credentials are no longer good, every call raises SignInNeeded."""
    await _all_raise(specimen, FaultKind.SIGNED_OUT, SignInNeeded)


@GROUP.rule
async def rate_limits_are_named(specimen: Specimen) -> None:
    """Where the server asks for fewer requests, every call raises RateLimited."""
    await _all_raise(specimen, FaultKind.RATE_LIMITED, RateLimited)


@GROUP.rule
async def cancelling_cancels(specimen: Specimen) -> None:
    """A call that waits for a silent server raises CancelledError when cancelled, and at once."""
    for name in ("timeline", "post", "thread", "account"):
        async with specimen.failing(FaultKind.SILENT) as session:
            call = asyncio.ensure_future(_calls(session, specimen)[name]())
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            require(not call.done(), f"{name} did not wait for a silent server")
            call.cancel()
            await asyncio.wait({call}, timeout=specimen.patience / 4)
            require(call.done(), f"{name} went on after it was cancelled")
            if not call.cancelled():
                ended = call.exception() or call.result()
                raise Violation(f"{name}, cancelled, ended in {ended!r}")


@GROUP.rule
async def messages_are_sentences(specimen: Specimen) -> None:
    """A message is one printable sentence that names the server and no exception of a library."""
    spoken = []
    for kind in (FaultKind.UNREACHABLE, FaultKind.GARBAGE, FaultKind.SIGNED_OUT):
        try:
            spoken += [
                (f"{name} from a server {kind}", error)
                for name, error in await _answers(specimen, kind)
                if isinstance(error, AdapterError)
            ]
        except NotApplicable:
            continue
    if not spoken:
        raise NotApplicable("this specimen has no server that can be made to fail")
    for what, error in spoken:
        message = error.message
        require(message.strip(), f"{what} raised {type(error).__name__} without a message")
        require(len(message) <= _SPOKEN, f"{what} says {len(message)} characters")
        for text in (message, error.remedy):
            require(printable_line(text) == text, f"{what} says {text!r}, which is not printable")
            found = [word for word in _UNSPOKEN if word in text]
            require(not found, f"{what} says {text!r}, which is not for people ({found[:1]})")
        require(specimen.server in message, f"{what} says {message!r} without {specimen.server!r}")

"""Shape: what an adapter says of itself, before any server is asked."""

from __future__ import annotations

import inspect
import re
import unicodedata

from tuisocial.model.timeline import Timeline
from tuisocial.sdk import API_VERSION
from tuisocial.sdk.options import FieldKind
from tuisocial.sdk.testing import hostile
from tuisocial.sdk.testing.rule import Group, Violation, require
from tuisocial.sdk.testing.specimen import NotApplicable, Specimen

GROUP = Group("shape")

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,31}")
_COROUTINES = ("me", "timeline", "post", "thread", "account", "resolve", "aclose")
_PLAIN = ("limits", "timelines")


@GROUP.rule
async def api_version_is_ours(specimen: Specimen) -> None:
    """`api_version` is the version of the SDK that the adapter runs on."""
    version = specimen.adapter.api_version
    require(version == API_VERSION, f"api_version is {version!r}, the SDK's is {API_VERSION}")


@GROUP.rule
async def names_can_be_typed(specimen: Specimen) -> None:
    """`name` and `network` are lower-case letters, digits and '-', at most 32, a letter first."""
    adapter = specimen.adapter
    for what, name in (("name", adapter.name), ("network", adapter.network)):
        require(_NAME.fullmatch(name), f"{what} is {name!r}")


@GROUP.rule
async def glyph_is_one_cell(specimen: Specimen) -> None:
    """The vocabulary's glyph takes one terminal cell, and its letter is its ASCII twin."""
    glyph, letter = specimen.adapter.vocabulary.glyph, specimen.adapter.vocabulary.letter
    narrow = (
        len(glyph) == 1
        and unicodedata.east_asian_width(glyph) not in "WF"
        and unicodedata.category(glyph)[0] in "LNPS"
    )
    require(narrow, f"glyph is {glyph!r}")
    require(
        len(letter) == 1 and letter.isascii() and letter.isprintable() and letter != " ",
        f"letter is {letter!r}",
    )


@GROUP.rule
async def vocabulary_has_all_words(specimen: Specimen) -> None:
    """Every word of the vocabulary says something."""
    vocabulary = specimen.adapter.vocabulary
    for word in ("network", "post", "repost", "reposted", "like", "local", "public"):
        require(str(getattr(vocabulary, word)).strip(), f"the word for {word!r} is empty")


@GROUP.rule
async def options_are_described(specimen: Specimen) -> None:
    """Options have names of their own, that can be typed, and a line of help each."""
    options = specimen.adapter.options
    names = [option.name for option in options]
    require(len(names) == len(set(names)), f"options share a name: {names}")
    for option in options:
        require(_FIELD.fullmatch(option.name), f"an option is named {option.name!r}")
        require(option.help.strip(), f"option {option.name!r} has no help")


@GROUP.rule
async def login_flows_can_be_drawn(specimen: Specimen) -> None:
    """There is a way to sign in; flows and their fields have names of their own and labels."""
    flows = specimen.adapter.login_flows()
    require(flows, "there is no way to sign in")
    names = [flow.name for flow in flows]
    require(len(names) == len(set(names)), f"login flows share a name: {names}")
    for flow in flows:
        require(_NAME.fullmatch(flow.name), f"a login flow is named {flow.name!r}")
        require(flow.title.strip(), f"login flow {flow.name!r} has no title")
        fields = [field.name for field in flow.fields]
        require(len(fields) == len(set(fields)), f"flow {flow.name!r} repeats a field: {fields}")
        for field in flow.fields:
            require(_FIELD.fullmatch(field.name), f"{flow.name!r} has a field {field.name!r}")
            require(field.label.strip(), f"field {field.name!r} of {flow.name!r} has no label")


@GROUP.rule
async def guests_need_no_secret(specimen: Specimen) -> None:
    """A guest flow asks for no secret."""
    guests = [flow for flow in specimen.adapter.login_flows() if flow.guest]
    if not guests:
        raise NotApplicable("the adapter has no guest flow")
    for flow in guests:
        secrets = [field.name for field in flow.fields if field.kind is FieldKind.SECRET]
        require(not secrets, f"the guest flow {flow.name!r} asks for {secrets}")


@GROUP.rule
async def owns_what_is_its_own(specimen: Specimen) -> None:
    """`owns` does not deny the network's own texts and does not claim foreign ones."""
    samples, owns = specimen.samples, specimen.adapter.owns
    if not samples.owned:
        raise NotApplicable("the specimen names no text that the adapter owns")
    for text in samples.owned:
        require(owns(text) is not False, f"owns({text!r}) is False")
    for text in samples.foreign:
        require(owns(text) is not True, f"owns({text!r}) is True")


@GROUP.rule
async def owns_never_raises(specimen: Specimen) -> None:
    """`owns` answers True, False or None to any text, however hostile."""
    for text in hostile.TEXTS:
        try:
            answer = specimen.adapter.owns(text)
        except Exception as error:
            raise Violation(
                f"owns({text[:40]!r}) raised {type(error).__name__}: {error}"
            ) from error
        require(
            answer is None or isinstance(answer, bool), f"owns({text[:40]!r}) answered {answer!r}"
        )


@GROUP.rule
async def session_has_every_method(specimen: Specimen) -> None:
    """A session knows its login, and has every required method as a coroutine or plain function."""
    async with specimen.session() as session:
        require(session.login == specimen.login, "session.login is not the login it was opened for")
        for name in _COROUTINES:
            method = getattr(session, name, None)
            require(
                inspect.iscoroutinefunction(method),
                f"session.{name} is not a coroutine function",
            )
        for name in _PLAIN:
            method = getattr(session, name, None)
            require(
                callable(method) and not inspect.iscoroutinefunction(method),
                f"session.{name} is not a plain method",
            )


@GROUP.rule
async def limits_are_bounds(specimen: Specimen) -> None:
    """Each limit is unknown or a positive number."""
    async with specimen.session() as session:
        limits = session.limits()
    for name in type(limits).__dataclass_fields__:
        value = getattr(limits, name)
        # What is listed or either so or not is no number.
        if not isinstance(value, tuple | bool):
            require(value is None or value > 0, f"limits().{name} is {value!r}")


@GROUP.rule
async def timelines_can_be_named(specimen: Specimen) -> None:
    """There is a timeline; each has a name of its own that `Timeline.parse` reads back."""
    async with specimen.session() as session:
        timelines = session.timelines()
    require(timelines, "the session has no timelines")
    names = [str(timeline) for timeline in timelines]
    require(len(names) == len(set(names)), f"timelines share a name: {names}")
    for timeline, name in zip(timelines, names, strict=True):
        read = Timeline.parse(name)
        require(
            (read.kind, read.argument) == (timeline.kind, timeline.argument),
            f"{name!r} is read back as {read}",
        )

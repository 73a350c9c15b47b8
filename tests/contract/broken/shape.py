"""Adapters that each break one rule of shape."""

from collections.abc import Sequence
from dataclasses import replace

from tests.contract.broken.case import breaks
from tuisocial.model.limits import Limits
from tuisocial.model.timeline import HOME, Timeline, TimelineKind
from tuisocial.model.vocabulary import Vocabulary
from tuisocial.sdk.login_steps import LoginFlow
from tuisocial.sdk.options import Option
from tuisocial.sdk.testing.memory import MemoryAdapter, MemorySession


@breaks("shape.api_version_is_ours", "api_version is 0")
class OfAnotherTime(MemoryAdapter):
    api_version = 0


@breaks("shape.names_can_be_typed", "name is 'My Network'")
class Unspeakable(MemoryAdapter):
    def __init__(self) -> None:
        super().__init__()
        self.name = "My Network"


@breaks("shape.glyph_is_one_cell", "glyph is '🐘'")
class Wide(MemoryAdapter):
    def __init__(self) -> None:
        super().__init__()
        self.vocabulary = replace(self.vocabulary, glyph="🐘")


@breaks("shape.glyph_is_one_cell", "letter is 'é'")
class WithoutAscii(MemoryAdapter):
    def __init__(self) -> None:
        super().__init__()
        self.vocabulary = replace(self.vocabulary, letter="é")


@breaks("shape.vocabulary_has_all_words", "'repost' is empty")
class Wordless(MemoryAdapter):
    def __init__(self) -> None:
        super().__init__()
        self.vocabulary = Vocabulary("memory", "▪", "M", repost="")


@breaks("shape.options_are_described", "'server' has no help")
class Helpless(MemoryAdapter):
    options = (Option("server", ""),)


@breaks("shape.login_flows_can_be_drawn", "share a name")
class OneNameForAll(MemoryAdapter):
    def login_flows(self) -> Sequence[LoginFlow]:
        return tuple(replace(flow, name="in") for flow in super().login_flows())


@breaks("shape.login_flows_can_be_drawn", "no way to sign in")
class NoWayIn(MemoryAdapter):
    def login_flows(self) -> Sequence[LoginFlow]:
        return ()


@breaks("shape.guests_need_no_secret", "asks for ['token']")
class SuspiciousOfGuests(MemoryAdapter):
    def login_flows(self) -> Sequence[LoginFlow]:
        token, guest = super().login_flows()
        return (token, replace(guest, fields=token.fields))


@breaks("shape.owns_what_is_its_own", "is False")
class Modest(MemoryAdapter):
    def owns(self, text: str) -> bool | None:
        return False


@breaks("shape.owns_what_is_its_own", "owns('') is True")
class Greedy(MemoryAdapter):
    def owns(self, text: str) -> bool | None:
        return True


@breaks("shape.owns_never_raises", "raised UnicodeEncodeError")
class Trusting(MemoryAdapter):
    def owns(self, text: str) -> bool | None:
        text.encode()
        return super().owns(text)


@breaks("shape.session_has_every_method", "resolve is not a coroutine")
class Unresolving(MemorySession):
    resolve = None  # type: ignore[assignment]


@breaks("shape.limits_are_bounds", "text_length is 0")
class Speechless(MemorySession):
    def limits(self) -> Limits:
        return Limits(text_length=0)


@breaks("shape.timelines_can_be_named", "is read back as")
class Shouting(MemorySession):
    def timelines(self) -> Sequence[Timeline]:
        return (HOME, Timeline(TimelineKind.TAG, "Python"))


@breaks("shape.timelines_can_be_named", "has no timelines")
class Empty(MemorySession):
    def timelines(self) -> Sequence[Timeline]:
        return ()

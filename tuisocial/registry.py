"""Which adapters there are: found by entry point, each loaded only when it is first needed.

One broken adapter never stops the program: it is named with its reason, and the others go on.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from tuisocial.errors import UsageError, UserError
from tuisocial.model.ids import AccountId
from tuisocial.sdk import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.metadata import EntryPoint

    from tuisocial.sdk.adapter import Adapter

GROUP = "tuisocial.adapters"
ONLY_VARIABLE = "TUISOCIAL_ADAPTERS"
_OURS = "tuisocial"


class AdapterUnavailable(UserError):
    """An adapter that exists and cannot be used, with the reason."""


@dataclass(frozen=True, slots=True)
class AdapterInfo:
    """One adapter in a listing; `error` says why it cannot be used."""

    name: str
    package: str
    version: str
    network: str = ""
    error: str = ""


class Registry:
    """Adapters by name."""

    def __init__(
        self,
        look: Callable[[], Sequence[EntryPoint]] = tuple,
        adapters: Sequence[Adapter] = (),
        only: Sequence[str] | None = None,
    ) -> None:
        self._look = look
        self._only = only
        self._found: dict[str, EntryPoint] | None = None
        self._clashes: dict[str, str] = {}
        self._loaded: dict[str, Adapter] = {adapter.name: adapter for adapter in adapters}
        self._broken: dict[str, AdapterUnavailable] = {}

    @classmethod
    def find(cls, *, plugins: bool = True, only: Sequence[str] | None = None) -> Self:
        """A registry of what is installed, which it looks up at the first question.

        `only`, or `$TUISOCIAL_ADAPTERS` as a comma-separated list, restricts it; without
        `plugins` only the built-in ones count.
        """
        if only is None and os.environ.get(ONLY_VARIABLE):
            only = [name.strip() for name in os.environ[ONLY_VARIABLE].split(",") if name.strip()]

        def look() -> list[EntryPoint]:
            # 0.03 s with its imports, which a listing of stored posts does not need to pay.
            from importlib.metadata import entry_points

            return [
                point
                for point in entry_points(group=GROUP)
                if (only is None or point.name in only) and (plugins or _package(point) == _OURS)
            ]

        return cls(look, only=only)

    @classmethod
    def of(cls, *adapters: Adapter) -> Self:
        """A registry of ready adapters, for tests and for embedding."""
        return cls(adapters=adapters)

    @property
    def _points(self) -> dict[str, EntryPoint]:
        if self._found is None:
            self._found = {}
            for point in self._look():
                held = self._found.setdefault(point.name, point)
                if held.value != point.value:
                    self._clashes[point.name] = (
                        f"the packages {_package(held)} and {_package(point)} both bring an "
                        f"adapter named {point.name}"
                    )
        return self._found

    def missing(self) -> list[str]:
        """Names that the registry was restricted to and that nobody brings."""
        return sorted(set(self._only) - set(self._points)) if self._only else []

    def names(self) -> list[str]:
        """Every adapter's name, sorted."""
        return sorted({*self._points, *self._loaded})

    def get(self, name: str) -> Adapter:
        """The adapter called `name`, loaded now if it was not.

        Raises: UsageError for a name that nobody brings, AdapterUnavailable for one that cannot
        be used.
        """
        if name in self._loaded:
            return self._loaded[name]
        if name not in self._points:
            names = ", ".join(self.names()) or "none"
            raise UsageError(f"there is no adapter named {name}", f"in use are: {names}")
        if name in self._clashes:
            raise AdapterUnavailable(self._clashes[name], "uninstall one of them")
        if name in self._broken:
            raise self._broken[name]
        try:
            adapter = _load(self._points[name])
        except AdapterUnavailable as error:
            # An import that failed is not tried again at every question.
            self._broken[name] = error
            raise
        self._loaded[name] = adapter
        return adapter

    def listing(self) -> list[AdapterInfo]:
        """Every adapter with where it comes from, the broken ones with their reason."""
        infos = []
        for name in self.names():
            point = self._points.get(name)
            package = _package(point) if point else ""
            version = (point.dist.version if point and point.dist else "") or ""
            try:
                network, error = self.get(name).network, ""
            except UserError as problem:
                network, error = "", problem.message
            infos.append(AdapterInfo(name, package, version, network, error))
        return infos


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "?"


def _load(point: EntryPoint) -> Adapter:
    who = f"the adapter {point.name} of package {_package(point)}"
    try:
        adapter: Adapter = point.load()
        version: object = adapter.api_version
        name = adapter.name
    except (Exception, SystemExit) as error:
        raise AdapterUnavailable(
            f"{who} cannot be loaded: {type(error).__name__}: {error}",
            "update or uninstall that package, or start with --no-plugins",
        ) from error
    if version != API_VERSION:
        newer = isinstance(version, int) and version > API_VERSION
        raise AdapterUnavailable(
            f"{who} is written for version {version} of the interface, this is {API_VERSION}",
            "update tuisocial" if newer else "update that package",
        )
    if name != point.name:
        raise AdapterUnavailable(
            f"{who} calls itself {name}", "tell its author: the two names must agree"
        )
    if not _names_its_network(adapter):
        raise AdapterUnavailable(
            f"{who} does not say what its network is called", "update or uninstall that package"
        )
    return adapter


def _names_its_network(adapter: Adapter) -> bool:
    """Whether the network's name can be part of an id, and its marks can be shown."""
    try:
        AccountId.parse(f"{adapter.network}:x")
        marks: tuple[object, ...] = (adapter.vocabulary.glyph, adapter.vocabulary.letter)
    except Exception:  # noqa: BLE001
        return False
    return all(isinstance(mark, str) for mark in marks)

"""Adapters are found by name, loaded when needed, and broken ones stop nobody."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import metadata
from importlib.metadata import EntryPoint, EntryPoints
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tuisocial.errors import UsageError
from tuisocial.model.vocabulary import Vocabulary
from tuisocial.registry import GROUP, ONLY_VARIABLE, AdapterUnavailable, Registry
from tuisocial.sdk import API_VERSION
from tuisocial.sdk.testing.memory import MemoryAdapter

Install = Callable[..., None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Pretends that packages with entry points are installed; each may bring an object."""
    points: list[EntryPoint] = []
    monkeypatch.delenv(ONLY_VARIABLE, raising=False)

    def entry_points(*, group: str) -> EntryPoints:
        assert group == GROUP
        return EntryPoints(points)

    monkeypatch.setattr(metadata, "entry_points", entry_points)

    def install(
        name: str, adapter: object = None, package: str = "tuisocial", at: str = ""
    ) -> None:
        module = at or f"fake_{package.replace('-', '_')}_{name}"
        if adapter is not None:
            made = ModuleType(module)
            made.adapter = adapter  # type: ignore[attr-defined]
            monkeypatch.setitem(sys.modules, module, made)
        point = EntryPoint(name, f"{module}:adapter", GROUP)
        dist = SimpleNamespace(name=package, version="1.2")
        points.append(point._for(dist))  # type: ignore[attr-defined]

    return install


def named(name: str, **changes: Any) -> MemoryAdapter:
    adapter = MemoryAdapter(network=name)
    for key, value in changes.items():
        setattr(adapter, key, value)
    return adapter


def test_adapters_are_listed_with_where_they_come_from(install: Install) -> None:
    install("birds", named("birds"))
    install("bees", named("bees"), package="bees-for-tuisocial")
    listing = Registry.find().listing()
    assert [(i.name, i.package, i.version, i.network, i.error) for i in listing] == [
        ("bees", "bees-for-tuisocial", "1.2", "bees", ""),
        ("birds", "tuisocial", "1.2", "birds", ""),
    ]


def test_names_are_known_without_importing_anything(install: Install) -> None:
    install("birds", at="no_such_module_anywhere")
    assert Registry.find().names() == ["birds"]


def test_an_adapter_is_loaded_once(install: Install) -> None:
    install("birds", named("birds"))
    registry = Registry.find()
    assert registry.get("birds") is registry.get("birds")


def test_the_variable_restricts_which_adapters_count(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("birds", "bees", "ants"):
        install(name, named(name))
    monkeypatch.setenv(ONLY_VARIABLE, " birds ,ants,, nobody")
    assert Registry.find().names() == ["ants", "birds"]
    assert Registry.find(only=["bees"]).names() == ["bees"]
    monkeypatch.setenv(ONLY_VARIABLE, "")
    assert Registry.find().names() == ["ants", "bees", "birds"]


def test_without_plugins_only_the_built_in_ones_count(install: Install) -> None:
    install("birds", named("birds"))
    install("bees", named("bees"), package="bees-for-tuisocial")
    registry = Registry.find(plugins=False)
    assert registry.names() == ["birds"]
    with pytest.raises(UsageError, match="no adapter named bees") as caught:
        registry.get("bees")
    assert "birds" in caught.value.remedy


def test_a_plugin_that_takes_a_built_in_one_s_name_is_named_and_can_be_left_out(
    install: Install,
) -> None:
    install("birds", named("birds"))
    install("birds", named("birds"), package="cuckoo")
    install("bees", named("bees"))
    registry = Registry.find()
    with pytest.raises(AdapterUnavailable, match="tuisocial and cuckoo both bring"):
        registry.get("birds")
    assert [info.name for info in registry.listing() if info.error] == ["birds"]
    assert registry.get("bees").network == "bees"
    assert Registry.find(plugins=False).get("birds").name == "birds"


def test_the_same_adapter_installed_twice_is_no_clash(install: Install) -> None:
    install("birds", named("birds"))
    install("birds", named("birds"))
    assert Registry.find().get("birds").name == "birds"


def raising(error: BaseException) -> object:
    class Broken:
        def __getattr__(self, name: str) -> object:
            raise error

    return Broken()


@pytest.mark.parametrize(
    ("adapter", "words"),
    [
        (None, "cannot be loaded: ModuleNotFoundError"),
        (raising(ZeroDivisionError("oops")), "cannot be loaded: ZeroDivisionError: oops"),
        (raising(SystemExit(3)), "cannot be loaded: SystemExit"),
        (object(), "cannot be loaded: AttributeError"),
        (named("birds", api_version=API_VERSION + 1), "written for version"),
        (named("birds", api_version=API_VERSION - 1), "written for version"),
        (named("birds", api_version="1.0"), "written for version 1.0"),
        (named("swans"), "calls itself swans"),
        (named("birds", network="Not A Network"), "what its network is called"),
        (named("birds", network=None), "what its network is called"),
        (named("birds", vocabulary=None), "what its network is called"),
        (named("birds", vocabulary=Vocabulary("birds", None, "b")), "what its network"),  # type: ignore[arg-type]
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_adapter_is_named_with_its_reason_and_stops_nobody(
    install: Install, adapter: object, words: str
) -> None:
    install("birds", adapter, package="cuckoo")
    install("bees", named("bees"))
    registry = Registry.find()
    for _ in range(2):
        with pytest.raises(AdapterUnavailable) as caught:
            registry.get("birds")
        assert words in caught.value.message
        assert "adapter birds of package cuckoo" in caught.value.message
        assert caught.value.remedy
    assert [(i.name, bool(i.error)) for i in registry.listing()] == [
        ("bees", False),
        ("birds", True),
    ]


def test_an_import_that_failed_is_not_tried_at_every_question(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    class Point(SimpleNamespace):
        def load(self) -> object:
            tried.append(self.name)
            raise ImportError("no")

    point = Point(name="birds", value="x:y", dist=None)
    registry = Registry(lambda: [point])  # type: ignore[list-item]
    for _ in range(3):
        with pytest.raises(AdapterUnavailable):
            registry.get("birds")
    assert tried == ["birds"]


def test_an_older_interface_asks_for_an_update_of_the_right_side(install: Install) -> None:
    install("birds", named("birds", api_version=API_VERSION + 1))
    install("bees", named("bees", api_version=API_VERSION - 1))
    for name, remedy in (("birds", "update tuisocial"), ("bees", "update that package")):
        with pytest.raises(AdapterUnavailable) as caught:
            Registry.find().get(name)
        assert caught.value.remedy == remedy


def test_a_name_that_nobody_brings_is_a_mistake_in_use() -> None:
    with pytest.raises(UsageError, match="no adapter named birds") as caught:
        Registry.of().get("birds")
    assert "none" in caught.value.remedy


def test_ready_adapters_can_be_given() -> None:
    adapter = named("birds")
    registry = Registry.of(adapter)
    assert registry.get("birds") is adapter
    assert [(i.name, i.network, i.error) for i in registry.listing()] == [("birds", "birds", "")]

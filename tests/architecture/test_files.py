"""Every file is of a size that can be read, says what it is for, and hides no failure."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT, modules

MOST_LINES = 500


@pytest.mark.parametrize("folder", ["tuisocial", "tests"])
def test_no_file_is_longer_than_can_be_read_at_once(folder: str) -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [place for place, tree in modules() if not ast.get_docstring(tree)]
    assert silent == []


def test_every_test_module_says_what_it_holds() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_no_failure_of_any_kind_is_passed_over() -> None:
    found = [
        f"{place}:{node.lineno}"
        for place, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and catches_everything(node) and does_nothing(node)
    ]
    assert found == []


def catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        name is None or (isinstance(name, ast.Name) and name.id in ("Exception", "BaseException"))
        for name in caught
    )


def does_nothing(handler: ast.ExceptHandler) -> bool:
    return all(
        isinstance(step, ast.Pass | ast.Continue)
        or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
        for step in handler.body
    )


@pytest.mark.parametrize(
    ("source", "bad"),
    [
        ("try: f()\nexcept Exception: pass", True),
        ("try: f()\nexcept: ...", True),
        ("for x in y:\n try: f()\n except (OSError, BaseException): continue", True),
        ("try: f()\nexcept OSError: pass", False),
        ("try: f()\nexcept Exception: log()", False),
    ],
)
def test_the_search_tells_silence_from_handling(source: str, bad: bool) -> None:
    handlers = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.ExceptHandler)]
    assert [catches_everything(h) and does_nothing(h) for h in handlers] == [bad]


def test_the_package_ships_no_stray_files() -> None:
    kinds = {path.suffix or path.name for path in Path(PACKAGE).rglob("*") if path.is_file()}
    assert kinds <= {".py", ".pyc", ".typed", "py.typed", ".tcss", ".toml", ".json"}

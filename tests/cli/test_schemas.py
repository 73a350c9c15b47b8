"""The JSON Schemas that are shipped: every document is of its schema, and no key is undescribed."""

from __future__ import annotations

from importlib.resources import files
from json import loads
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.cli.conftest import Cli
from tests.cli.network import LONELY, ROOT

_SCHEMAS: dict[str, Any] = {
    file.name: loads(file.read_text(encoding="utf-8"))
    for file in (files("tuisocial") / "schemas").iterdir()
    if file.name.endswith(".json")
}


def _closed(schema: Any) -> Any:
    """The schema with every key forbidden that it does not describe."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(part) for key, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        closed.setdefault("additionalProperties", False)
    return closed


def _validator(name: str) -> Draft202012Validator:
    resources = [
        (each, Resource.from_contents(_closed(schema))) for each, schema in _SCHEMAS.items()
    ]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft202012Validator(
        {"$ref": name}, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
    )


_DOCUMENTS = [
    ("timeline.json", ["timeline", "--json", "--limit", "40"]),
    ("timeline.json", ["timeline", "--json", "--source", "#nothing"]),
    ("entry.json", ["timeline", "--jsonl", "--limit", "40"]),
    ("thread.json", ["thread", "--json", str(LONELY.id)]),
    ("account.json", ["account", "--json", "@ada@memory.example"]),
    ("login-list.json", ["login", "list", "--json"]),
    ("login-check.json", ["login", "check", "--json"]),
    ("adapter-list.json", ["adapter", "list", "--json"]),
    ("plan.json", ["post", "--dry-run", "--json", "--poll", "a", "--poll", "b", "Which?"]),
    ("plan.json", ["post", "--dry-run", "--json", "--to", "me", "x" * 600]),
    ("deliveries.json", ["post", "--json", "--to", "me", "To one"]),
    ("deliveries.json", ["reply", str(ROOT.id), "--queue", "--json", "An answer"]),
    ("deliveries.json", ["outbox", "list", "--sent", "--json"]),
    ("deliveries.json", ["outbox", "show", "1", "--json"]),
    ("deleting.json", ["delete", str(ROOT.id), "--dry-run", "--json"]),
    ("act.json", ["like", str(ROOT.id), "--json"]),
    ("act.json", ["follow", "@ada@memory.example", "--json"]),
    ("draft-list.json", ["draft", "list", "--json"]),
    ("draft.json", ["draft", "show", "DRAFT", "--json"]),
]


@pytest.mark.parametrize("name", sorted(_SCHEMAS))
def test_each_schema_is_a_schema_that_some_document_is_held_against(name: str) -> None:
    Draft202012Validator.check_schema(_SCHEMAS[name])
    assert name in {document[0] for document in _DOCUMENTS}


def test_every_document_is_of_its_schema_and_holds_no_undescribed_key(signed_in: Cli) -> None:
    signed_in.sign_in("down.example", name="down")
    signed_in("post", "--to", "me", "--to", "down", "--queue", "To both")
    picture = signed_in.home / "mill.png"
    picture.touch()
    rich = [
        "--media",
        str(picture),
        "--alt",
        "A mill",
        "--focus",
        "0,0.5",
        "--poll",
        "a",
        "--cw",
        "b",
    ]
    own = ["--own", "me=Another", "--at", "+2h", "--lang", "en"]
    refused = signed_in("post", *rich, *own, "--no-split", "--json", "x" * 600)
    for name, arguments in _DOCUMENTS:
        draft = refused.json["draft"]
        out = signed_in(*(draft if word == "DRAFT" else word for word in arguments)).out
        documents = out.splitlines() if "--jsonl" in arguments else [out]
        assert documents
        for document in documents:
            _validator(name).validate(loads(document))


def test_the_network_in_memory_fills_every_optional_part_of_an_entry(signed_in: Cli) -> None:
    entries = signed_in("timeline", "--json", "--limit", "40").json["entries"]
    never = {key for key in entries[0] if all(entry[key] in (None, [], "") for entry in entries)}
    assert never == {"copies"}

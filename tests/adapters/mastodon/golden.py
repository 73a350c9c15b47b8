"""The golden pairs of the Mastodon adapter: a server's record beside the post it stands for.

`python -m tests.adapters.mastodon.golden` writes the posts anew from the records; read the
difference before it is kept.
"""

import json
from pathlib import Path
from typing import Any

from tuisocial.adapters.mastodon.convert import Converter
from tuisocial.adapters.mastodon.known import Known
from tuisocial.model.ids import AccountId, LoginId
from tuisocial.model.wire import post_to_json

FOLDER = Path(__file__).parents[2] / "data" / "mastodon"
CASES = sorted(path.name.removesuffix(".native.json") for path in FOLDER.glob("*.native.json"))


def converter(
    me: str | None = "https://example.social/users/grace", domain: str = "example.social"
) -> Converter:
    """A converter with an empty memory, signed in to `domain` as `me`."""
    account = AccountId("activitypub", me) if me else None
    return Converter(f"https://{domain}", domain, LoginId("masto"), account, Known())


def native(case: str) -> dict[str, Any]:
    """A server's record."""
    record: dict[str, Any] = json.loads((FOLDER / f"{case}.native.json").read_text("utf-8"))
    return record


def converted(case: str) -> dict[str, Any]:
    """What the record stands for now, as JSON."""
    record = native(case)
    domain = record["uri"].split("/")[2].lower()
    if case.startswith("mastodon"):
        domain = "example.social"
    return post_to_json(converter(domain=domain).post(record))


def kept(case: str) -> dict[str, Any]:
    """What the record is known to stand for, as JSON."""
    post: dict[str, Any] = json.loads((FOLDER / f"{case}.post.json").read_text("utf-8"))
    return post


def rewrite() -> None:
    """Write every post from its record."""
    for case in CASES:
        text = json.dumps(converted(case), ensure_ascii=False, indent=2)
        (FOLDER / f"{case}.post.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    rewrite()

"""A runtime with the real adapters, whose secrets are in a file and so not in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tuisocial.adapters.mastodon.adapter import MastodonAdapter
from tuisocial.adapters.nostr.adapter import NostrAdapter
from tuisocial.config.paths import find_paths
from tuisocial.config.schema import Settings
from tuisocial.registry import Registry
from tuisocial.sdk.login_steps import LoginFlow
from tuisocial.services.runtime import Runtime
from tuisocial.store.secrets.file import FileSecrets


@asynccontextmanager
async def running(home: Path) -> AsyncIterator[Runtime]:
    paths = find_paths(home)
    runtime = Runtime.open(
        paths,
        Settings(),
        registry=Registry.of(MastodonAdapter(), NostrAdapter()),
        secrets=FileSecrets(paths.secrets_file),
    )
    try:
        yield runtime
    finally:
        await runtime.aclose()


def flow_of(runtime: Runtime, adapter: str, name: str) -> LoginFlow:
    return next(flow for flow in runtime.logins.flows_of(adapter) if flow.name == name)

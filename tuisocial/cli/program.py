"""What a command works with: where files are, and the runtime, opened and closed around it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from tuisocial.cli import diagnostics, logfile
from tuisocial.config.paths import Paths
from tuisocial.errors import UsageError

if TYPE_CHECKING:
    from tuisocial.config.schema import Settings
    from tuisocial.registry import Registry
    from tuisocial.services.runtime import Runtime

T = TypeVar("T")


class Launch(Protocol):
    """Opens the application and returns when it is closed."""

    def __call__(self, paths: Paths, settings: Settings, *, plugins: bool) -> str | None:
        """`"demo"` when the person asked for the demo, otherwise None."""
        ...


class Program:
    """One run of the command."""

    def __init__(
        self,
        paths: Paths,
        *,
        plugins: bool,
        launch: Launch,
        private_hosts: tuple[str, ...] = (),
    ) -> None:
        self.paths = paths
        self.plugins = plugins
        self._private_hosts = private_hosts
        self._launch = launch

    @cached_property
    def settings(self) -> Settings:
        """The settings in force. Raises: ConfigError."""
        return self._settings(self.paths)

    @cached_property
    def registry(self) -> Registry:
        """The adapters that this run may use."""
        from tuisocial.registry import Registry

        return Registry.find(plugins=self.plugins)

    def name_missing_adapters(self) -> None:
        """Say which adapters were asked for and are not there."""
        from tuisocial.registry import ONLY_VARIABLE

        for name in self.registry.missing():
            diagnostics.say(
                f"{ONLY_VARIABLE} names {name}, and there is no such adapter",
                f"see what there is with: env -u {ONLY_VARIABLE} tuisocial adapter list",
            )

    def require_terminal(self) -> None:
        """Raises: UsageError where there is no terminal to show the application on."""
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise UsageError(
                "the application needs a terminal, and standard input or output is none",
                "in scripts use a command: `tuisocial --help` lists them",
            )

    def open_application(self, paths: Paths | None = None) -> str | None:
        """Show the application on `paths`, this run's own unless others are given.

        Raises: UsageError, ConfigError.
        """
        self.require_terminal()
        chosen = paths or self.paths
        logfile.capture()
        return self._launch(chosen, self._settings(chosen), plugins=self.plugins)

    @contextmanager
    def stored(self) -> Iterator[Runtime]:
        """The runtime for reading what is stored, without a network."""
        runtime = self._open(offline=True)
        try:
            yield runtime
        finally:
            runtime.close()

    def online(self, work: Callable[[Runtime], Awaitable[T]], *, offline: bool = False) -> T:
        """Await `work` with the runtime open; `offline` keeps it from the network."""
        import asyncio

        logfile.capture()
        self.name_missing_adapters()
        gc.enable()

        async def body() -> T:
            runtime = self._open(offline=offline)
            try:
                return await work(runtime)
            finally:
                await runtime.aclose()

        # Not closed: closing waits for worker threads, and one of them may be waiting for a
        # server that never answers. The process is about to end.
        return asyncio.Runner().run(body())

    def _open(self, *, offline: bool) -> Runtime:
        from tuisocial.services.runtime import Runtime

        runtime = Runtime.open(self.paths, self.settings, offline=offline, registry=self.registry)
        logfile.hide_by(runtime.scrub)
        if runtime.store_notice:
            diagnostics.say(runtime.store_notice)
        # What is only read from the store uses no secret.
        if runtime.secrets_notice and not offline:
            diagnostics.say(runtime.secrets_notice)
        return runtime

    def _settings(self, paths: Paths) -> Settings:
        from tuisocial.config.load import load  # reads TOML, which `--help` does not

        settings = load(paths)
        if not self._private_hosts:
            return settings
        hosts = (*settings.network.private_hosts, *self._private_hosts)
        return replace(settings, network=replace(settings.network, private_hosts=hosts))

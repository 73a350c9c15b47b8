"""A real Secret Service of a test's own: gnome-keyring on a session bus that only it uses."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")
_PASSWORD = b"the keyring's own password"
_BUS = "DBUS_SESSION_BUS_ADDRESS"
_SESSION = """\
gnome-keyring-daemon --unlock --components=secrets >/dev/null && echo "$DBUS_SESSION_BUS_ADDRESS"
exec cat >/dev/null
"""
# Started with its keyring unlocked, it reads the password to the end of its standard input.
_START = f"exec 3<&0; head -c {len(_PASSWORD)} <&3 | {_SESSION}"


def missing() -> str:
    """Why there can be no Secret Service here, or nothing."""
    lacking = [program for program in PROGRAMS if shutil.which(program) is None]
    return f"not installed: {', '.join(lacking)}" if lacking else ""


@dataclass(frozen=True, slots=True)
class SecretService:
    """`environment` is what a program needs to be in its session."""

    environment: Mapping[str, str]

    def lock(self) -> None:
        """Lock the collection in which secrets are."""
        import secretstorage

        with closing(secretstorage.dbus_init()) as bus:
            collection = secretstorage.get_default_collection(bus)
            collection.lock()
            assert collection.is_locked()

    def labels(self) -> list[str]:
        """What is in the collection, as its owner sees it listed."""
        import secretstorage

        with closing(secretstorage.dbus_init()) as bus:
            collection = secretstorage.get_default_collection(bus)
            return [item.get_label() for item in collection.get_all_items()]


@contextmanager
def running(home: Path) -> Iterator[SecretService]:
    """A session with an unlocked keyring, whose files are in `home`."""
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700, parents=True)
    # Without a display the service has nowhere to prompt: what is locked stays locked.
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND", _BUS)
    environment = {
        **{name: value for name, value in os.environ.items() if name not in hidden},
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_DATA_HOME": str(home / "share"),
        "XDG_CONFIG_HOME": str(home / "config"),
    }
    process = subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", _START],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        try:
            process.stdin.write(_PASSWORD)
            process.stdin.flush()
            address = process.stdout.readline().decode().strip()
            assert address, "the service did not start"
            yield SecretService({**environment, _BUS: address})
        finally:
            # The session ends with what it was started for, which ends with its input.
            process.stdin.close()

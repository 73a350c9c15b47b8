"""A server of the demo: one child process that listens on one loopback port.

Binds the port, starts the process, asks it until it answers, and ends it. What the process
serves is the business of the module that it runs (`mastodon_server`, `relay_server`).

The port is bound here and handed over, so the address is known before the process runs, no
other program can take it in between, and the first question waits in the queue of the kernel
until the server answers it: nothing polls and nothing sleeps. The process reads its settings
from its standard input and leaves when that pipe closes, which the kernel sees to however this
process ends.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import tuisocial

HOST = "127.0.0.1"
_START_SECONDS = 60.0  # a first start on a slow disk still has to write its byte code
_END_SECONDS = 5.0


class DemoUnavailable(Exception):
    """The demo cannot run; the message is one sentence that says what to do."""


class Server:
    """One server, which can be stopped and started again on the same port."""

    def __init__(
        self, module: str, *, log: Path, probe: str = "/", headers: Mapping[str, str] | None = None
    ) -> None:
        """Reserves a free port for `module`, a module of this package that is run as a program."""
        self._module = module
        self._log = log
        self._probe = probe
        self._headers = dict(headers or {})
        self._listener: socket.socket | None = _listen(0)
        self.port: int = self._listener.getsockname()[1]
        self._settings: dict[str, object] = {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while the server runs."""
        return None if self._process is None else self._process.pid

    def start(self, settings: Mapping[str, object] | None = None) -> None:
        """Starts the process, with the settings of the last start unless given new ones.

        Settings are JSON and travel through a pipe, so that a token is in no argument and no file.

        Raises:
            DemoUnavailable: The port is taken, or the interpreter cannot be run.
        """
        if settings is not None:
            self._settings = dict(settings)
        listener = self._listener or _listen(self.port)
        self._listener = None
        with listener, self._log.open("ab") as log:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", self._module],
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    pass_fds=[listener.fileno()],
                    env={**os.environ, "PYTHONPATH": _import_path()},
                    # Ctrl-C at the terminal is for this process, which ends the others in order.
                    start_new_session=True,
                )
            except OSError as error:
                raise DemoUnavailable(
                    f"The demo could not run {sys.executable}: {error.strerror}."
                ) from error
            line = json.dumps({**self._settings, "fd": listener.fileno()}) + "\n"
            pipe = self._process.stdin
            assert pipe is not None
            try:
                pipe.write(line.encode())
                pipe.flush()
            except BrokenPipeError:
                pass  # the process died at once: `wait` says so, and where its log is

    def wait(self) -> None:
        """Returns once the server has answered a question.

        Raises:
            DemoUnavailable: It ended, or stayed silent.
        """
        connection = http.client.HTTPConnection(HOST, self.port, timeout=_START_SECONDS)
        try:
            connection.request("GET", self._probe, headers=self._headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.stop()
            raise DemoUnavailable(
                f"The demo server {self._module} did not start ({error}); see {self._log}."
            ) from error
        finally:
            connection.close()
        if answer.status >= 400:
            self.stop()
            raise DemoUnavailable(
                f"The demo server {self._module} answered {answer.status}; see {self._log}."
            )

    def stop(self) -> None:
        """Ends the process at once; its connections break and its port refuses new ones."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        try:
            process.stdin.close()
        except BrokenPipeError:
            pass  # it is already gone
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _listen(port: int) -> socket.socket:
    """A listening socket on loopback; port 0 takes any free one."""
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise DemoUnavailable(f"The demo could not listen on {HOST}:{port}: {error}.") from error
    return listener


def _import_path() -> str:
    """PYTHONPATH by which the process finds this very package, installed or not."""
    root = str(Path(tuisocial.__file__).parent.parent)
    return os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))

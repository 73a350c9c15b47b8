"""What the demo's server processes have in common: settings in, a socket to serve, leaving.

Each of them is started by `server.Server`, and runs only as long as the pipe that it gets as
standard input is open: it closes when the parent stops the server and when the parent dies, by
whatever signal, so that no process is left behind.
"""

import json
import os
import socket
import threading
from collections.abc import Callable
from typing import Any


def settings() -> dict[str, Any]:
    """Reads the settings and from then on watches the pipe that they came through."""
    # Unbuffered: a buffer's lock, held by the watching thread, would hang the interpreter's end.
    with open(0, "rb", buffering=0, closefd=False) as pipe:
        line = pipe.readline()
    if not line:
        os._exit(1)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    read: dict[str, Any] = json.loads(line)
    return read


def serve(app: Callable[..., Any], fd: int) -> None:
    """Serves an ASGI application on the listening socket `fd` until the process has to leave."""
    import uvicorn

    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    with socket.socket(fileno=fd) as listener:
        uvicorn.Server(config).run(sockets=[listener])


def _leave_with_parent() -> None:
    while os.read(0, 1):
        pass
    # There is nothing to save, and a graceful end would wait for the clients' connections.
    os._exit(0)

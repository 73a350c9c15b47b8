"""Real servers on loopback, filled with posts: for a first look at tuisocial, and for tests.

`running` starts a Mastodon-API server (mastodon-mock) and a Nostr relay (nostr-relay) in child
processes, puts two days of posts on both and says how to sign in; `serve` does so until a signal
ends it. Logins are not made here: that is for the caller, who knows where they are kept.

Importing this package costs nothing: the servers, keys and sockets are imported when started.
"""

from tuisocial.demo.launch import Demo, running, serve
from tuisocial.demo.server import DemoUnavailable

__all__ = ["Demo", "DemoUnavailable", "running", "serve"]

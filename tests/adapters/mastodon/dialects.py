"""How the servers of the family answer to OAuth, as far as they differ: for the scripted server.

Each puts its answers into a script: registration, token, revocation, and who ada is. A form that
the real server would not take is answered as the real one does.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.adapters.mastodon.script import TOKEN, Asked, Reply, Script, statuses

APPS, TOKENS, REVOKE = "/api/v1/apps", "/oauth/token", "/oauth/revoke"
VERIFY, METADATA = "/api/v1/accounts/verify_credentials", "/.well-known/oauth-authorization-server"
CODE, SECRET = "the-code-of-ada", "the-secret-of-the-app"
OOB = "urn:ietf:wg:oauth:2.0:oob"

FINE = (
    "read", "write", "write:blocks", "write:bookmarks", "write:conversations", "write:favourites",
    "write:filters", "write:follows", "write:lists", "write:media", "write:mutes",
    "write:notifications", "write:reports", "write:statuses", "follow", "push",
)  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """A server: its name, what it makes of a script, and what it has.

    `fine` says whether it knows fine scopes, `apart` whether it lists redirect addresses apart.
    """

    name: str
    speak: Callable[[Script], None]
    pkce: bool
    fine: bool
    apart: bool


def ada(script: Script) -> None:
    """The account behind every token."""
    script.answers[VERIFY] = Reply(statuses(1, 1)[0]["account"])
    script.answers["/api/v2/instance"] = Reply({"domain": "example.social"})


def _app(asked: Asked, **more: object) -> Reply:
    return Reply({"id": "1", "client_id": "the-app", "client_secret": SECRET, **more})


def _token(asked: Asked, scopes: str) -> Reply:
    if asked.form.get("code") != CODE or asked.form.get("client_secret") != SECRET:
        return Reply({"error": "invalid_grant", "error_description": "The grant is invalid"}, 400)
    return Reply({"access_token": TOKEN, "token_type": "Bearer", "scope": scopes, "created_at": 1})


def mastodon(script: Script) -> None:
    """Mastodon 4.4: describes itself, has PKCE, refuses scopes that it does not know."""
    ada(script)
    script.answers[METADATA] = Reply(
        {
            "issuer": f"{script.url}/",
            "authorization_endpoint": f"{script.url}/oauth/authorize",
            "token_endpoint": f"{script.url}/oauth/token",
            "scopes_supported": FINE,
            "code_challenge_methods_supported": ["S256"],
        }
    )

    def apps(asked: Asked) -> Reply:
        if not set(asked.form["scopes"].split()) <= set(FINE):
            return Reply({"error": "Validation failed: Scopes doesn't match configured"}, 422)
        return _app(asked, redirect_uris=asked.form["redirect_uris"].split("\n"))

    def token(asked: Asked) -> Reply:
        if "code_verifier" not in asked.form:
            return Reply({"error": "invalid_grant"}, 400)
        return _token(asked, script.forms(APPS)[-1]["scopes"])

    script.answers |= {APPS: apps, TOKENS: token, REVOKE: Reply({})}


def older_mastodon(script: Script) -> None:
    """Mastodon 4.2: no description, no PKCE, redirect addresses told as one text."""
    mastodon(script)
    del script.answers[METADATA]
    script.answers |= {
        APPS: lambda asked: _app(asked, redirect_uri=asked.form["redirect_uris"]),
        TOKENS: lambda asked: _token(asked, script.forms(APPS)[-1]["scopes"]),
    }


def gotosocial(script: Script) -> None:
    """GoToSocial 0.17: one redirect address an app, no PKCE, every grant is all, no revoking."""
    ada(script)
    script.answers |= {
        APPS: lambda asked: _app(asked, redirect_uri=asked.form["redirect_uris"]),
        TOKENS: lambda asked: _token(asked, "read write"),
    }


def pleroma(script: Script) -> None:
    """Pleroma and Akkoma: an app's answer without scopes, errors without a name."""
    ada(script)

    def token(asked: Asked) -> Reply:
        reply = _token(asked, script.forms(APPS)[-1]["scopes"])
        return reply if reply.status == 200 else Reply({"error": "Invalid credentials"}, 400)

    script.answers |= {
        APPS: lambda asked: _app(asked, redirect_uri=asked.form["redirect_uris"], vapid_key="x"),
        TOKENS: token,
        REVOKE: Reply({}),
        "/api/v1/apps/verify_credentials": Reply({"name": "tuisocial", "vapid_key": "x"}),
    }


def takahe(script: Script) -> None:
    """Takahē: refuses fine scopes, answers 401 over a wrong code, revokes with an empty body."""
    ada(script)

    def apps(asked: Asked) -> Reply:
        if not set(asked.form["scopes"].split()) <= {"read", "write", "follow", "push"}:
            return Reply({"error": "invalid_scope"}, 400)
        return _app(asked, redirect_uri=asked.form["redirect_uris"])

    def token(asked: Asked) -> Reply:
        reply = _token(asked, "read write")
        return reply if reply.status == 200 else Reply({"error": "access_denied"}, 401)

    script.answers |= {APPS: apps, TOKENS: token, REVOKE: Reply(b"")}


DIALECTS = (
    Dialect("mastodon", mastodon, pkce=True, fine=True, apart=True),
    Dialect("older mastodon", older_mastodon, pkce=False, fine=True, apart=False),
    Dialect("gotosocial", gotosocial, pkce=False, fine=True, apart=False),
    Dialect("pleroma", pleroma, pkce=False, fine=True, apart=False),
    Dialect("takahe", takahe, pkce=False, fine=False, apart=False),
)

"""The process that is the demo's relay: nostr-relay with its storage, and files, in one folder.

Started by `server.Server`. It takes events of any age, as fast as they come, and answers
`/.well-known/nostr.json` (NIP-05) for the names in its settings. It knows nothing of the demo's
content, which is published to it like anybody's.
"""

import json
from pathlib import Path

from tuisocial.demo import child
from tuisocial.demo.media_server import MediaServer


def main() -> None:
    """Settings: `directory`, `url`, `names` (NIP-05 name → public key in hex), the socket `fd`."""
    settings = child.settings()
    directory = Path(settings["directory"])
    database = directory / "relay.sqlite3"

    import sqlalchemy
    from nostr_relay.storage import get_metadata
    from nostr_relay.web import create_app

    configuration = directory / "relay.yaml"
    configuration.write_text(json.dumps(_configuration(database)))  # JSON is YAML
    app = create_app(str(configuration))
    engine = sqlalchemy.create_engine(f"sqlite:///{database}")
    tables = get_metadata()
    tables.create_all(engine)
    identities = sqlalchemy.insert(tables.tables["identity"]).prefix_with("OR REPLACE")
    with engine.begin() as connection:
        for name, pubkey in settings["names"].items():
            # The relay looks names up under the host it was asked by, without the port.
            row = {"identifier": f"{name}@127.0.0.1", "pubkey": pubkey, "relays": []}
            connection.execute(identities.values(row))
    engine.dispose()
    child.serve(MediaServer(directory / "media", settings["url"], app), settings["fd"])


def _configuration(database: Path) -> dict[str, object]:
    """nostr-relay's settings; without `is_recent` among the validators no event is too old."""
    return {
        "DEBUG": False,
        "relay_name": "tuisocial demo",
        "relay_description": "A relay on this machine, thrown away when the demo ends.",
        "storage": {
            "sqlalchemy.url": f"sqlite+aiosqlite:///{database}",
            "num_concurrent_reqs": 10,
            "num_concurrent_adds": 1,
            "validators": [
                "nostr_relay.validators.is_not_too_large",
                "nostr_relay.validators.is_signed",
            ],
        },
        "max_event_size": 131072,
        "max_limit": 6000,
        "subscription_limit": 64,
        "message_timeout": 86400,
        "verification": {"nip05_verification": "disabled"},
        "authentication": {"enabled": False},
        "gunicorn": {"workers": 1},
        "logging": {
            "version": 1,
            "handlers": {"console": {"class": "logging.StreamHandler", "level": "WARNING"}},
            "root": {"level": "WARNING", "handlers": ["console"]},
        },
    }


if __name__ == "__main__":
    main()

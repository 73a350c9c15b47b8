"""The process that is the demo's Mastodon-API server: mastodon-mock with its data in one folder.

Started by `server.Server`. Puts the people and, unless told otherwise, their posts into the
database on the first start, and keeps what is there on later ones. The rows are written straight
to the database, because the API can set neither a post's date nor another server's account.
"""

from datetime import datetime
from pathlib import Path

from tuisocial.demo import child


def main() -> None:
    """Settings: `directory`, `url`, `tokens` (name → token), `now` (None: people only), `fd`."""
    settings = child.settings()
    directory = Path(settings["directory"])
    url: str = settings["url"]

    from mastodon_mock.app import create_app
    from mastodon_mock.config import DatabaseConfig, MastodonMockConfig, SeedConfig

    from tuisocial.demo import mastodon_dress, mastodon_seed, pictures

    media = directory / "media"
    pictures.draw_all(media)
    app = create_app(
        MastodonMockConfig(
            title="tuisocial demo",
            description="A server on this machine, thrown away when the demo ends.",
            domain=url.removeprefix("http://"),
            url_scheme="http",
            database=DatabaseConfig(path=str(directory / "mastodon.sqlite3")),
            media_storage_path=str(media),
            seed=SeedConfig(),
        )
    )
    now = settings["now"]
    mastodon_seed.fill(
        app.state.engine,
        url=url,
        tokens=settings["tokens"],
        now=None if now is None else datetime.fromisoformat(now),
    )
    child.serve(mastodon_dress.dress(app, url), settings["fd"])


if __name__ == "__main__":
    main()

"""The adapter for servers that speak the Mastodon client API. Cheap to import, asks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from tuisocial.adapters.mastodon import NETWORK
from tuisocial.adapters.mastodon.addresses import is_full_handle
from tuisocial.model.login import Login
from tuisocial.model.vocabulary import Vocabulary
from tuisocial.sdk import API_VERSION
from tuisocial.sdk.adapter import Adapter, Session, SessionContext
from tuisocial.sdk.errors import SignInNeeded
from tuisocial.sdk.http import host
from tuisocial.sdk.login_steps import LoginFlow
from tuisocial.sdk.options import Option


class MastodonAdapter:
    """Mastodon, GoToSocial, Pleroma, Akkoma, Pixelfed and all that answer like them."""

    api_version = API_VERSION
    name = "mastodon"
    network = NETWORK
    vocabulary = Vocabulary(
        network="Fediverse",
        glyph="◆",
        letter="M",
        repost="boost",
        reposted="boosted",
        like="favourite",
        public="federated",
        names_the_answered=True,
    )
    options = (
        Option("server", "the server's address, as https://example.social"),
        Option("domain", "the domain in its people's handles, where it is another"),
        Option("named_by", "the server that named this one, if the person did not"),
        Option("scopes", "what the sign-in was granted, as far as it is known"),
        Option("client_id", "this program's registration there, if it signed in by a browser"),
    )

    def owns(self, text: str) -> bool | None:
        """`@user@host` is ours; `user@host` and any web address may be."""
        text = text.strip()
        if is_full_handle(text):
            return True
        if text.startswith(("http://", "https://")):
            return None
        user, at, domain = text.partition("@")
        return None if at and user.isascii() and "." in domain and ":" not in user else False

    def login_flows(self) -> Sequence[LoginFlow]:
        """In a browser, by token, or as a guest."""
        from tuisocial.adapters.mastodon.login import flows

        return flows()

    async def open(self, login: Login, context: SessionContext) -> Session:
        """Make a session, asking nobody."""
        from tuisocial.adapters.mastodon.api import Api
        from tuisocial.adapters.mastodon.member import MemberSession
        from tuisocial.adapters.mastodon.servers import Home, server_address
        from tuisocial.adapters.mastodon.session import MastodonSession

        server = server_address(login.options.get("server", ""))
        reach = context.http.reach
        circle = Home(server, login.options.get("named_by")).circle(reach)
        token = None
        if not login.guest:
            token = await context.secret("token")
            if token is None:
                raise SignInNeeded(f"the access token for {host(server)} is not in the keyring")
        domain = login.options.get("domain") or urlsplit(server).netloc
        granted = tuple(login.options.get("scopes", "").split()) or None
        api = Api(server, token, granted, reach=reach, circle=circle)
        kind = MastodonSession if login.guest else MemberSession
        return kind(login, context, api, domain)


adapter: Adapter = MastodonAdapter()

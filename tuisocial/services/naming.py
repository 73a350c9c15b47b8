"""What a text that a person typed or pasted names: a stored id, or something an adapter knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisocial.errors import UserError
from tuisocial.model.ids import AccountId, PostId
from tuisocial.sdk.errors import AdapterError, NotFound
from tuisocial.services import promises
from tuisocial.store import accounts, posts

if TYPE_CHECKING:
    from tuisocial.model.account import Account
    from tuisocial.model.ids import LoginId
    from tuisocial.registry import Registry
    from tuisocial.sdk.adapter import Adapter, Session
    from tuisocial.services.logins import Logins
    from tuisocial.services.sessions import Sessions
    from tuisocial.store.database import Database


class Naming:
    """Finds posts and accounts by what people call them."""

    def __init__(
        self, database: Database, logins: Logins, sessions: Sessions, registry: Registry
    ) -> None:
        self._database = database
        self._logins = logins
        self._sessions = sessions
        self._registry = registry

    def stored_post(self, text: str) -> PostId | None:
        """The stored post whose id or whose id's own part is `text`."""
        networks = {login.network for login in self._logins.all()}
        candidates = [PostId(network, text) for network in sorted(networks)]
        try:
            candidates.insert(0, PostId.parse(text))
        except ValueError:
            pass
        found = self._database.read(lambda c: posts.numbers_of(c, candidates))
        return next((post for post in candidates if post in found), None)

    def stored_account(self, text: str) -> Account | None:
        """The stored account whose id, id's own part or handle is `text`."""
        networks = {login.network for login in self._logins.all()}
        uris = [text, *(f"{network}:{text}" for network in sorted(networks))]
        found = self._database.read(lambda c: accounts.load_accounts(c, uris))
        if found:
            return next(found[uri] for uri in uris if uri in found)
        return self._database.read(lambda c: accounts.account_by_handle(c, text))

    async def resolve(self, text: str, login: LoginId | None = None) -> PostId | AccountId:
        """Ask the logins whose adapter may own the text, the likeliest first.

        Raises: UserError if nobody knows it, AdapterError if one that may could not be asked.
        """
        trouble: AdapterError | None = None
        for candidate in [login] if login else self._candidates(text):
            try:
                found = await self._resolve(candidate, text)
            except NotFound:
                continue
            except AdapterError as error:
                trouble = trouble or error
                continue
            if found is not None:
                return found
        if trouble is not None:
            raise trouble
        raise UserError(
            f"nothing is known by the name {text[:200]}",
            "give an id as `timeline --json` prints it, an address, or a handle with its server",
        )

    def _candidates(self, text: str) -> list[LoginId]:
        """Logins whose adapter owns the text, then those whose adapter is not sure."""
        sure, unsure = [], []
        for login in self._logins.all():
            try:
                adapter = self._registry.get(login.adapter)
            except UserError:
                continue
            network, _, rest = text.partition(":")
            owns = self._owns(login.id, adapter, text)
            if owns or (network == adapter.network and rest):
                sure.append(login.id)
            elif owns is None:
                unsure.append(login.id)
        return [*sure, *unsure]

    async def _resolve(self, login: LoginId, text: str) -> PostId | AccountId | None:
        session = await self._sessions.get(login)
        if text.startswith(f"{session.login.network}:"):
            return await self._known(session, text)
        return await self._sessions.guard(login, lambda: session.resolve(text), promises.named)

    async def _known(self, session: Session, text: str) -> PostId | AccountId | None:
        """Which of the two a whole id is: it does not say so itself."""
        guard, login = self._sessions.guard, session.login.id
        try:
            post, account = PostId.parse(text), AccountId.parse(text)
        except ValueError:
            return None
        try:
            await guard(login, lambda: session.post(post))
        except NotFound:
            await guard(login, lambda: session.account(account))
            return account
        return post

    def _owns(self, login: LoginId, adapter: Adapter, text: str) -> bool | None:
        nobody: bool | None = False
        return self._sessions.guard.ask(login, lambda: adapter.owns(text), nobody)

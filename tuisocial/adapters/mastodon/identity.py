"""Who a token is, and what a login of it is called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from tuisocial.adapters.mastodon.accounts import account_id, qualified
from tuisocial.adapters.mastodon.api import Api
from tuisocial.adapters.mastodon.fields import Malformed, text
from tuisocial.adapters.mastodon.limits import domain_of, instance
from tuisocial.adapters.mastodon.software import not_ours
from tuisocial.sdk.errors import AdapterError, NotFound, RateLimited, Unreachable
from tuisocial.sdk.login_steps import Done


@contextmanager
def once() -> Iterator[None]:
    """What is asked in here is not asked again by itself, so no error may promise that."""
    try:
        yield
    except (RateLimited, Unreachable) as error:
        if error.remedy == type(error).remedy:
            error.remedy = "try again in a while"
        raise


async def login_of(api: Api) -> Done:
    """A login of whoever the token belongs to, without its secrets.

    Raises: AdapterError.
    """
    try:
        account = await api.record("/api/v1/accounts/verify_credentials")
    except NotFound:
        raise not_ours(api.where) from None
    domain = await _domain(api)
    try:
        name, handle = account_id(account, domain), qualified(account, domain)
    except Malformed:
        raise not_ours(api.where) from None
    return Done(
        account=name,
        handle=f"@{handle}",
        suggested_name=login_name(text(account, "username")),
        options={"server": api.server, "domain": domain},
    )


async def _domain(api: Api) -> str:
    """The domain in local handles, by the server's description or else its address."""
    try:
        return domain_of(await instance(api)) or netloc(api)
    except AdapterError:
        return netloc(api)


def netloc(api: Api) -> str:
    """A server's host and port."""
    return urlsplit(api.server).netloc


def login_name(name: str) -> str:
    """A short name for a login, made of a user's or server's name."""
    name = re.sub(r"[^A-Za-z0-9_.-]", "", name)[:32].lstrip("_.-")
    return name or "masto"

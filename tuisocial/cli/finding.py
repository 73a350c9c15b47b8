"""The post or account that a command was given, by whatever name it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisocial.errors import UserError

if TYPE_CHECKING:
    from tuisocial.model.ids import AccountId, LoginId, PostId
    from tuisocial.services.runtime import Runtime


async def stored_post(runtime: Runtime, text: str, login: LoginId | None = None) -> PostId:
    """The post of that name, fetched into the store if it is not there.

    Raises: UserError, AdapterError.
    """
    post = await runtime.threads.find(text, login)
    around = runtime.threads.stored(post).items
    if not any(item.row is not None and item.row.post.id == post for item in around):
        trouble = await runtime.threads.fetch(post, login)
        if trouble is not None:
            raise trouble
    return post


async def account(runtime: Runtime, text: str, login: LoginId | None = None) -> AccountId:
    """The account of that name; one that the store knows need not be there any more.

    Raises: UserError, AdapterError.
    """
    try:
        return (await runtime.accounts.find(text, offline=True)).id
    except UserError:
        return (await runtime.accounts.find(text, login)).id

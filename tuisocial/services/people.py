"""Whom a draft names: people whose handles were written by hand, and their accounts elsewhere.

An account's own word is taken for where else its person is, never another's word about it: so
nobody is called in somebody's place who only claims to be that. `addressing` writes the names.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tuisocial.model.draft import Address
from tuisocial.store import accounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from sqlite3 import Connection

    from tuisocial.model.account import Account
    from tuisocial.model.draft import Draft
    from tuisocial.model.ids import AccountId

_MOST = 50
"""Handles of one draft that are looked up; what comes after them is left to the servers."""

_HANDLE = re.compile(r"(?<![\w/=@])@\w(?:[\w.+-]{0,60}\w)?@\w[\w-]{0,62}(?:\.\w[\w-]{0,62}){1,8}")


def handles(draft: Draft) -> list[str]:
    """Handles with a server that stand in a draft's texts, each once and as they are written."""
    own = [part for one in draft.own.values() for part in (one.text or "", *one.parts)]
    found = (match[0] for text in (draft.text, *own) for match in _HANDLE.finditer(text))
    return list(dict.fromkeys(found))[:_MOST]


def address(text: str, account: Account) -> Address:
    """A stretch of text that means an account, wherever else that says it is."""
    return Address(text, account.id, account.same_as)


def addressed(
    draft: Draft, known: Mapping[AccountId, Account], called: Mapping[str, Sequence[Account]]
) -> Draft:
    """The draft with all that is known of those whom it names.

    `known` are the accounts of its addresses, `called` those that go by a handle of its texts.
    A handle that its network writes in another way is somebody's only if that vouches for it.
    """
    chosen = tuple(
        replace(each, elsewhere=_each_once(each.elsewhere, known[each.account].same_as))
        if each.account in known
        else each
        for each in draft.addresses
    )
    texts = {each.text for each in chosen}
    written = tuple(
        address(handle, account)
        for handle, found in called.items()
        if handle not in texts
        for account in found
        if account.handle.casefold() == handle.casefold() or account.handle_verified
    )
    return replace(draft, addresses=(*chosen, *written))


def named(connection: Connection, draft: Draft) -> Draft:
    """The draft with all that the store knows of those whom it names."""
    wanted = [str(each.account) for each in draft.addresses]
    known = accounts.load_accounts(connection, wanted).values() if wanted else ()
    called = accounts.accounts_by_handle(connection, handles(draft))
    return addressed(draft, {account.id: account for account in known}, called)


def _each_once(*groups: Iterable[AccountId]) -> tuple[AccountId, ...]:
    return tuple(dict.fromkeys(account for group in groups for account in group))

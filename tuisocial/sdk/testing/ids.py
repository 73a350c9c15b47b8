"""Ids: one name for one thing, however one comes to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuisocial.model.entry import Entry, Reposted
from tuisocial.model.ids import AccountId, PostId
from tuisocial.sdk.errors import AdapterError
from tuisocial.sdk.testing.reading import head
from tuisocial.sdk.testing.rule import Group, attempt, require
from tuisocial.sdk.testing.specimen import NotApplicable, Specimen

GROUP = Group("ids")

_UNSPEAKABLE = re.compile("[\\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def _ids(row: Entry) -> Iterator[PostId | AccountId]:
    post = row.view.post
    yield post.id
    yield post.author.id
    yield from post.mentions
    if post.reply_to is not None:
        if post.reply_to.post is not None:
            yield post.reply_to.post
        if post.reply_to.author is not None:
            yield post.reply_to.author
    if post.quote is not None and post.quote.post is not None:
        yield post.quote.post
    if isinstance(row.reason, Reposted):
        yield row.reason.by.id


@GROUP.rule
async def ids_name_their_network(specimen: Specimen) -> None:
    """Every id's network is the adapter's `network`; every key is `network:uri`."""
    network = specimen.adapter.network
    async with specimen.session() as session:
        rows = await head(session, specimen)
    for row in rows:
        for name in _ids(row):
            require(name.network == network, f"{name!r} is not of the network {network!r}")
        require(
            row.key.startswith(f"{network}:") and len(row.key) > len(network) + 1,
            f"the key {row.key!r} is not {network}:uri",
        )


@GROUP.rule
async def ids_survive_text(specimen: Specimen) -> None:
    """`parse(str(id))` gives the id back; no id holds white space, controls or surrogates."""
    async with specimen.session() as session:
        rows = await head(session, specimen)
    for row in rows:
        for name in _ids(row):
            require(not _UNSPEAKABLE.search(str(name)), f"{str(name)!r} cannot be written down")
            require(type(name).parse(str(name)) == name, f"{name!r} is not read back from its text")
        require(not _UNSPEAKABLE.search(row.key), f"the key {row.key!r} cannot be written down")


@GROUP.rule
async def ids_stay_the_same(specimen: Specimen) -> None:
    """A page read again by another session holds the same keys, posts and authors."""
    async with specimen.session() as session:
        first = await head(session, specimen)
    async with specimen.session() as session:
        second = await head(session, specimen)
    before = [(row.key, row.view.post.id, row.view.post.author.id) for row in first]
    after = [(row.key, row.view.post.id, row.view.post.author.id) for row in second]
    changed = [new for old, new in zip(before, after, strict=False) if old != new]
    require(before == after, f"read again, the page differs: {changed[:1] or 'in length'}")


@GROUP.rule
async def account_ids_are_not_handles(specimen: Specimen) -> None:
    """An account's id is the network's lasting name for it, not its handle or display name."""
    async with specimen.session() as session:
        rows = await head(session, specimen)
    for row in rows:
        author = row.view.post.author
        uri = author.id.uri.lstrip("@").casefold()
        for text in (author.handle, author.name):
            require(uri != text.lstrip("@").casefold(), f"{author.id} is made of {text!r}")


@GROUP.rule
async def keys_name_what_made_the_row(specimen: Specimen) -> None:
    """A post's own row has its id as key; a repost's row has another, as it is another event."""
    async with specimen.session() as session:
        rows = await head(session, specimen)
    for row in rows:
        own = row.key == str(row.view.post.id)
        if isinstance(row.reason, Reposted):
            require(not own, f"the repost of {row.view.post.id} has the post's own key")
        else:
            require(own, f"the row of {row.view.post.id} has the key {row.key!r}")


@GROUP.rule
async def views_name_their_login(specimen: Specimen) -> None:
    """Every row is seen by the session's own login."""
    async with specimen.session() as session:
        rows = await head(session, specimen)
    for row in rows:
        seen_by = row.view.login
        require(seen_by == specimen.login.id, f"{row.key} is seen by {seen_by!s}")


@GROUP.rule
async def posts_are_found_by_id(specimen: Specimen) -> None:
    """`post` and `thread` give the post that was asked for, under the id it was asked by."""
    wanted = specimen.samples.post
    async with specimen.session() as session:
        view = await session.post(wanted)
        thread = await session.thread(wanted)
    require(view.post.id == wanted, f"post({wanted}) gave {view.post.id}")
    require(thread.focus == wanted, f"thread({wanted}) is around {thread.focus}")
    around = [view.post.id for view in thread.posts]
    require(around.count(wanted) == 1, f"thread({wanted}) holds it {around.count(wanted)} times")
    require(len(around) == len(set(around)), f"thread({wanted}) holds a post twice")


@GROUP.rule
async def accounts_are_found_by_id(specimen: Specimen) -> None:
    """`account` gives the account that was asked for, under the id it was asked by."""
    wanted = specimen.samples.account
    async with specimen.session() as session:
        account = await session.account(wanted)
    require(account.id == wanted, f"account({wanted}) gave {account.id}")
    require(account.fetched, f"account({wanted}) gave a stand-in, not a profile")


@GROUP.rule
async def me_is_the_login_s_account(specimen: Specimen) -> None:
    """`me` gives the account that the login names; a guest's raises an AdapterError."""
    login = specimen.login
    async with specimen.session() as session:
        me = await attempt("me", session.me())
    if isinstance(me, AdapterError):
        require(login.guest, f"me raised {type(me).__name__}: {me.message}")
    else:
        require(not login.guest, f"a guest is {me.id}")
        require(me.id == login.account, f"me is {me.id}, the login's account {login.account}")


@GROUP.rule
async def pasted_text_leads_to_ids(specimen: Specimen) -> None:
    """`resolve` turns what people paste into the ids that timelines use, foreign text into None."""
    samples = specimen.samples
    if not (samples.post_text or samples.account_text):
        raise NotApplicable("the specimen names no text to paste")
    async with specimen.session() as session:
        if samples.post_text:
            post = await session.resolve(samples.post_text)
            require(post == samples.post, f"resolve({samples.post_text!r}) gave {post!r}")
        if samples.account_text:
            account = await session.resolve(samples.account_text)
            require(
                account == samples.account, f"resolve({samples.account_text!r}) gave {account!r}"
            )
        for text in samples.foreign:
            found = await attempt(f"resolve({text!r})", session.resolve(text))
            require(
                found is None or isinstance(found, AdapterError),
                f"resolve({text!r}) gave {found!r}",
            )

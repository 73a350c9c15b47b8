"""Signing in: the ways to, and the questions of each.

What a key alone leads to is here; talking with a signer is `pairing`'s, relays are `finding`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

from tuisocial.adapters.nostr import addresses, bunker, entities, identifiers, keys, ncryptsec
from tuisocial.adapters.nostr.ids import account_id
from tuisocial.adapters.nostr.outside import Outside
from tuisocial.sdk.errors import Refused
from tuisocial.sdk.login_steps import Answers, Ask, Done, LoginFlow, Show, SignInContext, Step
from tuisocial.sdk.options import Field, FieldKind
from tuisocial.sdk.secret import Secret

RELAYS = "relays"
PUBKEY = "pubkey"
SIGNER = "signer"
SIGNER_RELAYS = "signer_relays"
BLOSSOM = "blossom"
KEY = "key"
CLIENT_KEY = "client_key"

RELAY = Field(
    "relay",
    "Relays",
    FieldKind.URLS,
    placeholder="wss://relay.example.com",
    help="a relay to read from; give it several times for several",
)
_OPTIONAL_RELAY = Field(
    "relay",
    "Relays",
    FieldKind.URLS,
    required=False,
    placeholder="wss://relay.example.com",
    help="a relay to read from, several times for several; else those of your own relay list",
)
_NSEC = Field(
    "nsec",
    "Secret key",
    FieldKind.SECRET,
    placeholder="nsec1…",
    help="nsec1…, ncryptsec1… or 64 hex digits; it is kept in the keyring and never sent anywhere",
)
_PASSPHRASE = Field(
    ncryptsec.PASSPHRASE,
    "Passphrase",
    FieldKind.SECRET,
    help="the one that the key was encrypted with; it is not kept",
)
_NPUB = Field(
    "npub",
    "Public key",
    placeholder="npub1… or ada@example.com",
    help="npub1…, 64 hex digits, or a name like ada@example.com; nothing can be posted with it",
)
_BUNKER = Field(
    bunker.FIELD,
    "Signer's address",
    FieldKind.SECRET,
    placeholder="bunker://…",
    help="the address that your signer gives for another program; it holds a secret",
)


def flows(outside: Outside) -> tuple[LoginFlow, ...]:
    """The ways to sign in, the most usual first."""
    relay = _OPTIONAL_RELAY
    return (
        LoginFlow(
            "key",
            "With my key",
            "read and post as yourself",
            (_NSEC, relay),
            partial(_with_key, outside),
        ),
        LoginFlow(
            "bunker",
            "With my signer",
            "the key stays in the signer, whose address you paste",
            (_BUNKER, relay),
            partial(_with_signer, outside, {}),
        ),
        LoginFlow(
            "connect",
            "Invite my signer",
            "the key stays in the signer, which reads an address or a code",
            (relay,),
            partial(_inviting, outside),
            flag="connect",
        ),
        LoginFlow(
            "new",
            "New key",
            "make a key of your own",
            (relay,),
            partial(_with_new_key, outside),
            flag="new",
        ),
        LoginFlow(
            "npub",
            "Read only",
            "read what somebody follows",
            (_NPUB, relay),
            partial(_read_only, outside),
        ),
        LoginFlow(
            "guest",
            "Guest",
            "read relays without a key",
            (RELAY,),
            partial(_as_guest, outside),
            flag="guest",
            guest=True,
        ),
    )


async def _with_key(outside: Outside, answers: Answers, context: SignInContext) -> Step:
    given = answers.secrets.get(_NSEC.name)
    if given is None or not given.reveal().strip():
        raise Refused("a secret key is needed", field=_NSEC.name)
    typed = typed_relays(answers)
    if not keys.looks_encrypted(given.reveal()):
        key = keys.secret_key(given.reveal())
        kept = Secret(given.reveal().strip())
        return await _keyed(outside, context, typed, key, kept)
    code = Secret(ncryptsec.checked(given.reveal()))

    async def opened(answers: Answers) -> Step:
        passphrase = answers.secrets.get(_PASSPHRASE.name, Secret(""))
        key = await asyncio.to_thread(ncryptsec.decrypted, code.reveal(), passphrase)
        return await _keyed(outside, context, typed, key, key)

    return Ask((_PASSPHRASE,), opened, "That key is encrypted.")


async def _keyed(
    outside: Outside, context: SignInContext, typed: tuple[str, ...], key: Secret, kept: Secret
) -> Step:
    """`kept` is the key as the person spelt it: a program that prints it is compared by text."""
    from tuisocial.adapters.nostr.finding import Finder

    context.hide(key)
    pubkey = keys.public_key_of(key)

    async def done(relays: tuple[str, ...], warning: str) -> Step:
        return complete(pubkey, relays, warning=warning, secrets={KEY: kept})

    return await Finder(outside, context).of_person(pubkey, typed, done)


async def _with_new_key(outside: Outside, answers: Answers, context: SignInContext) -> Step:
    from tuisocial.adapters.nostr.finding import Finder

    key = keys.new_key()
    context.hide(key)
    pubkey, nsec = keys.public_key_of(key), keys.nsec(key)

    async def shown(relays: tuple[str, ...], warning: str) -> Step:
        async def kept() -> Step:
            return complete(pubkey, relays, warning=warning, secrets={KEY: nsec})

        return Show(
            "This is your new secret key. Whoever has it is you, and nobody can give it to you "
            "again: keep it in a safe place now.",
            nsec,
            kept,
        )

    return await Finder(outside, context).of_newcomer(typed_relays(answers), shown)


async def _read_only(outside: Outside, answers: Answers, context: SignInContext) -> Step:
    from tuisocial.adapters.nostr.finding import Finder

    text = answers.texts.get(_NPUB.name, "").strip()
    typed = typed_relays(answers)
    finder = Finder(outside, context)
    code = keys.public_key(text)
    identifier = None if code else identifiers.parse(text)
    if code is not None:
        pubkey, hints = code.pubkey, code.relays
    elif identifier is not None:
        named = await identifiers.look_up(context.http, identifier, by=None)
        pubkey, hints = named.pubkey, named.relays
    else:
        raise Refused(
            "that is neither a public key nor a name",
            field=_NPUB.name,
            remedy="give npub1…, 64 hex digits or name@domain",
        )

    async def done(relays: tuple[str, ...], warning: str) -> Step:
        return complete(pubkey, relays, str(identifier or ""), warning=warning)

    return await finder.of_person(pubkey, typed, done, hints=hints)


async def _with_signer(
    outside: Outside, clients: dict[Secret, Secret], answers: Answers, context: SignInContext
) -> Step:
    """`clients` keeps the client's key for each address: who agreed to one need not agree again
    when the sign-in is tried once more."""
    from tuisocial.adapters.nostr.pairing import Pairing

    given = answers.secrets.get(_BUNKER.name)
    if given is None or not given.reveal().strip():
        raise Refused("a signer's address is needed", field=_BUNKER.name)
    typed, found = typed_relays(answers), bunker.read(given.reveal())
    key = clients.setdefault(given, keys.new_key())
    return await Pairing(outside, context, typed, key).with_bunker(found)


async def _inviting(outside: Outside, answers: Answers, context: SignInContext) -> Step:
    from tuisocial.adapters.nostr.pairing import Pairing

    pairing = Pairing(outside, context, typed_relays(answers), keys.new_key())
    return await pairing.by_invitation()


async def _as_guest(outside: Outside, answers: Answers, context: SignInContext) -> Step:
    from tuisocial.adapters.nostr.finding import Finder

    relays = typed_relays(answers)
    if not relays:
        raise Refused(
            "a relay is needed to read from",
            field=RELAY.name,
            remedy="for example wss://relay.example.com",
        )

    async def done(relays: tuple[str, ...], warning: str) -> Step:
        where = addresses.host(relays[0])
        options = {RELAYS: "\n".join(relays)}
        return Done(None, where, _short(where), options, warning=warning)

    return await Finder(outside, context).checked(relays, done)


def complete(
    pubkey: str,
    relays: tuple[str, ...],
    handle: str = "",
    *,
    warning: str = "",
    options: Mapping[str, str] | None = None,
    secrets: Mapping[str, Secret] | None = None,
) -> Done:
    """The end of a sign-in as somebody."""
    code = entities.shortened(entities.npub(pubkey))
    return Done(
        account_id(pubkey),
        handle or code,
        _short(handle.partition("@")[0]) if "@" in handle else "nostr",
        {RELAYS: "\n".join(relays), PUBKEY: pubkey, **(options or {})},
        secrets or {},
        warning,
    )


def typed_relays(answers: Answers) -> tuple[str, ...]:
    """What was typed, each address in one spelling.

    Raises: Refused naming the field `relay`.
    """
    urls: dict[str, None] = {}
    for url in answers.lists.get(RELAY.name, ()):
        if not url.strip():
            continue
        try:
            urls[addresses.normal(url)] = None
        except ValueError as error:
            raise Refused(
                f"{addresses.quoted(url)} is no relay: {error}", field=RELAY.name
            ) from None
    return tuple(urls)


def _short(text: str) -> str:
    """A name for the login that is easy to type: the first word of a host or handle."""
    words = [word for word in text.partition(":")[0].split(".") if word not in ("relay", "www")]
    return words[0][:32] if words and words[0].isalpha() and words[0].isascii() else "nostr"

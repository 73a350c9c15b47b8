"""Signing in: with a key, read-only by `npub` or NIP-05 name, or as a guest; always with relays."""

from __future__ import annotations

from tuisocial.adapters.nostr import addresses, entities, identifiers, keys
from tuisocial.adapters.nostr.ids import account_id
from tuisocial.sdk.errors import Refused
from tuisocial.sdk.login_steps import Answers, Done, LoginFlow, SignInContext, Step
from tuisocial.sdk.options import Field, FieldKind

RELAYS = "relays"
PUBKEY = "pubkey"
KEY = "key"

_RELAY = Field(
    "relay",
    "Relays",
    FieldKind.URLS,
    placeholder="wss://relay.example.com",
    help="a relay to read from; give it several times for several",
)
_NSEC = Field(
    "nsec",
    "Secret key",
    FieldKind.SECRET,
    placeholder="nsec1…",
    help="nsec1… or 64 hex digits; it is kept in the keyring and never sent anywhere",
)
_NPUB = Field(
    "npub",
    "Public key",
    placeholder="npub1… or ada@example.com",
    help="npub1…, 64 hex digits, or a name like ada@example.com; nothing can be posted with it",
)


def flows() -> tuple[LoginFlow, ...]:
    """The ways to sign in, the most usual first."""
    return (
        LoginFlow("key", "With my key", "read and post as yourself", (_NSEC, _RELAY), _with_key),
        LoginFlow("npub", "Read only", "read what somebody follows", (_NPUB, _RELAY), _read_only),
        LoginFlow("guest", "Guest", "read relays without a key", (_RELAY,), _as_guest, guest=True),
    )


async def _with_key(answers: Answers, context: SignInContext) -> Step:
    given = answers.secrets.get(_NSEC.name)
    if given is None or not given.reveal().strip():
        raise Refused("a secret key is needed", field=_NSEC.name)
    key = keys.secret_key(given.reveal())
    relays = _relays(answers)
    done = _done(keys.public_key_of(key), relays)
    return Done(done.account, done.handle, done.suggested_name, done.options, {KEY: key})


async def _read_only(answers: Answers, context: SignInContext) -> Step:
    text = answers.texts.get(_NPUB.name, "").strip()
    code = keys.public_key(text)
    if code is not None:
        return _done(code.pubkey, _relays(answers, code.relays))
    identifier = identifiers.parse(text)
    if identifier is None:
        raise Refused(
            f"neither a public key nor a name: {text[:80]!r}",
            field=_NPUB.name,
            remedy="give npub1…, 64 hex digits or name@domain",
        )
    given = _relays(answers, required=False)
    named = await identifiers.look_up(context.http, identifier, trusted=True)
    return _done(named.pubkey, given or _relays(answers, named.relays), str(identifier))


async def _as_guest(answers: Answers, context: SignInContext) -> Step:
    relays = _relays(answers)
    where = addresses.host(relays[0])
    return Done(None, where, _short(where), {RELAYS: "\n".join(relays)})


def _done(pubkey: str, relays: tuple[str, ...], handle: str = "") -> Done:
    options = {RELAYS: "\n".join(relays), PUBKEY: pubkey}
    code = entities.shortened(entities.npub(pubkey))
    name = _short(handle.partition("@")[0]) if "@" in handle else "nostr"
    return Done(account_id(pubkey), handle or code, name, options)


def _relays(
    answers: Answers, hints: tuple[str, ...] = (), *, required: bool = True
) -> tuple[str, ...]:
    """What was typed, each address in one spelling; where nothing was, a code's own hints."""
    typed = [url for url in answers.lists.get(_RELAY.name, ()) if url.strip()]
    urls: dict[str, None] = {}
    for url in typed:
        try:
            urls[addresses.normal(url)] = None
        except ValueError as error:
            raise Refused(f"{error}: {url[:100]!r}", field=_RELAY.name) from None
    if not typed:
        urls = dict.fromkeys(addresses.foreign_all(hints, loopback_allowed=False, most=5))
    if not urls and required:
        raise Refused(
            "a relay is needed to read from",
            field=_RELAY.name,
            remedy="for example wss://relay.example.com",
        )
    return tuple(urls)


def _short(text: str) -> str:
    """A name for the login that is easy to type: the first word of a host or handle."""
    words = [word for word in text.partition(":")[0].split(".") if word not in ("relay", "www")]
    return words[0][:32] if words and words[0].isalpha() and words[0].isascii() else "nostr"

"""A remote signer (NIP-46) as a test wants it, talking over any relay, without our own code."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs, urlsplit

from nostr_sdk import Nip44Version, PublicKey, SecretKey, nip44_decrypt, nip44_encrypt
from websockets.asyncio.client import ClientConnection, connect

from tests.adapters.nostr.signing import Author

KIND = 24_133
PAGE = "https://signer.example/confirm?id=1"


class RemoteSigner:
    """Signs as `owner`; the sets name methods that are to go otherwise than they should.

    `clients` are who asked, `left` who said that they do not come back.
    `held` are answered once `agreed` is set, `confirmed` at a page before that.
    """

    def __init__(self, socket: ClientConnection, relay: str, owner: Author) -> None:
        self.key = Author(f"signer {token_hex(8)}")  # the relay keeps what was for another
        self.owner = owner
        self.secret = "a-secret-of-the-signer"
        self.requests: list[tuple[str, list[str]]] = []
        self.clients: set[str] = set()
        self.left: list[str] = []
        self.refused: set[str] = set()
        self.ignored: set[str] = set()
        self.held: set[str] = set()
        self.confirmed: set[str] = set()
        self.agreed = asyncio.Event()
        self.asked = asyncio.Event()
        self._socket = socket
        self._relay = relay
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def uri(self) -> str:
        """Its `bunker://` address."""
        return f"bunker://{self.key.pubkey}?relay={self._relay}&secret={self.secret}"

    @property
    def methods(self) -> list[str]:
        """What it was asked, in order."""
        return [method for method, _ in self.requests]

    async def read(self, invitation: str, secret: str | None = None) -> None:
        """Do as a signer does that has read a `nostrconnect://` address."""
        parts = urlsplit(invitation)
        told = parse_qs(parts.query)
        assert told["relay"] == [self._relay]
        client = parts.hostname or ""
        await self._answer(client, "1", {"result": secret or told["secret"][0]})

    async def serve(self) -> None:
        """Answer until the connection is closed."""
        wanted = {"kinds": [KIND], "#p": [self.key.pubkey], "since": int(time.time()) - 5}
        await self._socket.send(json.dumps(["REQ", "signer", wanted]))
        async for message in self._socket:
            match json.loads(message):
                case ["EOSE", *_]:
                    self.asked.set()
                case ["EVENT", _, event]:
                    task = asyncio.create_task(self._hear(event))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)

    async def _hear(self, event: dict[str, Any]) -> None:
        client = event["pubkey"]
        request = json.loads(nip44_decrypt(self._key(), PublicKey.parse(client), event["content"]))
        name, method, params = request["id"], request["method"], request["params"]
        self.requests.append((method, params))
        self.clients.add(client)
        if method == "logout":
            self.left.append(client)
        if method in self.ignored:
            return
        if method in self.refused:
            await self._answer(client, name, {"error": "the owner said no"})
            return
        if method in self.confirmed:
            await self._answer(client, name, {"result": "auth_url", "error": PAGE})
        if method in self.held | self.confirmed:
            await self.agreed.wait()
        await self._answer(client, name, {"result": self._result(method, params)})

    def _result(self, method: str, params: list[str]) -> str:
        match method:
            case "connect":
                assert params[:2] == [self.key.pubkey, self.secret]
                return "ack"
            case "get_public_key":
                return self.owner.pubkey
            case "sign_event":
                asked = json.loads(params[0])
                event = self.owner.event(
                    asked["content"],
                    asked["tags"],
                    kind=asked["kind"],
                    created_at=asked["created_at"],
                )
                return json.dumps(event)
            case _:
                return "pong" if method == "ping" else "ack"

    async def _answer(self, client: str, name: str, told: Mapping[str, str]) -> None:
        text = json.dumps({"id": name, **told})
        sealed = nip44_encrypt(self._key(), PublicKey.parse(client), text, Nip44Version.V2)
        event = self.key.event(sealed, [["p", client]], kind=KIND, created_at=int(time.time()))
        await self._socket.send(json.dumps(["EVENT", event]))

    def _key(self) -> SecretKey:
        return SecretKey.parse(self.key.key.hex())


@asynccontextmanager
async def signing(relay: str, owner: Author) -> AsyncIterator[RemoteSigner]:
    """A signer at work, until it vanishes without a word at the end."""
    async with connect(relay, compression=None) as socket:
        signer = RemoteSigner(socket, relay, owner)
        task = asyncio.create_task(signer.serve())
        try:
            async with asyncio.timeout(30):
                await signer.asked.wait()
            yield signer
        finally:
            for each in (task, *signer._tasks):
                each.cancel()
            await asyncio.gather(task, *signer._tasks, return_exceptions=True)

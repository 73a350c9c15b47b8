"""What goes wrong in a handler is reported and logged, and never ends the program.

Textual ends an application at the first error in a handler and prints it whole. Every screen and
widget of ours is `Guarded` instead: the error goes to `App._handle_exception`, which ours
overrides, and the next message is handled as if nothing had been.
"""

from __future__ import annotations

from textual.message import Message
from textual.message_pump import MessagePump


class Guarded(MessagePump):
    """A screen or widget that outlives an error in one of its handlers."""

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:  # noqa: BLE001 - reported, which logs it
            self.app._handle_exception(error)

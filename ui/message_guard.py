"""ASGI middleware: messages of a browser's session that are for whoever develops a page, not for who looks at it, are not passed on.

Anybody who speaks to the socket could otherwise empty the memory that all sessions share, over and over, whatever their role.
"""

from __future__ import annotations

from typing import Final

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

REFUSED: Final = frozenset({"clear_cache", "set_run_on_save", "load_git_info", "debug_disconnect_websocket", "debug_shutdown_runtime"})


class MessageGuard:
    """Drops what nobody who looks needs to say."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return

        async def listen() -> Message:
            while True:
                message = await receive()
                if not is_refused(message.get("bytes") or b""):
                    return message

        await self.app(scope, listen, send)


def is_refused(said: bytes) -> bool:
    """Whether a message of a session is one that is dropped; what cannot be read is left to who reads it next."""
    message = BackMsg()
    try:
        message.ParseFromString(said)
    except DecodeError:
        return False
    return message.WhichOneof("type") in REFUSED

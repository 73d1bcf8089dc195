"""The server of `casesim app`: Voila on the workbench notebook. It runs in a process of its own."""

import asyncio
from typing import Any

from voila.app import Voila

from casesim.cli.gate import guard

# What a page of widgets has to ask of a kernel; nothing else reaches it, above all no code and no shutdown.
MESSAGES = ["comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request"]
# All that a page asks for. Voila answers to more, and to some of it with a fault of its own.
_KERNEL = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PATHS = (
    "/|/login|/voila/(static|labextensions|api/themes)/.+|/voila/templates/[a-z]+/static/.+"
    f"|/api/kernels/{_KERNEL}(/channels)?|/voila/api/shutdown/{_KERNEL}"
)


class Page(Voila):  # type: ignore[misc]
    """Voila, which takes neither of these two from a flag."""

    def init_settings(self) -> dict[str, Any]:
        """The settings of its pages; Voila itself would let a page shut its kernel down by a message."""
        settings: dict[str, Any] = super().init_settings()
        self.kernel_manager.allowed_message_types = MESSAGES
        return {**settings, "allow_remote_access": False, "xsrf_cookie_kwargs": {"samesite": "Strict"}}

    def listen(self) -> None:
        """Listen, from behind the gate."""
        guard(self.app, PATHS)
        super().listen()


def main() -> None:
    """Serve until a signal ends it."""
    asyncio.set_event_loop(asyncio.new_event_loop())
    Page.launch_instance()


if __name__ == "__main__":
    main()

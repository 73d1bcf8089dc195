"""What stands before both servers: the names that they answer to, how many kernels they start, what a cookie may do.

They listen on this machine alone. A page of somebody else's that a browser has open can still send them requests, under
a name of its own that it lets point here; the name in `Host` gives it away.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher, Rule
from tornado.web import Application, HTTPError, RequestHandler
from traitlets import Int

from casesim.visible import visible

# A page that is being opened has its kernel before it is connected to it.
LEFT = timedelta(minutes=2)
# Jupyter's, by which every browser of today talks to a kernel.
PROTOCOL = "v1.kernel.websocket.jupyter.org"
NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


def guard(served: Application, paths: str = ".*") -> None:
    """Refuse every request that is not to one of our names (403), for a path that there is no use for (404), or for a
    socket of another protocol than pages speak (400).

    Args:
        served: what answers all others. Any port will do, as it may be forwarded.
        paths: a pattern of the paths that are asked for, as they are written.
    """
    refusals = [
        Rule(_Elsewhere(), _Refused, {"status": 403, "why": "This server answers to 127.0.0.1 and localhost alone."}),
        Rule(_Odd(paths), _Refused, {"status": 404, "why": "There is nothing here."}),
        Rule(_Old(), _Refused, {"status": 400, "why": f"Sockets speak {PROTOCOL} here."}),
    ]
    served.default_router.rules[:0] = refusals


def ours(host: str) -> bool:
    """Whether a `Host` header has one of our names.

    Example:
        >>> ours("localhost:8866"), ours("[::1]"), ours("127.0.0.1.example.com"), ours("localhost:x")
        (True, True, False, False)
    """
    try:
        parts = urlsplit(f"//{host}")
        return parts.hostname in NAMES and parts.netloc == host and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


class _Elsewhere(Matcher):
    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        return None if ours(request.host) else {}


class _Odd(Matcher):
    def __init__(self, paths: str) -> None:
        self.paths = re.compile(paths)

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        try:
            path = unquote(request.path, errors="strict")
        except ValueError:
            return {}
        return None if visible(path) == path and self.paths.fullmatch(request.path) else {}


class _Old(Matcher):
    """Voila takes what an older protocol packs for the newer one, and reads it for ever."""

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        spoken = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        channels = request.path.rstrip("/").endswith("/channels")
        return {} if channels and PROTOCOL not in map(str.strip, spoken) else None


class _Refused(RequestHandler):
    def initialize(self, status: int, why: str) -> None:
        self.status, self.why = status, why

    def prepare(self) -> None:
        self.set_status(self.status)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{self.why}\n")


def spare(kernels: Iterable[Mapping[str, Any]], now: datetime) -> str | None:
    """The id of the kernel that has been without a page for the longest, of those without one for two minutes.

    Args:
        kernels: as the server lists them: `id`, `connections`, `last_activity` as ISO 8601.
    """
    idle = ((datetime.fromisoformat(each["last_activity"]), each["id"]) for each in kernels if not each["connections"])
    since, longest = min(idle, default=(now, None))
    return longest if now - since > LEFT else None


class Kernels(AsyncMappingKernelManager):
    """No more kernels than `most`: each holds the whole dataset, and whoever loads a page starts one."""

    most = Int(8, config=True, help="How many kernels there are at most.")

    async def start_kernel(self, **given: Any) -> str:  # type: ignore[override]
        """Start one more; where kernels are culled, in the place of one whose page is gone.

        Raises:
            HTTPError: 503, there are as many as may be.
        """
        listed: list[dict[str, Any]] = self.list_kernels()  # type: ignore[no-untyped-call]
        left = spare(listed, datetime.now(UTC)) if self.cull_idle_timeout > 0 else None
        if len(self) >= self.most and left is not None:
            await self.shutdown_kernel(left)  # type: ignore[no-untyped-call]
        if len(self) >= self.most:
            raise HTTPError(
                503, reason=f"{self.most} workbenches are open. Close one and load this again in two minutes."
            )
        return str(await super().start_kernel(**given))

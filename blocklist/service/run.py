"""Serve both sides in one process until told to stop; calls under way are finished."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import uvicorn

from blocklist.errors import TroubleError
from blocklist.service.app import build
from blocklist.service.doors import Side
from blocklist.service.house import House
from blocklist.service.measuring import say
from blocklist.service.patience import PATIENCE_S, impatient

_GRACE = 20  # seconds for calls under way


class _Server(uvicorn.Server):
    """One listener; signals are ours, since each server would take them for itself alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def serve(house: House, listeners: dict[Side, socket.socket], *, ready: Callable[[], None]) -> None:
    """Serve each side on its socket until SIGTERM or SIGINT; ``ready`` is called when both answer."""
    asyncio.run(_serve(house, listeners, ready))


async def _serve(house: House, listeners: dict[Side, socket.socket], ready: Callable[[], None]) -> None:
    servers = {side: _Server(config_of(house, side)) for side in listeners}

    def stop() -> None:
        for server in servers.values():
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    tasks = [asyncio.create_task(server.serve([listeners[side]])) for side, server in servers.items()]
    while not all(server.started for server in servers.values()):
        if any(task.done() for task in tasks):
            raise TroubleError("the service did not start")
        await asyncio.sleep(0.01)
    ready()
    await asyncio.gather(*tasks)
    say("stopped", datetime.now(UTC))


def config_of(house: House, side: Side, *, patience: float = PATIENCE_S) -> uvicorn.Config:
    """Return how one side is served; ``patience`` is what callers are waited for, in seconds."""
    proxies = list(house.workspace.config.serve.proxies)
    return uvicorn.Config(
        build(house, side, patience=patience),
        http=impatient(patience),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=_GRACE,
        timeout_keep_alive=30,
        limit_concurrency=1000,
        lifespan="off",
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises TroubleError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
        listener.setblocking(False)
    except OSError as problem:
        listener.close()
        raise TroubleError(f"{host}:{port}: cannot be listened on ({problem.strerror})") from problem
    return listener

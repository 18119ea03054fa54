"""Prometheus metrics and structured logs: by door, never by path, so that no ticket is in them."""

import logging
import sys
from datetime import datetime
from typing import Any

import orjson
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_LOG = logging.getLogger("linkgazette.service")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Meters:
    """Counts of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "linkgazette_requests", "Requests answered.", ["side", "door", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "linkgazette_request_seconds",
            "Time to answer.",
            ["side", "door"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.shares = Counter(
            "linkgazette_shares", "Shares reported, by what became of them.", ["what"], registry=self.registry
        )
        self.waiting = Gauge(
            "linkgazette_waiting", "What waits, by where it waits.", ["where"], registry=self.registry
        )

    def exposed(self) -> bytes:
        """Return the metrics in the text format."""
        return generate_latest(self.registry)


def say(event: str, now: datetime, **facts: Any) -> None:
    """Write one line of JSON to the log."""
    line = orjson.dumps({"at": now, "event": event, **facts}, option=orjson.OPT_UTC_Z | orjson.OPT_SORT_KEYS)
    _LOG.info("%s", line.decode())


def log_to_stderr() -> None:
    """Send the lines to stderr, as they are."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    _LOG.handlers[:] = [handler]
    _LOG.setLevel(logging.INFO)
    _LOG.propagate = False

"""What a publication tells machines: a file of Prometheus metrics, for node_exporter's textfile collector."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from blocklist.commands.gauges import gauge, write_gauges
from blocklist.errors import BrakeError

if TYPE_CHECKING:
    from prometheus_client import Metric


class Published:
    """A Prometheus collector: the latest release, and whether the brake holds the next one."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self.held = False

    def collect(self) -> "Iterator[Metric]":
        """Yield every metric; before the first release its figures are 0."""
        from blocklist.store import open_workspace

        yield gauge("publish_held", "1: the brake held the release that was tried last.", self.held)
        with open_workspace(self._workspace, create=False, write=False) as opened:
            latest = opened.releases.latest()
        serial, entries = (latest.serial, latest.entries) if latest else (0, 0)
        issued, expires = (latest.issued_at, latest.expires_at) if latest else (None, None)
        yield gauge("release_serial", "Serial of the latest release.", serial)
        yield gauge("release_entries", "Entries of the latest release.", entries)
        yield gauge(
            "release_issued_timestamp_seconds", "When it was issued.", issued.timestamp() if issued else 0
        )
        yield gauge(
            "release_expires_timestamp_seconds",
            "When readers begin to refuse it.",
            expires.timestamp() if expires else 0,
        )


@contextmanager
def publishing(workspace: Path, file: Path | None) -> Iterator[None]:
    """Write ``file`` after the block published, or was held by the brake; None: nothing is written.

    After another failure the file stays as it was, and its release grows old. Raises TroubleError when it
    cannot be written.
    """
    if file is None:
        yield
        return
    from prometheus_client import CollectorRegistry

    figures, registry = Published(workspace), CollectorRegistry(auto_describe=False)
    registry.register(figures)
    try:
        yield
    except BrakeError:
        figures.held = True
        write_gauges(file, registry)
        raise
    write_gauges(file, registry)

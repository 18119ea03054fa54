"""What all calls share: the open workspace, one at a time; the throttles; the templates; the metrics."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import ParamSpec, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter

from blocklist.model import Capture, Passage, Verdict
from blocklist.service.measuring import Meters
from blocklist.service.pages import Pages
from blocklist.service.throttle import HOUR, MINUTE, Throttle
from blocklist.store import Workspace

HASHES_AT_ONCE = 2
"""Each takes 64 MiB and a core: as many as the thread pool has would take the machine."""
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class House:
    """The service's rooms; make it with ``open_house``."""

    workspace: Workspace
    out: Path
    """Where the published site lies."""
    pages: Pages
    meters: Meters
    forms: Throttle
    logins: Throttle
    programs: Throttle
    """Requests by key."""
    lookups: Throttle
    desk: CapacityLimiter
    hashing: CapacityLimiter
    """Secrets hashed at once."""
    passages: Callable[[Verdict, Capture], tuple[Passage, ...]]
    """Gives the text of a stored page; raises EvidenceError. The crawl side's: it reads hostile pages."""

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` on the workspace in a thread, one call after the other.

        One connection, one at a time: nobody reads what another has not yet committed.
        """
        return await anyio.to_thread.run_sync(partial(work, *args, **kwargs), limiter=self.desk)


def open_house(workspace: Workspace, out: Path) -> House:
    """Put the rooms together; raises PolicyError, InputError or TroubleError before anybody is let in."""
    serve = workspace.config.serve
    assert workspace.policy  # a broken policy, or a lost key, is told now
    assert workspace.pseudonymiser
    (point,) = entry_points(group="linkgazette.stages", name="read")
    return House(
        workspace=workspace,
        out=out,
        pages=Pages(workspace.config.site, serve),
        meters=Meters(),
        forms=Throttle(serve.public_per_hour, HOUR),
        logins=Throttle(serve.login_per_hour, HOUR),
        programs=Throttle(serve.key_per_minute, MINUTE),
        lookups=Throttle(serve.lookup_per_minute, MINUTE),
        desk=CapacityLimiter(1),
        hashing=CapacityLimiter(HASHES_AT_ONCE),
        passages=point.load()(workspace),
    )

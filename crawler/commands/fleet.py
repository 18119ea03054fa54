"""What ``doctor --cluster`` says of the engine between leader and workers."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from blocklist.commands.checks import Check, State
from blocklist.config import load_config
from blocklist.errors import LinkgazetteError

if TYPE_CHECKING:
    from crawler.cluster.survey import Survey

_MANY_VISITS = 5_000
"""Stored in half a minute by one leader; more of them waiting: it is away, or cannot keep up."""


def fleet_stage(workspace: Path, servers: Sequence[str]) -> list[Check]:
    """Ask the engine at ``servers``, let in as ``workspace`` says; what is not answered is a failed check."""
    from crawler.commands.worker import needs_extra

    try:
        needs_extra()
        from crawler.cluster.survey import survey

        told = survey(servers, load_config(workspace).cluster)
    except LinkgazetteError as problem:
        return [Check(name="cluster", state=State.FAIL, said=str(problem))]
    if told is None:
        said = "nobody has led a crawl there; run `linkgazette crawl --cluster` beside the store"
        return [Check(name="cluster", state=State.WARN, said=said)]
    return [Check(name="cluster", state=state, said=said) for state, said in _lines(told)]


def _lines(told: "Survey") -> Iterator[tuple[State, str]]:
    from crawler.cluster.words import PROGRAM

    other = told.order.program != PROGRAM
    cure = f"; here is {PROGRAM}: install the same everywhere" if other else ""
    yield (State.WARN if other else State.OK), f"led by {told.order.program}{cure}"
    if told.behind:
        said = f"{', '.join(told.behind)} of {told.replicas} servers are away or behind; mend them soon"
        yield State.WARN, said
    else:
        yield State.OK, f"kept on {told.replicas} servers"
    idle = not told.workers and told.errands
    cure = "; start `linkgazette worker` somewhere" if idle else ""
    claims = f"{told.claimed} of {told.order.shards} shards claimed"
    yield (
        (State.FAIL if idle else State.OK),
        f"{told.workers} workers, {claims}, {told.errands} errands wait{cure}",
    )
    many = told.visits > _MANY_VISITS
    cure = "; is the leader there, and its disk?" if many else ""
    yield (
        (State.WARN if many else State.OK),
        f"{told.visits} visits wait for the store, {told.storing} of them in the leader's hands{cure}",
    )

"""Findings: each visited link with its verdict, the way to its page and a moderator's word, in one query."""

from collections.abc import Iterator, Sequence
from typing import Any

from blocklist.model import Failure, Finding, WebUrl
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql

_SELECT = f"""
SELECT {columns_sql(codec.LINK, "links")}, links.unreachable_since, links.first_seen,
       captures.hops, captures.failure, coalesce(links.confirmed_at, captures.fetched_at),
       verdict.id, decision.id,
       {columns_sql(codec.VERDICT, "verdict")},
       {columns_sql(codec.DECISION, "decision")}
FROM links
JOIN verdicts AS verdict ON verdict.id = (SELECT max(id) FROM verdicts WHERE link = links.id)
LEFT JOIN captures ON captures.id = verdict.capture
LEFT JOIN decisions AS decision ON decision.id = (SELECT max(id) FROM held_decisions WHERE link = links.id)
ORDER BY links.id
"""  # noqa: S608 - names are ours
_LINK = len(codec.LINK)
_VERDICT = _LINK + 7
_DECISION = _VERDICT + len(codec.VERDICT)


def findings(db: Database) -> Iterator[Finding]:
    """Stream the findings in the order of their links' ids."""
    for row in db.rows(_SELECT):
        yield _finding(row)


@codec.reads("finding")
def _finding(row: Sequence[Any]) -> Finding:
    unreachable_since, first_seen, hops, failure, fetched_at, verdict, decision = row[_LINK:_VERDICT]
    link = codec.link_of(row[:_LINK])
    found = codec.verdict_of(verdict, row[_VERDICT:_DECISION])
    return Finding(
        link=link,
        verdict=found,
        hops=_way(link.url, hops, found.landing),
        decision=None if decision is None else codec.decision_of(decision, row[_DECISION:]),
        failure=None if failure is None else Failure(failure),
        unreachable_since=codec.maybe_time_of(unreachable_since),
        first_seen=codec.time_of(first_seen),
        fetched_at=codec.maybe_time_of(fetched_at),
    )


def _way(shared: WebUrl, hops: str | None, landing: WebUrl | None) -> tuple[WebUrl, ...]:
    """List the shared URL and every hop before the landing page, each once."""
    seen = dict.fromkeys([shared, *(WebUrl(hop.url) for hop in codec.hops_of(hops or "[]"))])
    if landing is not None:
        seen.pop(landing, None)
    return tuple(seen)

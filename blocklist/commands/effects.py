"""What ``policy diff`` says of stored pages: judged and listed by both policies, compared; nothing is stored.

Judging is the crawl side's (found by entry point), comparing is ``listing.effects``'. Addresses are defanged.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from blocklist.listing import build_listing
from blocklist.listing.effects import Effect, Effects, Outcome, Place, effects_of, kinds_of
from blocklist.model import Entry, Evidence, EvidenceKind, Finding, Judgement
from blocklist.policy import Policy
from blocklist.release.publish import guards_of
from blocklist.store import Workspace, open_workspace
from blocklist.store.workspace import DATABASE_NAME
from blocklist.urls import defang

_EXAMPLES = 5  # links named for each change


def effects(workspace: Path, old: Policy, new: Policy) -> tuple[int, Effects] | None:
    """Judge the stored pages by both policies and compare what would be listed of them.

    Returns how many pages were judged, and what differs; None: the folder holds no workspace. Entries are
    listed afresh on both sides, so that what an old entry leaves behind until it expires hides nothing.
    """
    if not (workspace / DATABASE_NAME).exists():
        return None
    with open_workspace(workspace, create=False, write=False) as opened:
        return _effects(opened, old, new)


def _effects(workspace: Workspace, old: Policy, new: Policy) -> tuple[int, Effects]:
    (point,) = entry_points(group="linkgazette.stages", name="replay")
    judged: dict[int, tuple[Judgement, Judgement]] = {
        verdict: (slim(found[0]), slim(found[1]))
        for verdict, found in point.load()(workspace, [old, new])
        if None not in found  # a page that breaks its reader tells nothing
    }
    findings = tuple(
        replace(one, verdict=replace(one.verdict, judgement=slim(one.verdict.judgement)))
        for one in workspace.findings()
    )
    now = datetime.now(UTC)
    before, after = (
        _outcome(workspace, findings, judged, side, policy, now) for side, policy in enumerate((old, new))
    )
    return len(judged), effects_of(before, after)


def _outcome(
    workspace: Workspace,
    findings: tuple[Finding, ...],
    judged: dict[int, tuple[Judgement, Judgement]],
    side: int,
    policy: Policy,
    now: datetime,
) -> Outcome:
    said = tuple(
        replace(one, verdict=replace(one.verdict, judgement=judged[one.verdict.id][side]))
        if one.verdict.id in judged
        else one
        for one in findings
    )
    listing = build_listing(
        said, guards=guards_of(workspace), policy=policy, settings=workspace.config.listing, now=now
    )
    return Outcome(findings=said, listing=listing)


def slim(judgement: Judgement) -> Judgement:
    """Keep of the evidence what decides about listing, not the words: many pages are held at once."""
    facts = (
        _fact(each.rule if each.category is None else "", each.kind, each.category, weight=_sign(each.weight))
        for each in judgement.evidence
    )
    return replace(judgement, evidence=tuple(dict.fromkeys(facts)))


@cache
def _fact(rule: str, kind: EvidenceKind, category: str | None, *, weight: float) -> Evidence:
    return Evidence(rule=rule, kind=kind, category=category, excerpt="", weight=weight)


def _sign(weight: float) -> float:
    return (weight > 0) - (weight < 0)


def lines_of(pages: int, found: Effects) -> Iterator[str]:
    """Say it for a person."""
    yield f"{pages} stored pages judged by both policies; {len(found.links)} links would stand differently"
    if not found.links:
        return
    counts = {kind: count for kind, count in found.counts().items() if count}
    yield "  " + ", ".join(f"{count} {kind}" for kind, count in counts.items())
    added, removed, changed = found.entries_added, found.entries_removed, found.entries_changed
    yield f"  entries: {len(added)} more, {len(removed)} less, {len(changed)} of another category or grade"
    for category, kinds in found.by_category().items():
        said = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        yield f"  {category or 'no category'}: {said}"
    changes: dict[str, list[Effect]] = {}
    for effect in found.links:
        changes.setdefault(", ".join(kinds_of(effect)), []).append(effect)
    for change, links in sorted(changes.items(), key=lambda item: (-len(item[1]), item[0])):
        yield ""
        yield f"{change}: {len(links)}"
        for effect in links[:_EXAMPLES]:
            yield from _example(effect)
        if len(links) > _EXAMPLES:
            yield f"  … and {len(links) - _EXAMPLES} more; --json has all"


def _example(effect: Effect) -> Iterator[str]:
    yield f"  link {effect.link}  {defang(effect.url)}"
    for side, one in (("-", effect.old), ("+", effect.new)):
        named = f" {one.category} grade {one.grade}" if one.category else ""
        place = "" if one.place is Place.NEITHER else f"{one.place}{named}: "
        yield f"    {side} {place}{one.reason}"


def as_json(pages: int, found: Effects) -> dict[str, Any]:
    """Return it as ``--json`` prints it; addresses defanged."""
    return {
        "pages": pages,
        "counts": found.counts(),
        "by_category": found.by_category(),
        "links": [_link(effect) for effect in found.links],
        "entries_added": [_entry(each) for each in found.entries_added],
        "entries_removed": [_entry(each) for each in found.entries_removed],
        "entries_changed": [{"old": _entry(was), "new": _entry(now)} for was, now in found.entries_changed],
    }


def _link(effect: Effect) -> dict[str, Any]:
    sides = {
        side: {"place": one.place, "category": one.category, "grade": one.grade, "reason": one.reason}
        for side, one in (("old", effect.old), ("new", effect.new))
    }
    return {
        "link": effect.link,
        "url": defang(effect.url),
        "changes": list(kinds_of(effect)),
        **sides,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "scope": entry.scope,
        "expression": defang(entry.expression),
        "category": entry.category,
        "grade": entry.grade,
    }

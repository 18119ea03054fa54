"""Stored captures judged again and the new verdicts kept beside the old; judging is ``crawler.replay``'s.

A new verdict is stored when it says anything else, or says the same by another policy; so a run that was
stopped goes on where it was. What finds similar cases is drawn anew. A page that turns out to be one that
must not be kept loses its evidence, as it would have at the crawl.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from blocklist.likeness import Traits
from blocklist.model import Judgement, Label, Verdict
from blocklist.store import Workspace
from blocklist.store.unnamed import Unname
from blocklist.store.verdicts import alike
from crawler.commands.progress import shown
from crawler.fetch.archive import erase
from crawler.replay import Replayed, judged_again

_BATCH = 100  # verdicts in one transaction


@dataclass(slots=True)
class Reclassified:
    """What a run did."""

    judged: int = 0
    stored: int = 0
    overtaken: int = 0
    """Not stored, since a crawl had judged the link meanwhile."""
    broken: int = 0
    """Pages that broke their reader; the old verdict holds."""
    suppressed: int = 0
    lost: list[str] = field(default_factory=list)
    """Why evidence could not be read, one line each."""
    turns: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many verdicts said first what before, then what now."""
    changed: list[int] = field(default_factory=list)
    """Links whose label, category, grade or standing changed."""

    def as_json(self) -> dict[str, Any]:
        """Return it as ``--json`` prints it."""
        turns = [{"from": old, "to": new, "links": count} for (old, new), count in sorted(self.turns.items())]
        return {
            "judged": self.judged,
            "stored": self.stored,
            "overtaken": self.overtaken,
            "broken": self.broken,
            "suppressed": self.suppressed,
            "lost": self.lost,
            "turns": turns,
            "changed": self.changed,
        }


def judge_again(workspace: Workspace, *, everything: bool, dry_run: bool) -> Reclassified:
    """Judge what another policy judged, with ``everything`` all of it; ``dry_run`` stores nothing."""
    done = Reclassified()
    batch: list[tuple[int, Verdict]] = []
    traits: dict[int, Traits | None] = {}

    def store() -> None:
        if not dry_run:
            kept = workspace.verdicts.succeed(batch)
            done.stored += kept
            done.overtaken += len(batch) - kept
            with workspace.database.transaction():
                for link, found in traits.items():
                    workspace.traits.keep(link, found)
        batch.clear()
        traits.clear()

    policy = workspace.policy
    but_policy = None if everything else policy.digest
    pages = judged_again(workspace, [policy], but_policy=but_policy)
    for one in shown(pages, lambda: workspace.verdicts.count_kept(but_policy=but_policy)):
        made, suppressed = _succeeding(one, done, workspace.unnamed), False
        if one.readings and one.readings[0].judgement is not None:
            traits[one.verdict.link] = one.readings[0].traits
        if made is not None:
            assert one.verdict.id is not None, "it was stored"
            batch.append((one.verdict.id, made))
            suppressed = one.readings[0].suppressed
        if suppressed and not dry_run:
            _drop(workspace, one.verdict.link)
        if suppressed or max(len(batch), len(traits)) >= _BATCH:
            store()
    store()
    return done


def _succeeding(one: Replayed, done: Reclassified, unnamed: Unname) -> Verdict | None:
    """Count ``one``; return the verdict to store, None if nothing new is said."""
    if one.lost:
        done.lost.append(one.lost)
        return None
    reading, old = one.readings[0], one.verdict
    if reading.judgement is None:
        done.broken += 1
        return None
    done.judged += 1
    done.suppressed += reading.suppressed
    judged = one.judged[0]
    assert judged.id is not None, "it was stored"
    judgement, title = unnamed(old.link, reading.judgement, reading.title)
    made = replace(
        old,
        id=None,
        landing=judged.final_url,
        captures=(judged.id, *sorted({*old.captures} - {judged.id})),
        title=title,
        judgement=judgement,
        decided_at=datetime.now(UTC),
        by="machine",
    )
    if alike(made, old):
        return None
    if standing(old.judgement) != standing(reading.judgement):
        done.turns[standing_words(old.judgement), standing_words(reading.judgement)] += 1
        done.changed.append(old.link)
    return made


def _drop(workspace: Workspace, link: int) -> None:
    """Keep nothing more of a page that must not be kept, and never visit its link again."""
    for capture in workspace.captures.of(link):
        if capture.archived is not None:
            erase(workspace.path, capture)
    workspace.links.never_again(link)
    workspace.evidence.erased(
        [capture.id for capture in workspace.captures.of(link) if capture.archived and capture.id],
        reason="must not be kept",
        now=datetime.now(UTC),
    )


def standing(judgement: Judgement) -> tuple[Label, str | None, int, bool]:
    """Return what matters of a judgement for the list."""
    return judgement.label, judgement.category, judgement.grade, judgement.publishable


def standing_words(judgement: Judgement) -> str:
    """Say it for a person: ``contraband tobacco grade 2, listed``."""
    if judgement.category is None:
        return str(judgement.label)
    where = "listed" if judgement.publishable else "to review"
    return f"{judgement.label} {judgement.category} grade {judgement.grade}, {where}"

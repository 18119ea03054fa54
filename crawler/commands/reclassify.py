"""``reclassify``: stored captures judged again under the present policy, without fetching.

Judging again is ``crawler.replay``'s. A new verdict is stored beside the old one when it says anything else,
or says the same by another policy; so a run that was stopped goes on where it was. What finds similar cases
is drawn anew. A page that turns out to be one that must not be kept loses its evidence, as it would have at
the crawl.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from blocklist.likeness import Traits
from blocklist.model import Judgement, Label, Verdict
from crawler.commands.progress import shown

if TYPE_CHECKING:
    from blocklist.policy import Policy
    from blocklist.store import Workspace
    from blocklist.store.unnamed import Unname
    from crawler.replay import Replayed

_BATCH = 100  # verdicts in one transaction
_SHOWN = 20  # changes and losses named for a person


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


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also what the present policy judged already.")
@click.option("--dry-run", is_flag=True, help="Store nothing; only say what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def reclassify(workspace: Path, everything: bool, dry_run: bool, as_json: bool) -> None:
    """Judge stored captures again under the present policy; nothing is fetched.

    Only verdicts of another policy are made again (with --all: every one, after an upgrade of the program).
    The old ones are kept; the next release acts on the new. Can be stopped and started again at any point.
    Exit 1 when no evidence is left to judge.
    """
    from blocklist.store import open_workspace
    from crawler.fetch.hotline import tell_all

    with open_workspace(workspace, create=False, write=not dry_run) as opened:
        done = _run(opened, everything=everything, dry_run=dry_run)
        if done.suppressed and not dry_run:
            tell_all(opened)
    if as_json:
        click.echo(orjson.dumps(done.as_json(), option=orjson.OPT_SORT_KEYS).decode())
    else:
        for line in _lines(done, dry_run=dry_run):
            click.echo(line)
    if done.lost and not done.judged:
        sys.exit(1)  # click would hand the code back to `main`, which looks for exceptions


def _run(workspace: "Workspace", *, everything: bool, dry_run: bool) -> Reclassified:
    from crawler.replay import judged_again

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


def _succeeding(one: "Replayed", done: Reclassified, unnamed: "Unname") -> Verdict | None:
    """Count ``one``; return the verdict to store, None if nothing new is said."""
    from blocklist.store.verdicts import alike

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


def _drop(workspace: "Workspace", link: int) -> None:
    """Keep nothing more of a page that must not be kept, and never visit its link again."""
    from crawler.fetch.archive import erase

    for capture in workspace.captures.of(link):
        if capture.archived is not None:
            erase(workspace.path, capture)
    workspace.links.never_again(link)
    workspace.evidence.erased(
        [capture.id for capture in workspace.captures.of(link) if capture.archived and capture.id],
        reason="must not be kept",
        now=datetime.now(UTC),
    )


def replay_stage(
    workspace: "Workspace", policies: "Sequence[Policy]"
) -> Iterator[tuple[int, tuple[Judgement | None, ...]]]:
    """Judge every stored page by each of ``policies``, and store nothing: what ``policy diff`` compares.

    Yields the verdict's id and the judgements; None where a page broke its reader. Pages whose evidence is
    lost are left out.
    """
    from crawler.replay import judged_again

    for one in judged_again(workspace, policies):
        if not one.lost:
            assert one.verdict.id is not None, "it was stored"
            yield one.verdict.id, tuple(reading.judgement for reading in one.readings)


def standing(judgement: Judgement) -> tuple[Label, str | None, int, bool]:
    """Return what matters of a judgement for the list."""
    return judgement.label, judgement.category, judgement.grade, judgement.publishable


def standing_words(judgement: Judgement) -> str:
    """Say it for a person: ``contraband tobacco grade 2, listed``."""
    if judgement.category is None:
        return str(judgement.label)
    where = "listed" if judgement.publishable else "to review"
    return f"{judgement.label} {judgement.category} grade {judgement.grade}, {where}"


def _lines(done: Reclassified, *, dry_run: bool) -> Iterator[str]:
    stored = "nothing stored (dry run)" if dry_run else f"{done.stored} new verdicts stored"
    yield f"{done.judged} pages judged again, {stored}, {len(done.changed)} links stand differently"
    for (old, new), count in done.turns.most_common(_SHOWN):
        yield f"{count:8}  {old} -> {new}"
    if done.overtaken:
        yield f"{done.overtaken} not stored: their links were visited meanwhile"
    if done.broken:
        yield f"{done.broken} pages broke their reader; their verdicts hold"
    if done.suppressed:
        yield f"{done.suppressed} pages must not be kept" + ("" if dry_run else "; their evidence was erased")
    if done.lost:
        yield f"{len(done.lost)} pages cannot be read any more; their verdicts hold"
        yield from (f"  {line}" for line in done.lost[:_SHOWN])
    if done.stored:
        yield "the next `linkgazette publish` acts on them"

"""``reclassify``: stored captures judged again under the present policy, without fetching."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

if TYPE_CHECKING:
    from blocklist.model import Judgement
    from blocklist.policy import Policy
    from blocklist.store import Workspace
    from crawler.commands.rejudging import Reclassified

_SHOWN = 20  # changes and losses named for a person


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
    from crawler.commands.rejudging import judge_again
    from crawler.fetch.hotline import tell_all

    with open_workspace(workspace, create=False, write=not dry_run) as opened:
        done = judge_again(opened, everything=everything, dry_run=dry_run)
        if done.suppressed and not dry_run:
            tell_all(opened)
    if as_json:
        click.echo(orjson.dumps(done.as_json(), option=orjson.OPT_SORT_KEYS).decode())
    else:
        for line in _lines(done, dry_run=dry_run):
            click.echo(line)
    if done.lost and not done.judged:
        sys.exit(1)  # click would hand the code back to `main`, which looks for exceptions


def replay_stage(
    workspace: "Workspace", policies: "Sequence[Policy]"
) -> "Iterator[tuple[int, tuple[Judgement | None, ...]]]":
    """Judge every stored page by each of ``policies``, and store nothing: what ``policy diff`` compares.

    Yields the verdict's id and the judgements; None where a page broke its reader. Pages whose evidence is
    lost are left out.
    """
    from crawler.replay import judged_again

    for one in judged_again(workspace, policies):
        if not one.lost:
            assert one.verdict.id is not None, "it was stored"
            yield one.verdict.id, tuple(reading.judgement for reading in one.readings)


def _lines(done: "Reclassified", *, dry_run: bool) -> Iterator[str]:
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

"""``linkgazette demo``: the main job on a web that we serve ourselves, its verdicts beside the truth.

It calls ``run`` as a user would, through the entry points; what it adds is the pretend web before and the
comparison after.
"""

import contextlib
import io
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from blocklist.errors import TroubleError

if TYPE_CHECKING:
    from blocklist.store import Workspace
    from crawler.pretend.comparison import Comparison, Judged

DEFAULT_FOLDER = Path("linkgazette-demo")
_SHOWN = 12  # differences printed for a person; --json gives all


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What the demo did, in counts."""

    folder: Path
    shares: int
    links: int
    labels: dict[str, int]
    failures: dict[str, int]
    entries: int
    release: int | None
    """Serial; None: nothing was published."""
    comparison: "Comparison"
    requests: int
    seconds: float
    run: dict[str, Any]

    @property
    def page(self) -> Path:
        """What to open."""
        return self.folder / "public" / "index.html"


@click.command()
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path),
    default=DEFAULT_FOLDER,
    show_default=True,
    metavar="DIR",
    help="Folder for the demo's own workspace and release.",
)
@click.option(
    "--keep/--fresh", default=False, help="Go on in an earlier demo's folder, or begin anew (the default)."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def demo(folder: Path, keep: bool, as_json: bool) -> None:
    """Do the main job on a pretend web; no network is needed.

    Serves pretend shops, their innocent twins and traps on loopback, shares them in as a platform would,
    crawls, judges, publishes, and says what to open and where the verdicts differ from the truth. Your own
    workspace is not touched.
    """
    from crawler.pretend.playground import OUT, hold, prepare
    from crawler.pretend.server import PretendWeb

    begun = time.monotonic()
    with hold(folder), PretendWeb() as web:
        files = prepare(folder, address=web.address, fresh=not keep, now=datetime.now(UTC))
        told = _run(folder, [*map(str, files), "--out", str(folder / OUT), "--json"])
        outcome = _outcome(folder, told, requests=len(web.log), seconds=time.monotonic() - begun)
    if as_json:
        click.echo(orjson.dumps(_as_json(outcome), option=orjson.OPT_SORT_KEYS).decode())
    else:
        _tell(outcome)


def _run(workspace: Path, arguments: Sequence[str]) -> dict[str, Any]:
    """Call the command ``run`` on a workspace and return the JSON object that it prints."""
    (entry,) = entry_points(group="linkgazette.commands", name="run")
    command = entry.load()
    printed = io.StringIO()
    with (
        command.make_context("run", list(arguments), obj=workspace) as context,
        contextlib.redirect_stdout(printed),
    ):
        command.invoke(context)
    try:
        told = orjson.loads(printed.getvalue())
    except orjson.JSONDecodeError as problem:
        raise TroubleError("demo: `run --json` printed no JSON object; please report this") from problem
    assert isinstance(told, dict)
    return told


def _outcome(folder: Path, told: dict[str, Any], *, requests: int, seconds: float) -> _Outcome:
    from blocklist.store import open_workspace
    from crawler.pretend.comparison import compare
    from crawler.pretend.playground import SHARES
    from crawler.pretend.sites import SITES

    with open_workspace(folder, create=False) as workspace:
        judged = {site.url: found for site in SITES if (found := _judged(workspace, site.url))}
        release = workspace.releases.latest()
        labels = {str(label): count for label, count in workspace.verdicts.counts().items()}
        return _Outcome(
            folder=folder,
            shares=(folder / SHARES).read_bytes().count(b"\n"),
            links=workspace.links.count(),
            labels=labels,
            failures=_tally(judged.values()),
            entries=len(workspace.entries.current()),
            release=release.serial if release else None,
            comparison=compare((site for site in SITES if site.shared), judged),
            requests=requests,
            seconds=seconds,
            run=told,
        )


def _judged(workspace: "Workspace", url: str) -> "Judged | None":
    """Return the present verdict on a shared address; None: there is none."""
    from blocklist.urls import parse_url
    from crawler.pretend.comparison import Judged

    link = workspace.links.find(parse_url(url))
    verdict = workspace.verdicts.current(link.id) if link else None
    if verdict is None:
        return None
    failures = [workspace.captures.get(capture).failure for capture in verdict.captures]
    said = verdict.judgement
    return Judged(
        label=said.label,
        publishable=said.publishable,
        category=said.category,
        failure=next(iter(failures), None),
        reason=said.reason,
    )


def _tally(judged: "Iterable[Judged]") -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in judged:
        if one.failure:
            counts[str(one.failure)] = counts.get(str(one.failure), 0) + 1
    return dict(sorted(counts.items()))


def _as_json(outcome: _Outcome) -> dict[str, Any]:
    return {
        "open": str(outcome.page),
        "workspace": str(outcome.folder),
        "shares": outcome.shares,
        "links": outcome.links,
        "labels": outcome.labels,
        "failures": outcome.failures,
        "entries": outcome.entries,
        "release": outcome.release,
        "truth": outcome.comparison.as_json(),
        "requests": outcome.requests,
        "seconds": round(outcome.seconds, 2),
        "run": outcome.run,
    }


def _tell(outcome: _Outcome) -> None:
    compared = outcome.comparison
    labels = ", ".join(f"{count} {label}" for label, count in sorted(outcome.labels.items()))
    failures = ", ".join(f"{count} {kind}" for kind, count in outcome.failures.items())
    unreached = sum(outcome.failures.values())
    click.echo(f"shared     {outcome.shares} reports of {outcome.links} links on a pretend web")
    click.echo(f"crawled    {outcome.links - unreached} pages fetched, {unreached} not:")
    click.echo(f"           {failures}")
    click.echo(f"judged     {labels}")
    click.echo(f"listed     {outcome.entries} entries in release {outcome.release}")
    click.echo(f"truth      {compared.right} of {compared.total} verdicts are what the pages really are")
    shown = 0
    for kind, found in compared.differences().items():
        for one in found[: max(0, _SHOWN - shown)]:
            said = one.judged.label if one.judged else "nothing"
            click.echo(f"           {kind}: {one.url} ({one.about}): {one.truth}, judged {said}")
            shown += 1
    if (left := compared.total - compared.right - shown) > 0:
        click.echo(f"           … and {left} more; --json lists them")
    click.echo(f"took       {outcome.seconds:.1f} s, {outcome.requests} requests")
    click.echo(f"open       {outcome.page}")

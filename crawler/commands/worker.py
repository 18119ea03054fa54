"""``linkgazette worker``: fetch and judge for a crawl that is led from another machine."""

import time
from pathlib import Path

import click

from blocklist.commands.duration import Duration
from blocklist.errors import InputError, TroubleError
from crawler.commands.child import supervise
from crawler.fetch.report import CrawlReport

_MODULE = "crawler.cluster.worker"
_AGAIN_S = 1.0


@click.command()
@click.argument("servers", nargs=-1, required=True, metavar="NATS-URL…")
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The leader's pseudonym key; otherwise pseudonym.key in the workspace.",
)
@click.option(
    "--evidence",
    metavar="DIR|URL",
    help="The leader's [crawl] evidence, as this machine reaches it; needed unless that is an object store.",
)
@click.option("--for", "seconds", type=Duration(), metavar="TIME", help="Begin nothing new after this long.")
@click.pass_obj
def worker(
    workspace: Path, servers: tuple[str, ...], key: Path | None, evidence: str | None, seconds: float | None
) -> None:
    """Fetch and judge for a crawl that `crawl --cluster` leads, until stopped.

    Policy and settings come from the leader; of the workspace's own only [cluster] counts, which names the
    secrets for the servers. Any number of workers may join and leave at any time.
    """
    needs_extra()
    total, ends_at = CrawlReport(), None if seconds is None else time.monotonic() + seconds
    while ends_at is None or time.monotonic() < ends_at:
        order = {
            "servers": servers,
            "settings": str(workspace.resolve()),
            "key": str((key or workspace / "pseudonym.key").resolve()),
            "evidence": evidence and (evidence if "://" in evidence else str(Path(evidence).resolve())),
            "seconds": None if ends_at is None else ends_at - time.monotonic(),
        }
        try:
            report = supervise(_MODULE, order)
        except TroubleError as trouble:  # whatever it is, the errands are with others meanwhile
            click.echo(f"{trouble}; joining again", err=True)
            time.sleep(_AGAIN_S)
            continue
        total.add(report)
        if report.interrupted:
            break
    click.echo(total.summary())


def needs_extra() -> None:
    """Raise InputError unless the extra is installed."""
    try:
        import msgspec  # noqa: F401
        import nats  # noqa: F401
    except ImportError:
        raise InputError(
            "a cluster needs NATS's client; install it with: pip install 'linkgazette[cluster]'"
        ) from None

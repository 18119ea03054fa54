"""``linkgazette filter``: which of all crawled hosts are listed, as one small file, and asked offline."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blocklist.errors import InputError, TroubleError

if TYPE_CHECKING:
    from blocklist.store import Workspace


@click.command("filter")
@click.argument("hosts", nargs=-1, metavar="[HOST…]")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the workspace's filter here."
)
@click.option("--in", "source", type=click.Path(path_type=Path), metavar="FILE", help="Ask this filter.")
@click.pass_obj
def crawl_filter(workspace: Path, hosts: tuple[str, ...], out: Path | None, source: Path | None) -> None:
    """Make a filter of all crawled hosts, or ask one; exact for hosts that were crawled, and no others.

    It tells hosts that are listed as a whole from all others of the crawl in a few bits each. Of a host that
    was never crawled it may say "listed" by chance: ask the list before you act. Exit 1 when any is listed.
    """
    if (out is None) is (source is None):
        raise InputError("give --out FILE to make a filter, or --in FILE and hosts to ask one")
    if out is not None:
        if hosts or not out.name or out.is_dir():
            raise InputError("--out takes the name of a file, and no hosts")
        _make(workspace, out)
        return
    assert source is not None
    if not hosts:
        raise InputError("name a host to ask for, such as shop.example")
    if _ask(source, hosts):
        sys.exit(1)  # click would hand the code back to `main`, which looks for exceptions


def _make(workspace: Path, out: Path) -> None:
    from blocklist.lookup.crawl_filter import bound_bits, write_filter
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        crawled = set(_crawled(opened))
        listed = set(_listed(opened, crawled))
    data = write_filter(listed, crawled - listed)
    try:
        out.write_bytes(data)
    except OSError as problem:
        raise TroubleError(
            f"{out}: cannot be written ({problem.strerror}); choose another --out"
        ) from problem
    least = bound_bits(len(listed), len(crawled)) / 8
    click.echo(
        f"{out}: {len(listed):,} listed of {len(crawled):,} crawled hosts in {len(data):,} bytes "
        f"(no way of telling them apart takes fewer than {least:,.0f})"
    )


def _crawled(workspace: "Workspace") -> Iterator[str]:
    from blocklist.urls import host_of

    for finding in workspace.findings():
        if finding.verdict.landing is not None:
            yield host_of(finding.verdict.landing)


def _listed(workspace: "Workspace", crawled: set[str]) -> Iterator[str]:
    from blocklist.model import ListKey, Scope
    from blocklist.scopes import Cover

    whole = [entry for entry in workspace.entries.current() if entry.scope in {Scope.HOST, Scope.DOMAIN}]
    cover = Cover({(entry.scope, entry.expression): entry.id for entry in whole})
    yield from (host for host in crawled if cover.covers(ListKey(f"{host}/")))


def _ask(source: Path, hosts: tuple[str, ...]) -> bool:
    from blocklist.lookup.crawl_filter import CrawlFilter
    from blocklist.urls import parse_host

    try:
        opened = CrawlFilter(source.read_bytes(), str(source))
    except OSError as problem:
        raise InputError(f"{source}: cannot be read ({problem.strerror})") from problem
    answers = {host: opened.has(parse_host(host)) for host in hosts}
    for host, is_listed in answers.items():
        click.echo(f"{'LISTED' if is_listed else 'not listed'}  {ascii(host)[1:-1]}")
    return any(answers.values())

"""A workspace with visited links, for the tests of publishing."""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from blocklist.model import Capture, Hop, Label, Share, Surface
from blocklist.release.context import ReleaseContext
from blocklist.release.sheets import Sheet, ready
from blocklist.store import Workspace, open_workspace
from blocklist.urls import parse_url
from tests.list_makers import NOW, judgement

SHOPS = ["http://shop.example/", "http://two.example/offer?id=7", "http://three.example/offer"]


def visited(folder: Path, seen: dict[str, Label], *, at: datetime = NOW) -> Path:
    """Make or open the workspace in ``folder`` and store one visit to each URL; return the folder."""
    with open_workspace(folder, create=True) as opened:
        assert opened.pseudonymiser  # intake has made its key
        visit(opened, seen, at=at)
    return folder


def visit(opened: Workspace, seen: dict[str, Label], *, at: datetime = NOW) -> None:
    shares = [Share(url=parse_url(url), surface=Surface.GROUP) for url in seen]
    opened.shares.add(shares, now=at)
    for link in opened.links.lease("test", now=at, limit=1000, everything=True):
        label = seen.get(link.url)
        if label is None:
            continue
        capture = Capture(
            link=link.id,
            fetched_at=at,
            final_url=link.url,
            hops=(Hop(url=link.url, status=200, via="landing"),),
        )
        opened.links.complete(
            "test",
            capture,
            judgement(label, policy=opened.policy.digest),
            title=link.url,
            due_at=at,
            now=at,
            attempts=0,
        )
    opened.links.give_back("test")


def plain_pages(context: ReleaseContext) -> Iterator[Sheet]:
    """A site of two pages: one that changes with every release, one that does not."""
    yield ready("index.html", f"release {context.release.serial}\n".encode())
    yield ready("about/index.html", b"about\n")


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` by its relative path."""
    found: Iterable[Path] = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def unsafe_renames(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by each file that is not yet on disk when it, or one beside it, is renamed."""
    synced: set[int] = set()
    found: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted(file: int) -> None:
        fsync(file)
        synced.add(os.fstat(file).st_ino)

    def watched(path: Path, target: Path) -> Path:
        files = (each for each in path.parent.iterdir() if each.is_file() and not each.is_symlink())
        found.extend(each.name for each in files if each.stat().st_size and each.stat().st_ino not in synced)
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(Path, "replace", watched)
    return found

"""Of a page that must not be kept the operator's hook is told, until it took the report."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from blocklist.errors import TroubleError
from blocklist.model import Capture, Judgement, Label, Share, Surface
from blocklist.store import Workspace, open_workspace
from blocklist.urls import parse_url
from crawler.fetch.hotline import EVENT, tell_all
from crawler.judge import SUPPRESSED

pytestmark = pytest.mark.edge

URL = parse_url("http://shop.example/")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """One link whose page was suppressed, one whose page was clear, and a hook that notes what it is told."""
    hook = tmp_path / "hook"
    hook.write_text('#!/bin/sh\n[ -e "$(dirname "$0")/down" ] && exit 7\ncat >> "$(dirname "$0")/told"\n')
    hook.chmod(0o755)
    (tmp_path / "linkgazette.toml").write_text('[crawl]\nhotline_hook = "hook"\n')
    with open_workspace(tmp_path, create=True) as opened:
        now = datetime.now(UTC)
        urls = (URL, parse_url("http://calm.example/"))
        opened.shares.add([Share(url=url, surface=Surface.GROUP) for url in urls], now=now)
        told: dict[str, Any] = {"category": None, "grade": 0, "publishable": False, "evidence": ()}
        for link in opened.links.lease("me", now=now, limit=2):
            bad = link.url == URL
            judgement = Judgement(
                label=Label.UNSURE, confidence=0, reason=SUPPRESSED if bad else "r", policy="p", **told
            )
            capture = Capture(link=link.id, fetched_at=now, final_url=link.url)
            opened.links.complete("me", capture, judgement, due_at=None if bad else now, now=now)
        yield opened


def test_the_hook_is_told_once_where_the_page_is(workspace: Workspace) -> None:
    assert tell_all(workspace) == 1
    assert tell_all(workspace) == 0
    told = json.loads((workspace.path / "told").read_text())
    assert (told["event"], told["url"], told["landing"]) == (EVENT, URL, URL)
    assert datetime.fromisoformat(told["seen_at"]).tzinfo


def test_a_hook_that_fails_is_told_again(workspace: Workspace) -> None:
    down = workspace.path / "down"
    down.touch()
    with pytest.raises(TroubleError, match="took no report \\(exit code 7\\)"):
        tell_all(workspace)
    down.unlink()
    assert tell_all(workspace) == 1


def test_a_hook_that_is_not_there_is_one_clear_line(workspace: Workspace) -> None:
    (workspace.path / "hook").unlink()
    with pytest.raises(TroubleError, match="cannot be run"):
        tell_all(workspace)


def test_nobody_is_told_where_no_hook_is_set(tmp_path: Path) -> None:
    with open_workspace(tmp_path, create=True) as opened:
        assert tell_all(opened) == 0


def test_the_hook_is_the_workspaces_own_in_the_folder_one_stands_in_too(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # "hook" beside "." was looked for on the PATH, and nobody was told.
    monkeypatch.chdir(workspace.path)
    monkeypatch.setattr(workspace, "path", Path())
    assert tell_all(workspace) == 1

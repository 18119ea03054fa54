"""Policy and version change while workers run, and back; another version or another shelf is refused."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blocklist.model import Share, Surface
from blocklist.policy import DEFAULT_POLICY
from blocklist.store import Workspace, open_workspace
from blocklist.urls import parse_url
from tests.cluster import Fleet, Part
from tests.farm import farm
from tests.forked import Forked
from tests.kills import PER_LINK
from tests.nats_nodes import SERVER, nodes

pytest.importorskip("nats", reason="the extra linkgazette[cluster] is not installed")

from crawler.cluster import lead, succession, words, worker

pytestmark = [
    pytest.mark.edge,
    pytest.mark.consumer,
    pytest.mark.skipif(SERVER is None, reason="nats-server is not installed (Debian: nats-server)"),
]
SETTINGS = """\
[crawl]
resolve = "{address}"
delay = 0.2
concurrency = 4
[cluster]
replicas = 1
claim = 2
shards = 8
"""
LINKS, HOSTS = 240, 8
"""So that there is work left for every one of the leaders, however quick the machine is."""


def of_another_version() -> None:
    """Be one, as far as leader and workers can tell."""
    for room in (lead, succession, worker, words):
        vars(room)["PROGRAM"] = "Linkgazette of tomorrow"


class Upgraded(Forked):
    """Leader and workers of another version."""

    adapt = staticmethod(of_another_version)


@contextmanager
def crawling(folder: Path, links: int) -> Iterator[tuple[Fleet, Workspace, str]]:
    """One leader and two workers that have begun with so many links."""
    with (
        farm(folder / "farm.log") as address,
        nodes(folder, 1, apart=False) as servers,
        open_workspace(folder, create=True) as workspace,
    ):
        settings = SETTINGS.format(address=address)
        (folder / "linkgazette.toml").write_text(settings)
        urls = [parse_url(f"http://plain-{number % HOSTS}.example/{number}") for number in range(links)]
        workspace.shares.add([Share(url=url, surface=Surface.GROUP) for url in urls], now=datetime.now(UTC))
        assert workspace.pseudonymiser
        crew = Forked(folder=folder, urls=servers.urls)
        try:
            crew.lead()
            crew.hire()
            crew.hire()
            await_that(lambda: done(crew) or verdicts(workspace) > 0, crew)
            yield crew, workspace, settings
        finally:
            crew.end()


def await_that(holds, crew: Fleet) -> None:
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end, crew.log.read_text()[-2000:]
        time.sleep(0.1)


def verdicts(workspace: Workspace) -> int:
    return workspace.database.value("SELECT count(*) FROM verdicts")


def done(crew: Fleet) -> bool:
    """Whether the leader is; workers that end meanwhile are started anew, as systemd would."""
    assert crew.leader is not None
    for ended in [each for each in crew.workers if each.poll() not in {None, 2}]:
        crew.workers.remove(ended)
        crew.hire()
    return crew.leader.poll() == 0


def stop(process: Part | None) -> None:
    assert process is not None
    process.terminate()
    process.wait(timeout=120)


def test_policy_and_version_change_while_workers_run_and_nothing_is_lost_or_mixed(tmp_path: Path) -> None:
    with crawling(tmp_path, LINKS) as (crew, workspace, settings):
        elsewhere = crew.hire(tmp_path / "elsewhere")
        crew.workers.remove(elsewhere)
        old = workspace.policy.digest
        # Another policy: the same workers go on by it.
        stop(crew.leader)
        change_policy(tmp_path, settings)
        by_old = verdicts(workspace)
        crew.lead()
        await_that(lambda: done(crew) or verdicts(workspace) > by_old, crew)
        # Another version: the old workers end, and are refused until they are upgraded too.
        stop(crew.leader)
        upgraded = Upgraded(folder=tmp_path, urls=crew.urls)
        try:
            upgraded.lead()
            await_that(lambda: all(each.poll() is not None for each in crew.workers), crew)
            crew.workers.clear()
            crew.hire()
            await_that(lambda: crew.workers[0].poll() == 2, crew)
            upgraded.hire()
            by_earlier = verdicts(workspace)
            await_that(lambda: done(upgraded) or verdicts(workspace) > by_earlier, upgraded)
            # And back: what the new version has stored counts, what it holds is done again.
            stop(upgraded.leader)
            crew.lead()
            await_that(lambda: all(each.poll() is not None for each in upgraded.workers), upgraded)
            crew.workers.clear()
            crew.hire()
            await_that(lambda: done(crew), crew)
        finally:
            upgraded.end()
        policies = dict(workspace.database.rows("SELECT policy, count(*) FROM verdicts GROUP BY 1"))
        assert set(workspace.database.rows(PER_LINK)) == {(link, 1) for link in range(1, LINKS + 1)}
    assert policies.pop(old) == by_old
    assert list(policies.values()) == [LINKS - by_old]
    assert elsewhere.wait(timeout=120) == 2
    log = crew.log.read_text()
    assert f"{tmp_path / 'elsewhere'}: is not the leader's evidence; mount that" in log
    assert "the leader runs Linkgazette of tomorrow, this is Linkgazette" in log


def change_policy(folder: Path, settings: str) -> None:
    shutil.copytree(DEFAULT_POLICY, folder / "policy")
    file = folder / "policy" / "policy.toml"
    before = file.read_text()
    file.write_text(before.replace("beside = 0.5 ", "beside = 0.49 "))
    assert file.read_text() != before
    (folder / "linkgazette.toml").write_text(settings + '[policy]\npath = "policy"\n')

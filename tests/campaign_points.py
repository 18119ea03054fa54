"""Killed, or refused by the disk, at each point of what writes; then done again and compared.

The yardstick is the same command undisturbed: after whatever happened, running it again must give the same
bytes, and what was there before must have stayed whole in between.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from blocklist.model import Label
from blocklist.store import open_workspace
from tests.campaign_child import BROKEN, DENIED, FULL, Ended, call
from tests.list_makers import NOW
from tests.list_workspace import SHOPS, files_of, visited

FIRST = {f"{url}{n}": Label.CONTRABAND for n in "ab" for url in SHOPS[1:]} | {SHOPS[0]: Label.CONTRABAND}
LATER = {"http://four.example/": Label.CONTRABAND, SHOPS[0]: Label.CLEAR}
DAYS = ("2026-03-02T08:00:00Z", "2026-03-03T08:00:00Z")
TOML = '[list]\nbrake_share = 1\n[sign]\nkey = "sign.key"\n[site]\nlanguages = ["en"]\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is disturbed."""

    arguments: tuple[str, ...]
    prepared: Callable[[Path], None]
    """Makes the folder in which it runs, once."""
    sound: Callable[[Path], str]
    """Says what a reader would find wrong at any moment; empty: nothing."""
    result: Callable[[Path], dict[str, bytes]]
    """What must be the same in the end."""


def _published(folder: Path) -> None:
    """Make a workspace that has published once and has something new to publish."""
    visited(folder / "ws", FIRST)
    (folder / "ws/linkgazette.toml").write_text(TOML)
    for arguments in (("keys", "make"), ("publish", "--out", "public", "--now", DAYS[0])):
        ended = call("--workspace", "ws", *arguments, folder=folder)
        assert ended.code == 0, ended.err
    visited(folder / "ws", LATER, at=NOW)


def _readable(folder: Path) -> str:
    ended = call("verify", "public", "--now", DAYS[1], folder=folder)
    return "" if ended.code == 0 else f"readers see a broken release: {ended.out[-300:]}{ended.err[-300:]}"


def _release(folder: Path) -> dict[str, bytes]:
    return files_of(folder / "public")


def _pulled(folder: Path) -> None:
    """Make a publisher with two releases, and a copy of the first."""
    _published(folder)
    call("pull", "public", "copy", "--now", DAYS[0], folder=folder)
    ended = call("--workspace", "ws", "publish", "--out", "public", "--now", DAYS[1], folder=folder)
    assert ended.code == 0, ended.err


def _copy_readable(folder: Path) -> str:
    ended = call("lookup", SHOPS[1], "--list", "copy", "--now", DAYS[1], folder=folder)
    return ended.fault() or ("" if ended.code in (0, 1) else ended.err[-300:])


def _copied(folder: Path) -> dict[str, bytes]:
    return files_of(folder / "copy")


def _shared(folder: Path) -> None:
    """Make a workspace and a file of shares."""
    visited(folder / "ws", FIRST)
    lines = [f'{{"url": "http://s{n}.example/", "account": "u{n}"}}\n' for n in range(300)]
    (folder / "shares.jsonl").write_text("".join(lines))


def _database_sound(folder: Path) -> str:
    ended = call("--workspace", "ws", "doctor", "--json", folder=folder)
    checks = json.loads(ended.out)["checks"] if not ended.fault() else []
    failed = [each for each in checks if each["state"] == "fail" and each["name"] != "disk"]
    return ended.fault() or (f"doctor: {failed}" if failed else "")


def _links(folder: Path) -> dict[str, bytes]:
    with open_workspace(folder / "ws", create=False) as opened:
        return {"links": str(opened.links.count()).encode()}


def _empty(folder: Path) -> None:
    folder.mkdir(exist_ok=True)


def _nothing(_: Path) -> str:
    return ""


PUBLISH = Job(
    arguments=("--workspace", "ws", "publish", "--out", "public", "--now", DAYS[1]),
    prepared=_published,
    sound=_readable,
    result=_release,
)
PULL = Job(arguments=("pull", "public", "copy", "--now", DAYS[1]), prepared=_pulled,
           sound=_copy_readable, result=_copied)  # fmt: skip
INTAKE = Job(arguments=("--workspace", "ws", "intake", "shares.jsonl"), prepared=_shared,
             sound=_database_sound, result=_links)  # fmt: skip
COPY = Job(arguments=("policy", "copy", "mine"), prepared=_empty, sound=_nothing,
           result=lambda folder: files_of(folder / "mine"))  # fmt: skip
BACKUP = Job(arguments=("--workspace", "ws", "export", "workspace", "kept"), prepared=_shared,
             sound=_database_sound, result=lambda folder: dict.fromkeys(files_of(folder / "kept"), b""),
             )  # fmt: skip


def disturbed(job: Job, scratch: Path, cases: int, how: Callable[[Path, int, int], Ended]) -> Iterator[str]:
    """Disturb ``job`` at ``cases`` points spread over all it has; ``how`` takes folder, point and case."""
    start, whole = scratch / "start", scratch / "whole"
    job.prepared(start)
    shutil.copytree(start, whole, symlinks=True)
    undisturbed = call(*job.arguments, folder=whole)
    assert undisturbed.code == 0, undisturbed.err
    expected, points = job.result(whole), undisturbed.points
    for case in range(min(cases, points)):
        point = 1 + case * points // min(cases, points)
        folder = scratch / "case"
        shutil.copytree(start, folder, symlinks=True)
        ended = how(folder, point, case)
        problem = job.sound(folder)
        if not problem and not ended.killed:
            problem = ended.fault(codes=(0, 1, 2, 3))
        if not problem and ended.code:
            again = call(*job.arguments, folder=folder)
            problem = "" if again.code == 0 else f"again: {again.code} {again.err[-300:]}{again.out[-200:]}"
        if not problem and job.result(folder) != expected:
            found = job.result(folder)
            unlike = sorted(name for name in expected | found if expected.get(name) != found.get(name))
            problem = f"{len(unlike)} files are not as undisturbed, such as {unlike[:3]}"
        yield f"at point {point} of {points}: {problem}" if problem else ""
        shutil.rmtree(folder)


def _killed(job: Job, scratch: Path, cases: int) -> Iterator[str]:
    return disturbed(
        job, scratch, cases, lambda folder, point, _: call(*job.arguments, folder=folder, kill_at=point)
    )


def _refused(job: Job, scratch: Path, cases: int) -> Iterator[str]:
    errors = (FULL, DENIED, BROKEN)
    return disturbed(
        job,
        scratch,
        cases,
        lambda folder, point, case: call(
            *job.arguments, folder=folder, refuse_at=point, error=errors[case % len(errors)]
        ),
    )


def publish_killed(scratch: Path, cases: int, _seed: int) -> Iterator[str]:
    """Publication killed, its last file half written; readers look, it is done again, bytes compared"""
    return _killed(PUBLISH, scratch, cases)


def publish_refused(scratch: Path, cases: int, _seed: int) -> Iterator[str]:
    """Publication refused by the disk (full, denied, broken) at each point; done again, bytes compared"""
    return _refused(PUBLISH, scratch, cases)


def pull_killed(scratch: Path, cases: int, _seed: int) -> Iterator[str]:
    """`pull` killed at each point; the copy is asked, it is done again, bytes compared"""
    return _killed(PULL, scratch, cases)


def pull_refused(scratch: Path, cases: int, _seed: int) -> Iterator[str]:
    """`pull` refused by the disk at each point; the copy is asked, it is done again, bytes compared"""
    return _refused(PULL, scratch, cases)


def others_killed(scratch: Path, cases: int, _seed: int) -> Iterator[str]:
    """`intake`, `export workspace` and `policy copy` killed at each point, and done again"""
    for name, job in (("intake", INTAKE), ("backup", BACKUP), ("copy", COPY)):
        (scratch / name).mkdir()
        yield from _killed(job, scratch / name, max(1, cases // 3))


def others_refused(scratch: Path, cases: int, _seed: int) -> Iterator[str]:
    """`intake`, `export workspace` and `policy copy` refused by the disk at each point, and done again"""
    for name, job in (("intake", INTAKE), ("backup", BACKUP), ("copy", COPY)):
        (scratch / name).mkdir()
        yield from _refused(job, scratch / name, max(1, cases // 3))


TRIED = {
    "publish-killed": publish_killed,
    "publish-refused": publish_refused,
    "pull-killed": pull_killed,
    "pull-refused": pull_refused,
    "others-killed": others_killed,
    "others-refused": others_refused,
}

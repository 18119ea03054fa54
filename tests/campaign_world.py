"""The world around: a clock that jumps, a disk that is full, somebody who presses Ctrl-C."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import orjson

from tests.campaign_child import call
from tests.campaign_points import BACKUP, DAYS, INTAKE, PUBLISH, PULL, Job
from tests.farm import farm

PROGRAM = Path(sys.executable).parent / "linkgazette"


def clock(scratch: Path, cases: int, seed: int) -> Iterator[str]:
    """Publications while the clock jumps by up to ten years: none goes back, none ahead, all verify"""
    folder = scratch / "work"
    PUBLISH.prepared(folder)
    chance = random.Random(seed)
    real = shown = datetime.fromisoformat(DAYS[0])
    for _ in range(cases):
        now = real + timedelta(
            seconds=chance.choice((0, 1, 60, 86_400, 400_000_000)) * chance.choice((-1, 1))
        )
        stamp = f"{now:%Y-%m-%dT%H:%M:%SZ}"
        ended = call("--workspace", "ws", "publish", "--out", "public", "--now", stamp, folder=folder)
        problem = ended.fault()
        if not problem and ended.code == 0:
            # `now` may be a day ahead of the machine's own clock, and no more.
            problem = "went back in time" if now < shown else ""
            problem = problem or ("ran ahead" if now - datetime.now(UTC) > timedelta(days=1) else "")
            shown = max(shown, now)
        if not problem:
            stamp = f"{shown:%Y-%m-%dT%H:%M:%SZ}"
            told = call("verify", "public", "--now", stamp, folder=folder)
            problem = told.fault() or (
                "" if told.code == 0 else f"{stamp}: {told.out[-200:]}{told.err[-200:]}"
            )
        yield problem
        real = max(real, shown)


@contextmanager
def _small_disk(folder: Path, size: int) -> Iterator[bool]:
    """Mount a file system of so many bytes; yields False where that is not allowed."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    mounted = os.geteuid() == 0 and not subprocess.run(command, capture_output=True, check=False).returncode
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", folder], check=True)


def _used(folder: Path) -> int:
    return sum(-(-path.lstat().st_size // 4096) * 4096 for path in folder.rglob("*")) + 65_536


def disk(scratch: Path, cases: int, seed: int) -> Iterator[str]:
    """A disk that runs full (a small tmpfs) under publish, pull, intake, backup; then done again with room"""
    chance = random.Random(seed)
    jobs: tuple[Job, ...] = (PUBLISH, PULL, INTAKE, BACKUP)
    starts = []
    for number, job in enumerate(jobs[:cases]):
        job.prepared(scratch / f"start{number}")
        starts.append((job, scratch / f"start{number}"))
    for case in range(cases):
        job, start = starts[case % len(starts)]
        room = int(2 ** chance.uniform(12, 22))
        mount = scratch / "disk"
        with _small_disk(mount, _used(start) + room) as mounted:
            folder = mount / "case"
            shutil.copytree(start, folder, symlinks=True)
            ended = call(*job.arguments, folder=folder, limit=0 if mounted else room)
            problem = ended.fault(codes=(0, 3)) or job.sound(folder)
            if not problem and ended.code:
                if mounted:
                    subprocess.run(["mount", "-o", "remount,size=1g", mount], check=True)
                again = call(*job.arguments, folder=folder)
                problem = "" if again.code == 0 else f"with room again: {again.code} {again.err[-300:]}"
        yield f"{' '.join(job.arguments[:3])}, {room} bytes left: {problem}" if problem else ""
        shutil.rmtree(mount)


# --- Ctrl-C --------------------------------------------------------------------------------------------


@contextmanager
def _web(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        thread = Thread(target=served.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{served.server_port}/"
        finally:
            served.shutdown()
            thread.join()


def ctrl_c(scratch: Path, cases: int, seed: int) -> Iterator[str]:
    """Ctrl-C at a random moment of eight commands: one line, exit 130 or done, nothing left, done again"""
    chance = random.Random(seed)
    with farm(scratch / "farm.log") as web, _web(scratch) as address:
        commands = _commands(scratch, web, address)
        for case in range(cases):
            name, command = list(commands.items())[case % len(commands)]
            yield _interrupted(scratch, name, command, chance.uniform(0.05, 1) ** 2 * 6)


def _commands(scratch: Path, farm_at: str, address: str) -> dict[str, list[str]]:
    """Make what the commands need in ``scratch``; return them by name."""
    INTAKE.prepared(scratch / "work")
    PULL.prepared(scratch / "source")
    settings = (
        f'[crawl]\nresolve = "{farm_at}"\ndelay = 0\n[list]\nbrake_share = 1\n[site]\nlanguages = ["en"]\n'
    )
    (scratch / "work/ws/linkgazette.toml").write_text(settings)
    row = {"lang": "en", "kind": "page-text", "label": "benign", "category": None, "hard_negative": False}
    row |= {"title": "", "text": "Buy green tea online. " * 40}
    corpus = b"".join(
        orjson.dumps({"id": f"r{n}"} | row, option=orjson.OPT_APPEND_NEWLINE) for n in range(3000)
    )
    (scratch / "work/corpus.jsonl").write_bytes(corpus)
    (scratch / "work/links.txt").write_text("".join(f"http://h{n}.example/{n}\n" for n in range(60)))
    return {
        "intake": ["intake", "shares.jsonl"],
        "crawl": ["crawl", "--limit", "80"],
        "publish": ["publish", "--out", "public"],
        "run": ["run", "links.txt", "--out", "public"],
        "demo": ["demo"],
        "evaluate": ["evaluate", "corpus.jsonl", "--jobs", "2", "--predictions", "predictions.jsonl"],
        "serve": ["serve", "--port", "0", "--staff-port", "0"],
        "pull": ["pull", f"{address}source/public", "copy", "--now", "2026-03-03T08:00:00Z"],
    }


def _interrupted(scratch: Path, name: str, command: list[str], after: float) -> str:
    ran = subprocess.Popen(
        [PROGRAM, "--workspace", "ws", *command],
        cwd=scratch / "work",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(after)
    with suppress(ProcessLookupError):
        os.killpg(ran.pid, signal.SIGINT)
    try:
        out, err = ran.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(ran.pid, signal.SIGKILL)
        ran.communicate()
        return f"{name} after {after:.2f} s: goes on for a minute"
    where = f"{name} after {after:.2f} s"
    early = ran.returncode == -signal.SIGINT and "blocklist/" not in err  # Python itself was still starting
    if ran.returncode not in (0, 130) and not early:
        return f"{where}: exit {ran.returncode}: {err[-300:]}"
    if any(word in err + out for word in ("unforeseen", "Exception ignored")) or (
        "Traceback" in err and not early
    ):
        return f"{where}: {err[-400:]}"
    until = time.monotonic() + 10
    while left := subprocess.run(["pgrep", "-s", str(ran.pid)], capture_output=True, check=False).stdout:
        if time.monotonic() > until:
            return f"{where}: leaves processes {left.split()}"
        time.sleep(0.05)
    sound = subprocess.run([PROGRAM, "--workspace", "ws", "doctor", "--json"], cwd=scratch / "work",
                           capture_output=True, check=False)  # fmt: skip
    failed = [each for each in orjson.loads(sound.stdout)["checks"] if each["state"] == "fail"]
    return f"{where}: doctor: {failed}" if failed else ""


TRIED = {"clock": clock, "disk": disk, "ctrl-c": ctrl_c}

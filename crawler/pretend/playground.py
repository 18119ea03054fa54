"""The folder of a demo: a workspace of its own, made anew each time, never mistaken for a user's.

::

    linkgazette-demo/
      .linkgazette-demo     says that the folder is ours to throw away
      linkgazette.toml      points the crawl at the pretend web
      guards.toml           the pretend platforms
      shares.jsonl          what the pretend platform reports
      public/               the release
"""

import fcntl
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from blocklist.errors import InputError, TroubleError
from crawler.pretend.shares import pretend_shares

MARK = ".linkgazette-demo"
SHARES = "shares.jsonl"
OUT = "public"

CONFIG = """\
# Made by `linkgazette demo`; the pretend web is gone when it ends.
[crawl]
resolve = "{address}"   # every host name leads to the pretend web
delay = 0.05            # seconds between two requests to one host; be slower in the real world
timeout = 5             # seconds; one pretend host answers a byte a second
concurrency = 32

[list]
guard_files = ["guards.toml"]

[site]
title = "Linkgazette demo"
base_url = "https://linkgazette-demo.example/"
publisher = "The pretend platform"
contact = "desk@linkgazette-demo.example"
"""

GUARDS = """\
# The pretend web's platforms, as the built-in guards know the real ones.
[tenants]
hosts = ["easy-stores.example"]

[[directories]]
depth = 1
hosts = ["free-pages.example"]

[[platforms]]
kind = "shortener"
hosts = ["short-it.example"]

[[platforms]]
kind = "link-in-bio"
hosts = ["bio-links.example"]
"""


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Make the folder ours and keep every other demo out of it.

    Raises InputError for a folder that is not a demo's, TroubleError when another demo is at work in it.
    """
    _check_ours(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mark = (folder / MARK).open("w")
    except OSError as problem:
        raise _cannot_be_made(folder, problem) from problem
    with mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise TroubleError(
                f"{folder}: another demo is at work here; wait for it, or choose another --out"
            ) from problem
        mark.write("Made by `linkgazette demo`, which may throw this folder away.\n")
        mark.flush()
        yield


def prepare(folder: Path, *, address: str, fresh: bool, now: datetime) -> Sequence[Path]:
    """Fill a folder that is held and return the files to share in; ``fresh`` throws an earlier demo away.

    Raises TroubleError when the disk refuses.
    """
    try:
        if fresh:
            _empty(folder)
        (folder / "linkgazette.toml").write_text(CONFIG.format(address=address), encoding="utf-8")
        (folder / "guards.toml").write_text(GUARDS, encoding="utf-8")
        shares = folder / SHARES
        if not shares.exists():
            _write_rows(shares, pretend_shares(now))
    except OSError as problem:
        raise _cannot_be_made(folder, problem) from problem
    return (shares,)


def _empty(folder: Path) -> None:
    """Throw away all but the mark, which is what holds the folder."""
    for child in folder.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        elif child.name != MARK:
            child.unlink()


def _cannot_be_made(folder: Path, problem: OSError) -> TroubleError:
    return TroubleError(f"{folder}: cannot be made ({problem.strerror}); choose another --out")


def _check_ours(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(f"{folder}: is not a plain folder; choose another --out")
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise InputError(f"{folder}: holds files that are not a demo's; choose another --out")


def _write_rows(file: Path, rows: Sequence[dict[str, Any]]) -> None:
    file.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))

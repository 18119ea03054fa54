"""A copy of a workspace, whole and of one moment, while others work on it.

The database by SQLite's backup API, in one step and so of one moment; then key, settings and the archive's
files, which are only ever added to: what the copied database cites lies in them. To restore is to use the
copy as the workspace.
"""

import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from blocklist.config import CONFIG_NAME
from blocklist.errors import InputError, TroubleError
from blocklist.store.key import KEY_FILES
from blocklist.store.workspace import DATABASE_NAME, Workspace

_ARCHIVE = "captures"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """What was copied."""

    files: int
    bytes: int
    outside: tuple[str, ...]
    """What the settings name and the copy lacks: keys, secrets, policy, guard files, evidence elsewhere."""


def back_up(workspace: Workspace, out: Path) -> BackedUp:
    """Copy ``workspace`` to the folder ``out``, which must be new or empty; it appears when it is whole.

    Raises InputError when it is not, TroubleError when the disk refuses.
    """
    if not out.name or (out.exists() and (not out.is_dir() or any(out.iterdir()))):
        raise InputError(f"{out}: is not empty; name a new folder for the backup")
    part = out.with_name(f".{out.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)  # of one that was killed
        part.mkdir(mode=0o700, parents=True)
        _copy_database(workspace, part / DATABASE_NAME)
        for name in (KEY_FILES, CONFIG_NAME):
            for source in workspace.path.glob(name):
                _copy(source, part / source.name)
        for source in sorted((workspace.path / _ARCHIVE).glob("*")):
            (part / _ARCHIVE).mkdir(mode=0o700, exist_ok=True)
            _copy(source, part / _ARCHIVE / source.name)
        part.rename(out)  # half a backup must not look like one
    except (OSError, sqlite3.Error) as problem:
        shutil.rmtree(part, ignore_errors=True)
        raise TroubleError(f"{out}: the backup was not finished ({problem}); try again") from problem
    copied = [path for path in out.rglob("*") if path.is_file()]
    return BackedUp(
        files=len(copied), bytes=sum(path.stat().st_size for path in copied), outside=_outside(workspace)
    )


def _copy_database(workspace: Workspace, target: Path) -> None:
    target.touch(mode=0o600)
    copy = sqlite3.connect(target)
    try:
        workspace.database.copy_to(copy)
    finally:
        copy.close()


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    target.chmod(source.stat().st_mode & 0o777)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _outside(workspace: Workspace) -> tuple[str, ...]:
    config = workspace.config
    named = [config.sign.key, config.policy.path, config.listing.top_sites, *config.listing.guard_files]
    if config.webhook.url:
        named.append(config.webhook.secret)
    if config.crawl.evidence != _ARCHIVE:
        named.append(config.crawl.evidence)
    return tuple(path for path in named if path)

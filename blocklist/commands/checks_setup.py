"""What ``doctor`` says of the machine, the settings and the policy, before any workspace is opened."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from blocklist.commands.checks import Check, State, check, tried
from blocklist.config import Config
from blocklist.errors import LinkgazetteError
from blocklist.policy import Policy, load_policy

_SQLITE = (3, 37, 0)  # STRICT tables
_LITTLE, _LEAST = 2_000_000_000, 200_000_000  # bytes of free disk: a day's crawl of evidence, and a release


def setup_checks(workspace: Path, config: Config) -> Iterator[Check]:
    """Look at the machine and the settings."""
    yield check("python", State.OK, ".".join(map(str, sys.version_info[:3])))
    old = sqlite3.sqlite_version_info < _SQLITE
    cure = "; needs 3.37 or newer: install a newer Python or SQLite" if old else ""
    yield check("sqlite", State.FAIL if old else State.OK, sqlite3.sqlite_version + cure)
    yield from (check("settings", State.WARN, notice) for notice in config.notices())
    if config.crawl.resolve:
        said = f"[crawl] resolve leads every name to {config.crawl.resolve}; remove it to reach the web"
        yield check("settings", State.WARN, said)
    if not (config.site.appeal_url or config.site.contact):
        said = "nobody can appeal: set appeal_url or contact under [site] (see `linkgazette config init`)"
        yield check("settings", State.WARN, said)
    yield from _disk(workspace)
    yield from _signing(config)


def _disk(workspace: Path) -> Iterator[Check]:
    free = shutil.disk_usage(workspace if workspace.exists() else Path()).free
    state = State.FAIL if free < _LEAST else State.WARN if free < _LITTLE else State.OK
    cure = "" if state is State.OK else "; make room, or a crawl and a release will stop"
    yield check("disk", state, f"{free / 1e9:.1f} GB free{cure}")
    if workspace.exists() and not os.access(workspace, os.W_OK | os.X_OK):
        said = f"{workspace} cannot be written; only look-ups will work"
        yield check("disk", State.FAIL, said)


def _signing(config: Config) -> Iterator[Check]:
    from blocklist.release.key_files import load_signing_key

    if config.sign.key is None:
        said = "releases are not signed: run `linkgazette keys make`, and set [sign] key"
        yield check("signing", State.WARN, said)
        return
    path = Path(config.sign.key)
    yield tried("signing", lambda: f"key {load_signing_key(path).public.text[:16]}… in {path.name}")


def policy_check(config: Config) -> tuple[Check, Policy | None]:
    """Load the policy; None: it cannot be used."""
    try:
        policy = load_policy(config.policy.path)
    except LinkgazetteError as problem:
        return check("policy", State.FAIL, str(problem)), None
    said = f"{policy.name}, version {policy.version}, {len(policy.categories)} categories"
    return check("policy", State.OK, said), policy

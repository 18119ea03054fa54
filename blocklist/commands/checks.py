"""One line of ``doctor`` each: what was looked at, whether it is well, how to mend it. Nothing is changed.

``setup_checks`` looks at the machine and the settings, ``workspace_checks`` at what is kept. A check that
cannot be made is a failed one and says why.
"""

import fcntl
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from blocklist.config import Config
from blocklist.errors import LinkgazetteError
from blocklist.listing.drift import DAYS
from blocklist.policy import Policy, load_policy
from blocklist.release.record import drift
from blocklist.store.leases import LOCK, TICKET

if TYPE_CHECKING:
    from blocklist.store import Workspace

_SQLITE = (3, 37, 0)  # STRICT tables
_LITTLE, _LEAST = 2_000_000_000, 200_000_000  # bytes of free disk: a day's crawl of evidence, and a release
_SOON = timedelta(days=1)
_OVERDUE = timedelta(days=1)
_PRUNED_WITHIN = timedelta(days=7)  # a timer that runs `prune` once a week is in time
_OTHERS = 0o077
_NAMED = 3


class State(StrEnum):
    """How it stands."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line."""

    name: str
    state: State
    said: str
    """What is so, and where something is to be mended: how."""


def _check(name: str, state: State, said: str) -> Check:
    return Check(name=name, state=state, said=said)


def setup_checks(workspace: Path, config: Config) -> Iterator[Check]:
    """Look at the machine and the settings."""
    yield _check("python", State.OK, ".".join(map(str, sys.version_info[:3])))
    old = sqlite3.sqlite_version_info < _SQLITE
    cure = "; needs 3.37 or newer: install a newer Python or SQLite" if old else ""
    yield _check("sqlite", State.FAIL if old else State.OK, sqlite3.sqlite_version + cure)
    yield from (_check("settings", State.WARN, notice) for notice in config.notices())
    if config.crawl.resolve:
        said = f"[crawl] resolve leads every name to {config.crawl.resolve}; remove it to reach the web"
        yield _check("settings", State.WARN, said)
    if not (config.site.appeal_url or config.site.contact):
        said = "nobody can appeal: set appeal_url or contact under [site] (see `linkgazette config init`)"
        yield _check("settings", State.WARN, said)
    yield from _disk(workspace)
    yield from _signing(config)


def _disk(workspace: Path) -> Iterator[Check]:
    free = shutil.disk_usage(workspace if workspace.exists() else Path()).free
    state = State.FAIL if free < _LEAST else State.WARN if free < _LITTLE else State.OK
    cure = "" if state is State.OK else "; make room, or a crawl and a release will stop"
    yield _check("disk", state, f"{free / 1e9:.1f} GB free{cure}")
    if workspace.exists() and not os.access(workspace, os.W_OK | os.X_OK):
        said = f"{workspace} cannot be written; only look-ups will work"
        yield _check("disk", State.FAIL, said)


def _signing(config: Config) -> Iterator[Check]:
    from blocklist.release.key_files import load_signing_key

    if config.sign.key is None:
        said = "releases are not signed: run `linkgazette keys make`, and set [sign] key"
        yield _check("signing", State.WARN, said)
        return
    path = Path(config.sign.key)
    yield _tried("signing", lambda: f"key {load_signing_key(path).public.text[:16]}… in {path.name}")


def workspace_checks(workspace: "Workspace", policy: Policy, now: datetime) -> Iterator[Check]:
    """Look at what is kept."""
    yield from _modes(workspace)
    yield _tried("pseudonym key", lambda: _key(workspace))
    yield _retention(workspace, policy, now)
    yield from _frontier(workspace, now)
    yield from _evidence(workspace)
    yield from _outbox(workspace)
    yield _verdicts(workspace, policy)
    yield _release(workspace, now)
    yield _drift(workspace, now)


def _modes(workspace: "Workspace") -> Iterator[Check]:
    from blocklist.store.workspace import DATABASE_NAME

    for name in (DATABASE_NAME, "captures"):
        path = workspace.path / name
        if path.exists() and path.stat().st_mode & _OTHERS:
            yield _check("modes", State.WARN, f"others can read {name}; run: chmod go= {path}")


def _key(workspace: "Workspace") -> str:
    from blocklist.store.key import KEY_FILES

    if not list(workspace.path.glob(KEY_FILES)) and not workspace.shares.count():
        return "none yet; the first intake makes it"
    _ = workspace.pseudonymiser  # raises when it is not the key of what is stored
    told = "the one that the shares were stored with; keep a copy of it elsewhere"
    earlier = [one for one in workspace.successions.generations() if one.replaced_at and not one.destroyed_at]
    if not earlier:
        return told
    left = ", ".join(f"{one.number} ({one.met} of {one.known} people came again)" for one in earlier)
    return f"{told}; `prune` destroys earlier ones in time: {left}"


def _retention(workspace: "Workspace", policy: Policy, now: datetime) -> Check:
    """Say whether people leave in time, and not before the ladder has counted them."""
    name, days = "retention", workspace.config.privacy.keep_people_days
    longest = max((rung.days or 0 for rung in policy.ladder), default=0)
    if longest > days:
        said = f"the ladder counts {longest} days, and people leave after {days}; raise keep_people_days"
        return _check(name, State.WARN, said)
    if late := workspace.people.worn_out(now - timedelta(days=days) - _PRUNED_WITHIN):
        said = f"{late} shares name people longer than {days} days; run `linkgazette prune` by a timer"
        return _check(name, State.WARN, said)
    return _check(name, State.OK, f"nobody stays longer than {days} days")


def _frontier(workspace: "Workspace", now: datetime) -> Iterator[Check]:
    due, links = workspace.links.due(now), workspace.links.count()
    next_due = workspace.links.next_due()
    late = due and next_due is not None and now - next_due > _OVERDUE
    since = f", the oldest since {next_due:%Y-%m-%d %H:%M}" if late and next_due else ""
    cure = f"{since}; run `linkgazette crawl`, or more often" if late else ""
    yield _check("links", State.WARN if late else State.OK, f"{links} under watch, {due} due{cure}")
    living = {path.stem for path in (workspace.path / "workers").glob("*.lock")}
    yield from _stuck(workspace, now)
    yield from _leader(workspace, now)
    for worker, (held, until) in workspace.links.leases(now).items():
        if worker not in living and not worker.startswith(TICKET):
            said = f"{held} links are held by {worker}, which is gone; they are free at {until:%H:%M:%S}"
            yield _check("leases", State.WARN, f"{said}, or with the next `linkgazette crawl`")


def _leader(workspace: "Workspace", now: datetime) -> Iterator[Check]:
    """Say whether a cluster's leader is there, and what it has handed out."""
    held = workspace.links.leases(now)
    away = sum(links for ticket, (links, _) in held.items() if ticket.startswith(TICKET))
    if _leads(workspace.path / LOCK):
        yield _check("leader", State.OK, f"a leader holds {LOCK}; {away} links are with its workers")
    elif away:
        said = f"{away} links were handed to a cluster's workers, and nobody leads; run `linkgazette crawl "
        yield _check("leader", State.WARN, f"{said}--cluster`, which goes on with them")


def _leads(lock: Path) -> bool:
    """Tell whether somebody holds ``lock``; it is asked for, shared, for a moment."""
    try:
        file = lock.open()
    except OSError:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _stuck(workspace: "Workspace", now: datetime) -> Iterator[Check]:
    """Say why links that are due, or should be, are not visited."""
    stuck = workspace.links.stuck(now)
    if stuck.resting:
        said = f"{stuck.resting} due links wait for hosts that asked for patience"
        yield _check("stuck", State.OK, f"{said}, the first until {stuck.rest_ends:%Y-%m-%d %H:%M}")
    if stuck.ahead:
        said = f"{stuck.ahead} links were visited in the future: this machine's clock was wrong"
        yield _check("stuck", State.WARN, f"{said}; the next `linkgazette crawl` makes them due")
    if stuck.never:
        said = f"{stuck.never} links are never visited again, since their pages must not be kept"
        hook = workspace.config.crawl.hotline_hook
        cure = "" if hook else "; set [crawl] hotline_hook to the program that reports them"
        yield _check("stuck", State.OK if hook else State.WARN, said + cure)
    if stuck.failing:
        kinds = ", ".join(f"{count} {kind}" for kind, count in stuck.failing.items())
        yield _check("unreachable", State.OK, f"links by why their last visit brought no page: {kinds}")


def _evidence(workspace: "Workspace") -> Iterator[Check]:
    from blocklist.shelf import shelf_of

    files, shelf = workspace.captures.files(), shelf_of(workspace.path)
    try:
        there = shelf.sizes()
    except OSError as problem:
        yield _check("evidence", State.FAIL, f"{shelf.where}: cannot be looked at ({problem})")
        return
    gone = [name for name in files if name not in there]
    short = [name for name, size in files.items() if there.get(name, size) < size]
    for what, names in (("missing", gone), ("cut off", short)):
        if names:
            named = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
            said = f"{len(names)} of {len(files)} files are {what}: {named}; restore them from your backup"
            yield _check("evidence", State.FAIL, said)
    if not gone and not short:
        yield _check("evidence", State.OK, f"{len(files)} files, all there")


def _outbox(workspace: "Workspace") -> Iterator[Check]:
    """Say what has not reached the platform."""
    waiting, dead = workspace.outbox.count()
    why = f" ({workspace.outbox.last_problem()})" if workspace.outbox.last_problem() else ""
    if dead:
        said = f"{dead} messages were given up{why}; mend that, then `linkgazette measures --deliver --again`"
        yield _check("webhook", State.FAIL, said)
    elif waiting:
        said = f"{waiting} messages wait{why}; run `linkgazette measures --deliver` by a timer"
        yield _check("webhook", State.WARN, said)
    elif workspace.config.webhook.url:
        yield _check("webhook", State.OK, "everything has arrived")


def _verdicts(workspace: "Workspace", policy: Policy) -> Check:
    old = workspace.verdicts.count_kept(but_policy=policy.digest)
    if not old:
        return _check("verdicts", State.OK, f"all by the present policy {policy.digest[:12]}")
    said = (
        f"{old} pages were judged by another policy than {policy.digest[:12]}; run `linkgazette reclassify`"
    )
    return _check("verdicts", State.WARN, said)


def _release(workspace: "Workspace", now: datetime) -> Check:
    latest = workspace.releases.latest()
    if latest is None:
        return _check("release", State.WARN, "none yet; run `linkgazette publish`")
    said = f"{latest.serial}, {latest.entries} entries, issued {latest.issued_at:%Y-%m-%d %H:%M}"
    if latest.issued_at > now + _SOON:
        return _check("release", State.FAIL, f"{said}: in the future; set this machine's clock right")
    if latest.expires_at <= now:
        said += f", expired {latest.expires_at:%Y-%m-%d %H:%M}: readers refuse it; run `linkgazette publish`"
        return _check("release", State.FAIL, said)
    if latest.expires_at - now < _SOON:
        return _check("release", State.WARN, f"{said}, expires within a day; run `linkgazette publish`")
    return _check("release", State.OK, f"{said}, good until {latest.expires_at:%Y-%m-%d}")


def _drift(workspace: "Workspace", now: datetime) -> Check:
    floor, found = workspace.config.policy.precision_floor, drift(workspace, now)
    if found.precision is None:
        said = f"no moderator spoke of a machine's listing in {DAYS} days; not measured"
        return _check("precision", State.OK, said)
    low, high = found.bounds
    said = (
        f"moderators upheld {found.upheld} of {found.seen} machine listings they saw in {DAYS} days, "
        f"{found.precision:.3f} ({low:.3f}-{high:.3f}), floor {floor:g}"
    )
    if found.precision >= floor:
        return _check("precision", State.OK, said)
    cure = "; look at `linkgazette export decisions`, raise thresholds or mend terms"
    return _check("precision", State.FAIL if high < floor else State.WARN, said + cure)


def policy_check(config: Config) -> tuple[Check, Policy | None]:
    """Load the policy; None: it cannot be used."""
    try:
        policy = load_policy(config.policy.path)
    except LinkgazetteError as problem:
        return _check("policy", State.FAIL, str(problem)), None
    said = f"{policy.name}, version {policy.version}, {len(policy.categories)} categories"
    return _check("policy", State.OK, said), policy


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return _check(name, State.OK, look())
    except LinkgazetteError as problem:
        return _check(name, State.FAIL, str(problem))

"""What ``doctor`` says of a workspace: keys, people, links, evidence, messages, verdicts, the release."""

import fcntl
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from blocklist.commands.checks import Check, State, check, tried
from blocklist.listing.drift import DAYS
from blocklist.policy import Policy
from blocklist.release.record import drift
from blocklist.shelf import shelf_of
from blocklist.store import Workspace
from blocklist.store.key import KEY_FILES
from blocklist.store.leases import LOCK, TICKET
from blocklist.store.workspace import DATABASE_NAME

_SOON = timedelta(days=1)
_OVERDUE = timedelta(days=1)
_PRUNED_WITHIN = timedelta(days=7)  # a timer that runs `prune` once a week is in time
_OTHERS = 0o077
_NAMED = 3


def workspace_checks(workspace: Workspace, policy: Policy, now: datetime) -> Iterator[Check]:
    """Look at what is kept."""
    yield from _modes(workspace)
    yield tried("pseudonym key", lambda: _key(workspace))
    yield _retention(workspace, policy, now)
    yield from _frontier(workspace, now)
    yield from _evidence(workspace)
    yield from _outbox(workspace)
    yield _verdicts(workspace, policy)
    yield _release(workspace, now)
    yield _drift(workspace, now)


def _modes(workspace: Workspace) -> Iterator[Check]:
    for name in (DATABASE_NAME, "captures"):
        path = workspace.path / name
        if path.exists() and path.stat().st_mode & _OTHERS:
            yield check("modes", State.WARN, f"others can read {name}; run: chmod go= {path}")


def _key(workspace: Workspace) -> str:
    if not list(workspace.path.glob(KEY_FILES)) and not workspace.shares.count():
        return "none yet; the first intake makes it"
    _ = workspace.pseudonymiser  # raises when it is not the key of what is stored
    told = "the one that the shares were stored with; keep a copy of it elsewhere"
    earlier = [one for one in workspace.successions.generations() if one.replaced_at and not one.destroyed_at]
    if not earlier:
        return told
    left = ", ".join(f"{one.number} ({one.met} of {one.known} people came again)" for one in earlier)
    return f"{told}; `prune` destroys earlier ones in time: {left}"


def _retention(workspace: Workspace, policy: Policy, now: datetime) -> Check:
    """Say whether people leave in time, and not before the ladder has counted them."""
    name, days = "retention", workspace.config.privacy.keep_people_days
    longest = max((rung.days or 0 for rung in policy.ladder), default=0)
    if longest > days:
        said = f"the ladder counts {longest} days, and people leave after {days}; raise keep_people_days"
        return check(name, State.WARN, said)
    if late := workspace.people.worn_out(now - timedelta(days=days) - _PRUNED_WITHIN):
        said = f"{late} shares name people longer than {days} days; run `linkgazette prune` by a timer"
        return check(name, State.WARN, said)
    return check(name, State.OK, f"nobody stays longer than {days} days")


def _frontier(workspace: Workspace, now: datetime) -> Iterator[Check]:
    due, links = workspace.links.due(now), workspace.links.count()
    next_due = workspace.links.next_due()
    late = due and next_due is not None and now - next_due > _OVERDUE
    since = f", the oldest since {next_due:%Y-%m-%d %H:%M}" if late and next_due else ""
    cure = f"{since}; run `linkgazette crawl`, or more often" if late else ""
    yield check("links", State.WARN if late else State.OK, f"{links} under watch, {due} due{cure}")
    living = {path.stem for path in (workspace.path / "workers").glob("*.lock")}
    yield from _stuck(workspace, now)
    yield from _leader(workspace, now)
    for worker, (held, until) in workspace.links.leases(now).items():
        if worker not in living and not worker.startswith(TICKET):
            said = f"{held} links are held by {worker}, which is gone; they are free at {until:%H:%M:%S}"
            yield check("leases", State.WARN, f"{said}, or with the next `linkgazette crawl`")


def _leader(workspace: Workspace, now: datetime) -> Iterator[Check]:
    """Say whether a cluster's leader is there, and what it has handed out."""
    held = workspace.links.leases(now)
    away = sum(links for ticket, (links, _) in held.items() if ticket.startswith(TICKET))
    if _leads(workspace.path / LOCK):
        yield check("leader", State.OK, f"a leader holds {LOCK}; {away} links are with its workers")
    elif away:
        said = f"{away} links were handed to a cluster's workers, and nobody leads; run `linkgazette crawl "
        yield check("leader", State.WARN, f"{said}--cluster`, which goes on with them")


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


def _stuck(workspace: Workspace, now: datetime) -> Iterator[Check]:
    """Say why links that are due, or should be, are not visited."""
    stuck = workspace.links.stuck(now)
    if stuck.resting:
        said = f"{stuck.resting} due links wait for hosts that asked for patience"
        yield check("stuck", State.OK, f"{said}, the first until {stuck.rest_ends:%Y-%m-%d %H:%M}")
    if stuck.ahead:
        said = f"{stuck.ahead} links were visited in the future: this machine's clock was wrong"
        yield check("stuck", State.WARN, f"{said}; the next `linkgazette crawl` makes them due")
    if stuck.never:
        said = f"{stuck.never} links are never visited again, since their pages must not be kept"
        hook = workspace.config.crawl.hotline_hook
        cure = "" if hook else "; set [crawl] hotline_hook to the program that reports them"
        yield check("stuck", State.OK if hook else State.WARN, said + cure)
    if stuck.failing:
        kinds = ", ".join(f"{count} {kind}" for kind, count in stuck.failing.items())
        yield check("unreachable", State.OK, f"links by why their last visit brought no page: {kinds}")


def _evidence(workspace: Workspace) -> Iterator[Check]:
    files, shelf = workspace.captures.files(), shelf_of(workspace.path)
    try:
        there = shelf.sizes()
    except OSError as problem:
        yield check("evidence", State.FAIL, f"{shelf.where}: cannot be looked at ({problem})")
        return
    gone = [name for name in files if name not in there]
    short = [name for name, size in files.items() if there.get(name, size) < size]
    for what, names in (("missing", gone), ("cut off", short)):
        if names:
            named = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
            said = f"{len(names)} of {len(files)} files are {what}: {named}; restore them from your backup"
            yield check("evidence", State.FAIL, said)
    if not gone and not short:
        yield check("evidence", State.OK, f"{len(files)} files, all there")


def _outbox(workspace: Workspace) -> Iterator[Check]:
    """Say what has not reached the platform."""
    waiting, dead = workspace.outbox.count()
    why = f" ({workspace.outbox.last_problem()})" if workspace.outbox.last_problem() else ""
    if dead:
        said = f"{dead} messages were given up{why}; mend that, then `linkgazette measures --deliver --again`"
        yield check("webhook", State.FAIL, said)
    elif waiting:
        said = f"{waiting} messages wait{why}; run `linkgazette measures --deliver` by a timer"
        yield check("webhook", State.WARN, said)
    elif workspace.config.webhook.url:
        yield check("webhook", State.OK, "everything has arrived")


def _verdicts(workspace: Workspace, policy: Policy) -> Check:
    old = workspace.verdicts.count_kept(but_policy=policy.digest)
    if not old:
        return check("verdicts", State.OK, f"all by the present policy {policy.digest[:12]}")
    said = (
        f"{old} pages were judged by another policy than {policy.digest[:12]}; run `linkgazette reclassify`"
    )
    return check("verdicts", State.WARN, said)


def _release(workspace: Workspace, now: datetime) -> Check:
    latest = workspace.releases.latest()
    if latest is None:
        return check("release", State.WARN, "none yet; run `linkgazette publish`")
    said = f"{latest.serial}, {latest.entries} entries, issued {latest.issued_at:%Y-%m-%d %H:%M}"
    if latest.issued_at > now + _SOON:
        return check("release", State.FAIL, f"{said}: in the future; set this machine's clock right")
    if latest.expires_at <= now:
        said += f", expired {latest.expires_at:%Y-%m-%d %H:%M}: readers refuse it; run `linkgazette publish`"
        return check("release", State.FAIL, said)
    if latest.expires_at - now < _SOON:
        return check("release", State.WARN, f"{said}, expires within a day; run `linkgazette publish`")
    return check("release", State.OK, f"{said}, good until {latest.expires_at:%Y-%m-%d}")


def _drift(workspace: Workspace, now: datetime) -> Check:
    floor, found = workspace.config.policy.precision_floor, drift(workspace, now)
    if found.precision is None:
        said = f"no moderator spoke of a machine's listing in {DAYS} days; not measured"
        return check("precision", State.OK, said)
    low, high = found.bounds
    said = (
        f"moderators upheld {found.upheld} of {found.seen} machine listings they saw in {DAYS} days, "
        f"{found.precision:.3f} ({low:.3f}-{high:.3f}), floor {floor:g}"
    )
    if found.precision >= floor:
        return check("precision", State.OK, said)
    cure = "; look at `linkgazette export decisions`, raise thresholds or mend terms"
    return check("precision", State.FAIL if high < floor else State.WARN, said + cure)

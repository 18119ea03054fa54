"""Make the next release of a workspace and let readers see it: the only room here that meets the store.

In this order, so that a kill at any point leaves the old release shown and the next run able to go on: lock
folder and workspace, draft and brake, write the folder, record in the store, swap the symlink.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from blocklist.errors import BrakeError, InputError
from blocklist.formats.prefixes import FOLDER as PREFIXES
from blocklist.formats.records import ENTRIES, MANIFEST, public_facts
from blocklist.history import Log, events_of
from blocklist.history.events import REMOVED, erased, past_of
from blocklist.history.log import origin_of
from blocklist.listing import build_listing, check_brake, check_override, load_guards
from blocklist.listing.guards import Guards
from blocklist.listing.measures import listed_links, recommend
from blocklist.model import Announcement, Entry, Finding, Listing, Measure, Release
from blocklist.release.build import Built, build_release
from blocklist.release.collector import uncollected
from blocklist.release.columns import MEMORY
from blocklist.release.context import ReleaseContext, retention_of
from blocklist.release.deltas import delta_files
from blocklist.release.digest import sha256
from blocklist.release.folder import PublicFolder, check_public, locked, open_public
from blocklist.release.key_files import load_signing_key, rotation_of
from blocklist.release.ledger import read_made, write_ledger
from blocklist.release.packed import packings
from blocklist.release.patches import patch_files
from blocklist.release.record import record_of
from blocklist.release.recycle import begin_on
from blocklist.release.sheets import Pages, ready
from blocklist.release.signatures import SIGNATURE, Signer, comment
from blocklist.release.site import SITE, site_lines
from blocklist.release.site_writer import Progress, SiteWriter
from blocklist.release.spool import Spool, earlier_list
from blocklist.store import Workspace
from blocklist.store.releases import Logged

Announcer = Callable[[Listing, Sequence[Finding]], Announcement | None]
"""Makes the announcement that this release brings; None: none is due."""
_AHEAD = timedelta(days=1)
_LEDGERS = "ledgers of pages"
"""What their key is drawn for."""
_LOCK = "publish.lock"
"""In the workspace: two publications to two places would give two releases one serial."""


def no_announcement(_listing: Listing, _findings: Sequence[Finding]) -> None:
    """Announce nothing."""


@uncollected()
def make_release(
    workspace: Workspace,
    out: Path,
    *,
    now: datetime,
    pages: Pages,
    override: str = "",
    announcer: Announcer = no_announcement,
    clock: datetime | None = None,
    anew: bool = False,
    progress: Progress = lambda _done, _all: None,
) -> ReleaseContext:
    """Publish the workspace's list to ``out`` and return what was published.

    The release is stamped with ``now`` in whole seconds. ``override`` is ``NAME: reason`` of who lifts the
    brake; empty: nobody. ``clock`` is the real time: a ``now`` more than a day ahead of it needs the override
    as well; None: that is not asked. ``anew`` makes every page, whatever the release before has of them;
    ``progress`` hears how many files of the site are there so far. Raises BrakeError (nothing was published),
    InputError for a wrong time or an ``out`` that is not ours, TroubleError for disk and lock trouble.
    """
    override, now = check_override(override), now.replace(microsecond=0)
    ahead = clock is not None and now - clock > _AHEAD
    if ahead and not override:
        raise InputError(
            f"the release's time, {now:%Y-%m-%dT%H:%M:%SZ}, is more than a day ahead of the clock; every "
            'release until then would be refused. Set the time right, or give --override "NAME: reason"'
        )
    with open_public(out) as public, locked(workspace.path / _LOCK, "another publication of this workspace"):
        history = workspace.releases.all()
        _check_same_history(public, history)
        _check_time(history, now)
        public.sweep(history[-1].serial if history else 0)
        signer = _signer(workspace)
        draft = _draft(workspace, override, announcer, now, first=not history)
        serial = history[-1].serial + 1 if history else 1
        secret = workspace.pseudonymiser.salt(_LEDGERS)
        part, held = begin_on(public, serial, workspace.config.release.keep, secret)
        spool = Spool(part / "list", earlier_list(public.shown()), signed=signer is not None)
        lifted = override if ahead else draft.lifted
        memory = workspace.path / MEMORY
        context, built = _next(workspace, history, draft, now, signer, spool, memory, lifted)
        logged, log = _log(workspace, context, signer)
        context = replace(context, proofs=log.said)
        digest = next(each.sha256 for each in built.files if each.name == ENTRIES)
        steps = chain(
            delta_files(public.shown(), context.release.serial, spool.folder, digest, built.steps),
            patch_files(public.shown(), spool.folder, (each.name for each in built.files)),
        )
        public.add(part, _list_files(built, steps, signer))
        shown = public.shown()
        before = read_made(shown, secret) if shown and not anew else None
        expected = before.files if before else 0
        expected = expected or len(context.listing.entries) * len(context.site.languages)
        writer = SiteWriter(part, before, held, lambda done: progress(done, expected))
        files = log.files(serial, workspace.history.checkpoints())
        writer.write(chain(pages(context), (ready(path, data) for path, data in files)))
        lines = site_lines(writer.digests())
        public.add(part, _site_files(lines, signer, serial))
        write_ledger(public.folder_of(serial), lines, writer.made, secret)
        public.finish(serial)
        kept = workspace.announcements.all()
        for fresh in (each for each in context.announcements if each not in kept):
            workspace.announcements.add(fresh)
        workspace.releases.record(context.release, context.listing, now=now, logged=logged)
        public.show(context.release.serial)
    return context


def check_out(workspace: Workspace | None, out: Path) -> None:
    """Say before a long job whether ``make_release`` would take ``out``; ``workspace`` None: not made yet.

    Makes nothing. Raises as ``make_release`` for an ``out`` that is not ours or cannot be written.
    """
    _check_same_history(check_public(out), workspace.releases.all() if workspace else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What is to be published, once the brake has let it pass."""

    listing: Listing
    previous: Sequence[Entry]
    measures: tuple[Measure, ...]
    announcement: Announcement | None
    """None: none is due."""
    lifted: str
    """Who lifted the brake; empty: nobody had to."""


def _draft(
    workspace: Workspace, override: str, announcer: Announcer, now: datetime, *, first: bool
) -> _Draft:
    """Return the list and what else is made from the findings, which are gone when this returns."""
    findings = tuple(workspace.findings())
    previous = workspace.entries.current()
    listing = build_listing(
        findings,
        previous=previous,
        aliases=workspace.entries.aliases(),
        tombstones=workspace.entries.tombstones(),
        guards=guards_of(workspace),
        policy=workspace.policy,
        settings=workspace.config.listing,
        now=now,
    )
    lifted = _lift(workspace, previous, listing, override, first=first)
    return _Draft(
        listing=listing,
        previous=previous,
        measures=_measures(workspace, findings, listing, now),
        announcement=announcer(listing, findings),
        lifted=lifted,
    )


def _next(
    workspace: Workspace,
    history: Sequence[Release],
    draft: _Draft,
    now: datetime,
    signer: Signer | None,
    spool: Spool,
    memory: Path,
    override: str,
) -> tuple[ReleaseContext, Built]:
    """Write the list to ``spool`` and return what the rest of the release is made from."""
    config, policy, listing = workspace.config, workspace.policy, draft.listing
    built = build_release(
        listing,
        before=history[-1] if history else None,
        previous=draft.previous,
        aliases=workspace.entries.aliases(),
        policy=policy,
        site=config.site,
        expires_days=config.release.expires_days,
        override=override,
        key=signer.key.public if signer else None,
        spool=spool,
        memory=memory,
        now=now,
    )
    announced = workspace.announcements.all()
    if draft.announcement:
        announced = (*announced, draft.announcement)
    context = ReleaseContext(
        release=built.release,
        listing=listing,
        history=tuple(history),
        counts=built.counts,
        files=built.files,
        policy=policy,
        site=config.site,
        announcements=tuple(sorted(announced, key=lambda each: (each.published_at, each.slug), reverse=True)),
        measures=draft.measures,
        record=record_of(workspace, listing, now),
        retention=retention_of(config),
        shards={f"{PREFIXES}{path.name}": path.read_bytes() for path in (spool.folder / PREFIXES).iterdir()},
        now=now,
    )
    return context, built


def _log(workspace: Workspace, context: ReleaseContext, signer: Signer | None) -> tuple[Logged, Log]:
    """Return what the release adds to the history, and the whole of it."""
    history, release = workspace.history, context.release
    fresh = tuple(
        events_of(
            context.listing.entries,
            context.listing.tombstones,
            release,
            said=public_facts,
            before=past_of(history.each(), history.body),
            salt=workspace.pseudonymiser.salt,
            audited=workspace.audit.head(),
        )
    )
    gone = [event.entry for event in fresh if event.kind == REMOVED]
    log = Log(
        lambda: erased(chain(history.each(), fresh), gone),
        origin_of(context.site.base_url),
        signer.key.seed if signer else None,
    )
    return Logged(events=fresh, checkpoint=log.checkpoint), log


def guards_of(workspace: Workspace) -> Guards:
    """Return the guards of a workspace: built in, its own files, its canaries."""
    settings = workspace.config.listing
    return load_guards(
        extra=[Path(each) for each in settings.guard_files],
        top_sites=Path(settings.top_sites) if settings.top_sites else None,
        canaries=settings.canaries_good,
    )


def _signer(workspace: Workspace) -> Signer | None:
    """Return who signs; None: nobody is configured to."""
    if workspace.config.sign.key is None:
        return None
    path = Path(workspace.config.sign.key)
    key = load_signing_key(path)
    return Signer(key=key, rotation=rotation_of(path, key))


def _lift(
    workspace: Workspace, previous: Sequence[Entry], listing: Listing, override: str, *, first: bool
) -> str:
    """Return the override if it was needed; raise BrakeError if it was and there is none."""
    try:
        check_brake(previous, listing, workspace.config.listing, first=first)
    except BrakeError:
        if not override:
            raise
        return override
    return ""


def _measures(
    workspace: Workspace, findings: Iterable[Finding], listing: Listing, now: datetime
) -> tuple[Measure, ...]:
    listed = listed_links(findings, listing.entries, listing.aliases)
    return recommend(workspace.shares.with_links(), listed, workspace.policy.ladder, now=now)


def _list_files(
    built: Built, steps: Iterable[tuple[str, bytes]], signer: Signer | None
) -> Iterator[tuple[str, bytes]]:
    """Give the files of the list that the spool does not write; ``steps`` lead on from earlier releases."""
    packed = ((MANIFEST + suffix, data) for suffix, data in packings(built.manifest))
    signed = signer.sign(built.manifest, built.digests, built.release.serial) if signer else ()
    for name, data in chain([(MANIFEST, built.manifest)], packed, signed, steps):
        yield f"list/{name}", data


def _site_files(lines: bytes, signer: Signer | None, serial: int) -> Iterator[tuple[str, bytes]]:
    yield SITE, lines
    if signer:
        yield SITE + SIGNATURE, signer.key.sign(lines, comment(SITE, serial))


def _check_same_history(public: PublicFolder, history: Sequence[Release]) -> None:
    """Refuse to publish over another workspace's releases."""
    shown = public.shown()
    if shown is None:
        return
    manifest = shown / "list" / MANIFEST
    digest = sha256(manifest.read_bytes()) if manifest.exists() else ""
    if not any(each.serial == int(shown.name) and each.digest == digest for each in history):
        raise InputError(
            f"{public.out}: shows a release that this workspace did not make; choose another --out, or "
            f"move {public.out.name} and {public.releases.name} away"
        )


def _check_time(history: Sequence[Release], now: datetime) -> None:
    """Refuse to go back in time: readers refuse a roll-back."""
    if history and now < history[-1].issued_at.replace(microsecond=0):
        raise InputError(
            f"the time is {now:%Y-%m-%dT%H:%M:%SZ}, before release {history[-1].serial} of "
            f"{history[-1].issued_at:%Y-%m-%dT%H:%M:%SZ}; set the clock right, or --now"
        )

"""The next release made of a workspace folder, and what a person reads about it: a stage of ``run`` too."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blocklist.model import Announcement, Finding, Listing

if TYPE_CHECKING:
    from blocklist.release.publish import Announcer
    from blocklist.store import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What a publication did."""

    out: str
    serial: int
    issued_at: datetime
    expires_at: datetime
    digest: str
    counts: dict[str, Any]
    """As in the manifest."""
    files: dict[str, dict[str, Any]]
    """By name: entries, aliases, omitted, bytes."""
    override: str
    """Who lifted the brake; empty: nobody had to."""
    announcement: str
    """Slug of the announcement that this release brought; empty: none was due."""


def publish_stage(
    workspace: Path,
    *,
    out: Path,
    now: datetime,
    override: str = "",
    announce: bool = False,
    anew: bool = False,
) -> PublishReport:
    """Make the next release of the workspace folder; the stage that ``run`` calls.

    ``now`` counts in whole seconds, at most a day ahead of the clock unless overridden. With ``announce`` the
    release brings an announcement when one is due; with ``anew`` every page is made, changed or not. Raises
    BrakeError, InputError, TroubleError as ``release.publish.make_release``.
    """
    from blocklist.commands.bar import progress_bar
    from blocklist.public import site_sheets
    from blocklist.release.publish import make_release, no_announcement
    from blocklist.store import open_workspace

    now = now.replace(microsecond=0)
    with open_workspace(workspace, create=False) as opened, progress_bar("site", "files") as progress:
        context = make_release(
            opened,
            out,
            now=now,
            override=override,
            pages=site_sheets,
            announcer=_announcer(opened, now) if announce else no_announcement,
            clock=datetime.now(UTC),
            anew=anew,
            progress=progress,
        )
        if by := context.release.override.partition(":")[0]:
            detail = context.release.override
            opened.audit.add(by, "override", f"release {context.release.serial}", detail, now=now)
    release = context.release
    return PublishReport(
        out=str(out),
        serial=release.serial,
        issued_at=release.issued_at,
        expires_at=release.expires_at,
        digest=release.digest,
        counts=asdict(context.counts),
        files={
            each.name: {
                "entries": each.entries,
                "aliases": each.aliases,
                "omitted": dict(each.omitted),
                "bytes": each.bytes,
            }
            for each in context.files
        },
        override=release.override,
        announcement=next((one.slug for one in context.announcements if one.published_at == now), ""),
    )


def _announcer(workspace: "Workspace", now: datetime) -> "Announcer":
    """Return what announces the time since the last announcement, or since the first share."""
    from blocklist.public.announcements import draft_announcement

    pause = timedelta(days=workspace.config.site.announce_days)

    def announce(listing: Listing, findings: Sequence[Finding]) -> Announcement | None:
        announced = workspace.announcements.all()  # asked here: the publication's lock is held
        since = max((each.until for each in announced if not each.withdrawn), default=None)
        if not pause or not findings or (since is not None and now - since < pause):
            return None
        if since is None:
            first = min(each.first_seen for each in findings)
            since = first.replace(hour=0, minute=0, second=0, microsecond=0)
        made = draft_announcement(
            listing=listing,
            findings=findings,
            shares=workspace.shares.with_links(),
            ladder=workspace.policy.ladder,
            since=since,
            until=now,
            now=now,
            taken={each.slug for each in announced},
            applied=workspace.applied.between(since, now),
            rolled_back=workspace.exported.corrected(since, now),
        )
        return made if made.links_blocked or made.removed else None

    return announce


def published_lines(report: PublishReport) -> list[str]:
    """Return what a person reads about a publication."""
    from blocklist.release.packed import is_packed

    counts = report.counts
    change = f"{counts['added']} new, {counts['removed']} removed"
    beside = f"{counts['aliases']} aliases, {counts['review']} waiting for review"
    lines = [f"release {report.serial}: {counts['entries']} entries ({change}), {beside}"]
    alike: dict[tuple[int, str], list[str]] = {}
    for name, file in sorted(report.files.items()):
        if "/" not in name and not is_packed(name):
            left_out = ", ".join(f"{reason} {number}" for reason, number in sorted(file["omitted"].items()))
            alike.setdefault((-file["entries"], left_out), []).append(name)
    for (entries, left_out), names in sorted(alike.items()):
        why = f", left out: {left_out}" if left_out else ""
        held = "entry" if entries == -1 else "entries"
        lines.append(f"  {-entries:>7} {held}{why}: {' '.join(names)}")
    if report.announcement:
        lines.append(f"announced {report.announcement}")
    lines.append(f"open {report.out}/index.html; machines read {report.out}/list/")
    return lines

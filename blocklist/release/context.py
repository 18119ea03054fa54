"""What the public site is made from: one frozen value per release, complete, so that pages are pure.

The pages are a function of this value and nothing else (no store, no clock): the same release gives the
same bytes. ``release`` hands it to the ``pages`` callable it was given and never imports ``public``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from blocklist.config import Config, SiteConfig
from blocklist.interval import wilson
from blocklist.listing.drift import Drift
from blocklist.model import Announcement, Listing, Measure, Release, Vantage
from blocklist.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """One file of ``list/`` as the manifest describes it."""

    name: str
    """Relative to ``list/``: ``rpz.zone``."""
    format: str
    """Name of the format (``rpz``), or of the record (``entries``, ``tombstones``)."""
    sha256: str
    """Hex."""
    bytes: int
    entries: int
    """Entries that the file says; aliases are counted apart."""
    aliases: int = 0
    omitted: Mapping[str, int] = field(default_factory=dict)
    """Entries left out, by reason; empty: none. A format leaves out what it cannot say, it never widens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the manifest counts, over current entries unless a field says otherwise."""

    entries: int = 0
    by_category: Mapping[str, int] = field(default_factory=dict)
    by_grade: Mapping[str, int] = field(default_factory=dict)
    """Keys ``"1"`` to ``"4"``: JSON has no other keys."""
    by_scope: Mapping[str, int] = field(default_factory=dict)
    aliases: int = 0
    tombstones: int = 0
    by_removal: Mapping[str, int] = field(default_factory=dict)
    """Tombstones by reason."""
    added: int = 0
    """Entries that the release before did not have."""
    removed: int = 0
    """Entries that only the release before had."""
    review: int = 0
    """Links that wait for a moderator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealFact:
    """One appeal as the public may know it: when, and how it ended; nothing of who or what."""

    made_at: datetime
    due_at: datetime
    """The published time for an answer."""
    settled_at: datetime | None = None
    """None: it waits."""
    upheld: bool = False
    """True: the entry was wrong or reached too far, and left or shrank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindFact:
    """What moderators who saw no verdict said of a random sample of listed pages."""

    upheld: int = 0
    """Contraband indeed."""
    seen: int = 0
    """Told to be contraband or not; 0: nothing was judged so."""
    unsure: int = 0
    """Of which it could not be told; not among ``seen``."""

    @property
    def precision(self) -> float | None:
        """Share that is contraband indeed; None: nothing was judged so."""
        return self.upheld / self.seen if self.seen else None

    @property
    def bounds(self) -> tuple[float, float]:
        """95% bounds of ``precision``."""
        return wilson(self.upheld, self.seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How the page of an entry was seen by one of the visits that its verdict rests on."""

    vantage: Vantage
    fetched_at: datetime
    hops: int
    """Redirects on the way to the page; 0: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the past says beyond the list: numbers and moments, no person, no address."""

    verdict_seconds: tuple[int, ...] = ()
    """From the first report of each judged link to its first verdict; empty: none was judged."""
    appeals: tuple[AppealFact, ...] = ()
    """In the order they were made; empty: none was."""
    appeal_days: int = 0
    """Within which an appeal is answered, as published; 0: not said."""
    drift: Drift = field(default_factory=lambda: Drift(upheld=0, seen=0))
    """What moderators said, of late, of what the machine would list by itself."""
    blind: BlindFact = field(default_factory=BlindFact)
    confirmed: Mapping[str, datetime] = field(default_factory=dict)
    """By entry: when an appeal against it was last answered and not upheld; an entry without: never."""
    visits: Mapping[int, tuple[Visit, ...]] = field(default_factory=dict)
    """By the id of the verdict that lists an entry; a verdict without: nothing is known of its visits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long what is kept: the settings that ``prune`` goes by and entries leave by; all in days."""

    people: int
    """Pseudonyms and masked names in shares, from the share on."""
    contact: int
    """A claimant's contact, from the answer on."""
    clear: int
    """Pages as fetched, from the visit on; also what a visit that failed left."""
    unsure: int
    contraband: int
    """Longer while an entry rests on the page."""
    entry: int
    """An entry, from its last verification on."""
    unreachable: int
    """An entry whose page is out of reach."""


def retention_of(config: Config) -> Retention:
    """Return what a workspace's settings say."""
    return Retention(
        people=config.privacy.keep_people_days,
        contact=config.serve.contact_days,
        clear=config.crawl.keep_clear_days,
        unsure=config.crawl.keep_unsure_days,
        contraband=config.crawl.keep_contraband_days,
        entry=config.listing.entry_days,
        unreachable=config.listing.unreachable_days,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseContext:
    """Everything a page may show."""

    release: Release
    listing: Listing
    history: tuple[Release, ...]
    """Earlier releases, oldest first; empty: this is the first."""
    counts: Counts
    files: tuple[WrittenFile, ...]
    """Files of ``list/`` but the manifest, by name."""
    policy: Policy
    site: SiteConfig
    announcements: tuple[Announcement, ...] = ()
    """Newest first."""
    measures: tuple[Measure, ...] = ()
    """What is recommended at present; pages show counts and masked names of it only."""
    record: Record = field(default_factory=Record)
    retention: Retention = field(default_factory=lambda: retention_of(Config()))
    proofs: Mapping[str, str] = field(default_factory=dict)
    """By entry: where, within the release, the history says it; ``past`` proves that. Empty: nowhere."""
    shards: Mapping[str, bytes] | None = None
    """The list's ``prefixes/`` but for their digests, by name within ``list/``; None: not made yet."""
    now: datetime

"""CPU seconds to make the list of a release: ``python tests/bench/publish.py [--entries N]``.

In one process, over a made-up listing of N entries: every list file of every set, with packed forms, digests,
index and shards, written to a folder; then a second release of which a share has changed, with its delta.
Beside it the floor: one plain pass that sorts the same expressions and writes them as lines. Prints CPU
seconds, bytes by format, peak memory, and ratios to the floor. The site's pages, the
history and the store are not in it. ``--whole`` leaves the smaller sets out: of ten million entries they are
three quarters of the bytes. ``--into`` keeps both releases, for ``serve_files.py --releases``.
"""

import argparse
import base64
import dataclasses
import hashlib
import resource
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from blocklist.config import SiteConfig
from blocklist.formats.records import ENTRIES, MANIFEST
from blocklist.model import Entry, Evidence, EvidenceKind, Host, Listing, ListKey, Release, Scope
from blocklist.policy import load_policy
from blocklist.release import files
from blocklist.release.build import Built, build_release
from blocklist.release.deltas import delta_files
from blocklist.release.packed import plain_name
from blocklist.release.patches import patch_files
from blocklist.release.sets import set_in
from blocklist.release.spool import Spool, earlier_list

NOW = datetime(2026, 3, 1, tzinfo=UTC)
_SCOPES = (*[Scope.URL] * 6, Scope.PATH, *[Scope.HOST] * 2, Scope.DOMAIN)
_GOODS, _OFFER = (
    Evidence(rule=f"c/{kind}/term", kind=kind, category="c", excerpt=f"words about the {kind}", weight=2.0)
    for kind in (EvidenceKind.GOODS, EvidenceKind.OFFER)
)


def listing_of(entries: Iterable[Entry]) -> Listing:
    """Return a listing of ``entries``, by id as listing leaves them."""
    ordered = tuple(sorted(entries, key=lambda each: each.id))
    return Listing(entries=ordered, aliases=(), tombstones=(), review=())


def made_up(numbers: range, *, listed_now: bool = False) -> list[Entry]:
    """Return an entry a number, over all scopes, grades, categories and a year of listing.

    Ids and names come from a digest, so that what changes lies all over every file, as it would.
    ``listed_now``: they are all of this hour.
    """
    categories = sorted(load_policy().categories)
    entries = [_entry(number, categories[number % len(categories)]) for number in numbers]
    moment = NOW + timedelta(hours=1)
    return [dataclasses.replace(each, listed_at=moment) for each in entries] if listed_now else entries


def changed(listing: Listing, share: float) -> Listing:
    """Return the next listing, of which that share differs: half left, all over it, and half came now."""
    count = len(listing.entries)
    kept = [each for at, each in enumerate(listing.entries) if at % round(2 / share)]
    # What stays is the same value, as listing leaves it.
    return listing_of((*kept, *made_up(range(count, 2 * count - len(kept)), listed_now=True)))


def _entry(number: int, category: str) -> Entry:
    scope = _SCOPES[number % len(_SCOPES)]
    digest = hashlib.sha256(str(number).encode())
    name = digest.hexdigest()[:6]
    host = f"www.shop-{name}{number:x}.example" if number % 3 else f"shop{name}{number:x}.test"
    tail = {Scope.URL: f"goods/item-{number}.html", Scope.PATH: f"store{number}/"}.get(scope, "")
    seen = timedelta(days=number % 20, seconds=number * 31 % 86_400)
    return Entry(
        id=f"LG-{base64.b32encode(digest.digest())[:10].decode()}",
        scope=scope,
        expression=ListKey(f"{host}/{tail}"),
        host=Host(host),
        category=category,
        grade=1 + number % 4,
        clause="LG-1",
        jurisdiction="A note on where the goods are unlawful, as long as such notes are.",
        first_seen=NOW - timedelta(days=400),
        listed_at=NOW - timedelta(days=number * 7919 % 365, seconds=number % 86_400),
        verified_at=NOW - seen,
        expires_at=NOW - seen + timedelta(days=30),
        verdict=number,
        evidence=(_GOODS, _OFFER),
        evidence_digest=digest.hexdigest(),
        policy="0" * 64,
        decided_by="machine",
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--changed", type=float, default=0.01, help="share that the second release changes")
    parser.add_argument("--signed", action="store_true", help="with the digests that signatures need")
    parser.add_argument("--folder", type=Path, help="where to write; some 5 kB an entry and release")
    parser.add_argument("--whole", action="store_true", help="the whole list alone, not its smaller sets")
    parser.add_argument("--into", type=Path, help="new folder in which both releases stay")
    asked = parser.parse_args()
    if asked.whole:
        vars(files)["sets_of"] = lambda _: [set_in("")]  # there is no setting for it: readers rely on sets
    count = asked.entries
    listing = listing_of(made_up(range(count)))
    print(f"{count:,} entries; {_peak():.0f} MiB held before the list is written")
    with _home(asked) as home:
        began = time.process_time()
        lines = sorted(entry.expression for entry in listing.entries)
        (home / "floor").write_text("".join(f"{line}\n" for line in lines))
        floor = time.process_time() - began
        del lines
        print(f"floor    {floor:8.2f} s  (sort and write one file)")
        first = publish(home, 1, listing, signed=asked.signed)
        _report("whole", first, floor)
        _sizes(first)
        later = changed(listing, asked.changed)
        second = publish(home, 2, later, before=(first.built.release, listing), signed=asked.signed)
        counts = second.built.counts
        _report(f"changed: {counts.removed:,} removed, {counts.added:,} added", second, floor)
        began = time.process_time()
        digest = next(each.sha256 for each in second.built.files if each.name == ENTRIES)
        deltas = list(delta_files(home / "1", 2, home / "2" / "list", digest, second.built.steps))
        print(f"delta    {time.process_time() - began:8.2f} s")
        began = time.process_time()
        names = [each.name for each in second.built.files]
        patches = list(patch_files(home / "1", home / "2" / "list", names))
        print(f"patches  {time.process_time() - began:8.2f} s, of all sets")
        for each, data in (*deltas, patches[0]):
            print(f"  {each:<44} {len(data):>12,} bytes")
        for each, data in (*deltas, *patches):
            (home / "2" / "list" / each).parent.mkdir(parents=True, exist_ok=True)
            (home / "2" / "list" / each).write_bytes(data)


@contextmanager
def _home(asked: argparse.Namespace) -> Iterator[Path]:
    """Give the folder of the releases, which goes with them unless it is named."""
    if asked.into:
        asked.into.mkdir()
        yield asked.into
        return
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        yield Path(name)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """A release, and what it took."""

    built: Built
    cpu: float
    """Seconds."""
    user: float
    """Of these, outside the kernel."""
    wall: float


def publish(
    home: Path, serial: int, listing: Listing, *, before: tuple[Release, Listing] | None = None, signed: bool
) -> Spent:
    """Write a release of ``listing`` under ``home``; ``before`` is the one that lies there already."""
    folder = home / str(serial) / "list"
    folder.mkdir(parents=True)
    earlier = earlier_list(home / str(serial - 1)) if serial > 1 else None
    clock = time.monotonic()
    began, user = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    last, old = before or (None, None)
    built = build_release(
        listing,
        before=last,
        previous=old.entries if old else (),
        memory=home / ".columns",
        policy=load_policy(),
        site=SiteConfig(title="Bench"),
        expires_days=7,
        spool=Spool(folder, earlier, signed=signed),
        now=NOW + timedelta(hours=serial),
    )
    cpu = time.process_time() - began
    (folder / MANIFEST).write_bytes(built.manifest)
    return Spent(
        built=built,
        cpu=cpu,
        user=resource.getrusage(resource.RUSAGE_SELF).ru_utime - user,
        wall=time.monotonic() - clock,
    )


def _report(what: str, spent: Spent, floor: float) -> None:
    files = spent.built.files
    entries = spent.built.release.entries
    print(
        f"{what}\n         {spent.cpu:8.2f} s CPU, {spent.user:.2f} of them outside the kernel; "
        f"{spent.cpu / entries * 1e6:.1f} s a million, {spent.cpu / floor:.0f} x floor; "
        f"{spent.wall:.0f} s by the clock\n"
        f"         {len(files)} files, {sum(each.bytes for each in files) / 2**20:,.0f} MiB; "
        f"{_peak():.0f} MiB of memory at most"
    )


def _sizes(spent: Spent) -> None:
    sizes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in spent.built.files:
        plain = plain_name(each.name)
        base = plain.rpartition("/")[2]
        kind = each.name.removeprefix(plain) or "plain"
        if base == plain:
            sizes[base][kind] += each.bytes
        sizes[base]["sets"] += each.bytes
    print(f"  {'bytes of the whole list':<24}{'plain':>14}{'.gz':>13}{'.zst':>13}{'with all sets':>16}")
    for base, of in sorted(sizes.items()):
        if of["plain"]:
            print(f"  {base:<24}{of['plain']:>14,}{of['.gz']:>13,}{of['.zst']:>13,}{of['sets']:>16,}")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

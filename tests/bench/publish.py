"""CPU seconds to make the files of a release: ``python tests/bench/publish.py [--entries N]``.

In one process, over a made-up listing of N entries: every list file of every set with its packed form, index
and shards; beside it the floor, one plain pass that sorts the same expressions and writes them as lines.
Prints CPU seconds, seconds per million entries, peak memory, and the ratio to the floor.
"""

import argparse
import cProfile
import pstats
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from blocklist.formats import Header
from blocklist.model import Entry, Host, Listing, ListKey, Scope
from blocklist.policy import load_policy
from blocklist.release.files import list_files

NOW = datetime(2026, 3, 1, tzinfo=UTC)
_SCOPES = (*[Scope.URL] * 6, Scope.PATH, *[Scope.HOST] * 2, Scope.DOMAIN)


def listing_of(count: int) -> Listing:
    """Return a listing of ``count`` entries over all scopes, grades and categories."""
    categories = sorted(load_policy().categories)
    return Listing(
        entries=tuple(_entry(number, categories[number % len(categories)]) for number in range(count)),
        aliases=(),
        tombstones=(),
        review=(),
    )


def _entry(number: int, category: str) -> Entry:
    scope = _SCOPES[number % len(_SCOPES)]
    host = f"www.shop-{number:x}.example" if number % 3 else f"shop{number:x}.test"
    tail = {Scope.URL: f"goods/item-{number}.html", Scope.PATH: f"store{number}/"}.get(scope, "")
    return Entry(
        id=f"LG-{number:010}",
        scope=scope,
        expression=ListKey(f"{host}/{tail}"),
        host=Host(host),
        category=category,
        grade=1 + number % 4,
        clause="LG-1",
        jurisdiction="A note on where the goods are unlawful, as long as such notes are.",
        first_seen=NOW,
        listed_at=NOW,
        verified_at=NOW,
        expires_at=NOW + timedelta(days=30),
        verdict=1,
        evidence=(),
        evidence_digest="0" * 64,
        policy="0" * 64,
        decided_by="machine",
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    listing = listing_of(asked.entries)
    header = Header(title="Bench", homepage="", serial=1, issued_at=NOW, expires_at=NOW + timedelta(days=7))
    with tempfile.TemporaryDirectory() as name:
        began = time.process_time()
        lines = sorted(entry.expression for entry in listing.entries)
        (Path(name) / "floor").write_text("".join(f"{line}\n" for line in lines))
        floor = time.process_time() - began
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    profile = cProfile.Profile()
    if asked.profile:
        profile.enable()
    began = time.process_time()
    data, files = list_files(listing, load_policy(), header)
    spent = time.process_time() - began
    if asked.profile:
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(35)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{asked.entries:,} entries, {len(files)} files, {sum(map(len, data.values())) / 2**20:,.0f} MiB")
    print(f"floor      {floor:8.2f} s  (sort and write one file)")
    print(
        f"list files {spent:8.2f} s  {spent / asked.entries * 1e6:8.1f} s a million, "
        f"{spent / floor:.0f} x floor"
    )
    print(f"memory     {peak:8.0f} MiB at most, {peak - before:.0f} of them for the files")


if __name__ == "__main__":
    main()

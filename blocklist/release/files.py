"""The files of ``list/`` before they are packed: every format of every set, piece by piece (pure).

A list of a million entries is gone through twice, a few thousand entries at a time: by id for the record, by
expression for the formats. What is written goes out as it is made; where to, is the caller's.
"""

from blocklist.formats import Header, all_bundles, rules_with
from blocklist.formats.records import TOMBSTONES, write_tombstones
from blocklist.model import Listing
from blocklist.policy import Policy
from blocklist.release.format_files import write_formats
from blocklist.release.record_files import write_record
from blocklist.release.sets import Sorter, sets_of
from blocklist.release.tally import Put, Tallies, Tally


def write_list(listing: Listing, policy: Policy, header: Header, put: Put) -> Tallies:
    """Write every file by ``put`` and return what each says; of the shards their digests only."""
    sorter = Sorter(tuple(sets_of(policy, header.issued_at)), header.issued_at)
    put(TOMBSTONES, write_tombstones(listing.tombstones))
    tallies = {TOMBSTONES: Tally(format="tombstones")}
    tallies |= write_record(listing, sorter, put)
    pairs = rules_with(listing.entries, listing.aliases)
    for bundle in all_bundles():
        parcel = bundle.write(pairs, header)
        for name, part in parcel.files.items():
            put(name, part)
            tallies[name] = Tally(format=bundle.name)  # says the same again, or nothing
        main = tallies[bundle.main]
        main.entries, main.aliases = parcel.emitted, parcel.aliases
        main.omitted.update(parcel.omitted)
    return tallies | write_formats(pairs, sorter, header, put)

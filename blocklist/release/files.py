"""The files of ``list/``: the record, the bundles, and every format of every set, packed and told by digest.

A list of a million entries is gone through twice, a few thousand entries at a time: by id for the record, by
cell and expression for the formats. Where the bytes go is the spool's.
"""

from blocklist.formats import Header, all_bundles, rules_with
from blocklist.formats.records import TOMBSTONES, write_tombstones
from blocklist.model import Listing
from blocklist.policy import Policy
from blocklist.release.claims import Claims, order_of
from blocklist.release.record_files import write_record
from blocklist.release.set_files import SetFiles
from blocklist.release.sets import sets_of, since
from blocklist.release.spool import Digest, Spool
from blocklist.release.strips import write_strips
from blocklist.release.tally import Put, Tallies, Tally


def write_list(
    listing: Listing, policy: Policy, header: Header, spool: Spool
) -> tuple[Tallies, list[Digest]]:
    """Write every file to ``spool``; return what each says, and each with its packed forms by digest.

    Of the shards their digests only are told.
    """
    put = spool.put
    put(TOMBSTONES, write_tombstones(listing.tombstones))
    tallies = {TOMBSTONES: Tally(format="tombstones")}
    claims = Claims.of(listing, since(header.issued_at))
    tallies |= write_record(claims, put)
    tallies |= _bundles(listing, header, put)
    order = order_of(claims)
    strips = write_strips(claims, order, header, put)
    sets = SetFiles(order, tuple(sets_of(policy)), spool)
    digests = [digest for strip in strips for digest in sets.write(strip)]
    digests += spool.seal(tallies)
    for strip in strips:
        tallies |= sets.tallies(strip)
    return tallies, digests


def _bundles(listing: Listing, header: Header, put: Put) -> Tallies:
    tallies: Tallies = {}
    pairs = rules_with(listing.entries, listing.aliases)
    for bundle in all_bundles():
        parcel = bundle.write(pairs, header)
        for name, part in parcel.files.items():
            put(name, part)
            tallies[name] = Tally(format=bundle.name)  # says the same again, or nothing
        main = tallies[bundle.main]
        main.entries, main.aliases = parcel.emitted, parcel.aliases
        main.omitted.update(parcel.omitted)
    return tallies

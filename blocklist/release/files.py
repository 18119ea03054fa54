"""The files of ``list/``: the record, the bundles, and every format of every set, packed and told by digest.

A list of a million entries is gone through twice, a few thousand entries at a time: by id for the record, by
cell and expression for the formats. Where the release before is known claim by claim (``columns``), its files
are taken as they are but for what changed: to the same bytes. Where the bytes go is the spool's.
"""

from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from blocklist.errors import FormatError
from blocklist.formats import Header, all_bundles, all_formats
from blocklist.formats.base import Pairs
from blocklist.formats.delta import Steps
from blocklist.formats.prefixes import DIGESTS, SITES, parse_digests
from blocklist.formats.records import ENTRIES, TOMBSTONES, write_tombstones
from blocklist.formats.table import TABLE
from blocklist.model import Listing
from blocklist.policy import Policy
from blocklist.release.changes import change_of, reordered
from blocklist.release.claims import Claims, order_of
from blocklist.release.columns import Columns
from blocklist.release.deltas import steps_of
from blocklist.release.digester import Digest
from blocklist.release.record_files import record_tallies, splice_record, write_record
from blocklist.release.seals import Seal
from blocklist.release.set_files import SetFiles
from blocklist.release.sets import sets_of, since
from blocklist.release.splice import OldFile
from blocklist.release.spool import Earlier, Spool
from blocklist.release.strips import splice_strips, write_strips
from blocklist.release.tally import Put, Tallies, Tally

_MOST_CHANGED = 0.3
"""Share of the claims from which on writing all of them anew is quicker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The list of the release before, claim by claim."""

    claims: Claims
    columns: Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenList:
    """A list whose files lie there."""

    tallies: Tallies
    """What each says."""
    digests: list[Digest]
    """Of each with its packed forms; of the shards their digests only are told."""
    claims: Claims
    columns: Columns
    """For the next release."""
    steps: Steps | None
    """What leads from the entries of the release before to these; None: it is not known."""


def write_list(
    listing: Listing, policy: Policy, header: Header, spool: Spool, known: Known | None = None
) -> WrittenList:
    """Write every file to ``spool``; ``known`` None: of the release before nothing is."""
    with spool.helped():
        return _written(listing, policy, header, spool, known)


def _written(
    listing: Listing, policy: Policy, header: Header, spool: Spool, known: Known | None
) -> WrittenList:
    spool.put(TOMBSTONES, write_tombstones(listing.tombstones))
    claims = Claims.of(listing, since(header.issued_at))
    tallies = {TOMBSTONES: Tally(format="tombstones")} | record_tallies(claims)
    columns, digests, steps = _spliced(claims, header, spool, known) or _whole(claims, header, spool)
    recent, odd = claims.pairs(columns.order.recent()), claims.pairs(columns.record.odd)
    tallies |= _bundles(Pairs(listing.entries, listing.aliases, recent, odd), header, spool.put)
    sets = SetFiles(columns.order, tuple(sets_of(policy)), spool)
    for strip in columns.strips.values():
        digests += sets.write(strip)
        tallies |= sets.tallies(strip)
    digests += spool.seal(tallies)
    return WrittenList(tallies=tallies, digests=digests, claims=claims, columns=columns, steps=steps)


def _whole(claims: Claims, header: Header, spool: Spool) -> tuple[Columns, list[Digest], None]:
    record, digests = write_record(claims, spool)
    order = order_of(claims)
    strips = {each.form.name: each for each in write_strips(claims, order, header, spool.put)}
    return Columns(record=record, order=order, strips=strips, seals=spool.seals), digests, None


def _spliced(
    claims: Claims, header: Header, spool: Spool, known: Known | None
) -> tuple[Columns, list[Digest], Steps] | None:
    """Do the same from the release before; None: it does not serve."""
    if known is None or spool.earlier is None:
        return None
    change = change_of(known.claims, claims, known.columns.order)
    if len(change.come) + len(change.gone) + len(change.moved) > _MOST_CHANGED * len(claims):
        return None
    names = (ENTRIES, TABLE, *(each.filename for each in all_formats()))
    with ExitStack() as stack:
        found = spool.each(partial(_unchanged, spool.earlier, known.columns.seals, stack), names)
        before = dict(zip(names, found, strict=True))
        shards = _shards(spool.earlier)
        if shards is None or None in before.values():
            return None
        opened = {name: file for name, file in before.items() if file is not None}
        columns = known.columns
        steps = steps_of(change, opened[ENTRIES], columns.record.lines)
        record, digests = splice_record(change, columns.record, opened, shards, spool)
        moved = reordered(change, columns.order)
        strips = splice_strips(columns.strips, opened, change, moved, header, spool)
    named = {each.form.name: each for each in strips}
    return Columns(record=record, order=moved.order, strips=named, seals=spool.seals), digests, steps


def _unchanged(earlier: Earlier, seals: Mapping[str, Seal], stack: ExitStack, name: str) -> OldFile | None:
    """Open a file of the release before; None: it is not what it was when it was written."""
    try:
        found = stack.enter_context(closing(OldFile(earlier.folder / name)))
    except OSError:
        return None
    return found if name in seals and found.is_sealed(seals[name]) else None


def _shards(earlier: Earlier) -> dict[str, bytes] | None:
    """Return the shards of the release before by name; None: one of them is not what it should be."""
    found = {}
    try:
        digests = (earlier.folder / DIGESTS).read_bytes()
        if sha256(digests).hexdigest() != earlier.files.get(DIGESTS, {}).get("sha256"):
            return None
        for name, digest in parse_digests(digests).items():
            found[name] = (earlier.folder / name).read_bytes()
            if sha256(found[name]).hexdigest() != digest:
                return None
    except (OSError, FormatError):
        return None
    del found[SITES]
    return found


def _bundles(pairs: Pairs, header: Header, put: Put) -> Tallies:
    tallies: Tallies = {}
    for bundle in all_bundles():
        parcel = bundle.write(pairs, header)
        for name, part in parcel.files.items():
            put(name, part)
            tallies[name] = Tally(format=bundle.name)  # says the same again, or nothing
        main = tallies[bundle.main]
        main.entries, main.aliases = parcel.emitted, parcel.aliases
        main.omitted.update(parcel.omitted)
    return tallies

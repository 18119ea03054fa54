"""Is this URL listed, and by what? One list, asked with one URL at a time, at the cost of a few hashes.

Pure: over an index and the entries it is about, both of which may be mapped files. Every scope and expression
that could cover the URL is asked for, narrowest first, so the answer is what ``scopes.covers`` would say of
each entry. An entry past its ``expires_at`` lists nothing (DESIGN.md section 5, rule 7).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from mmap import mmap
from zlib import crc32

import orjson

from blocklist.errors import FormatError
from blocklist.formats.entry_index import EntryIndex, parse_index, tail_of, write_index
from blocklist.formats.records import ENTRIES, Record, record_of
from blocklist.model import Host, ListKey, Scope
from blocklist.scopes import parents
from blocklist.urls import key_hash, place_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Why a URL is listed."""

    record: Record
    scope: Scope
    """Of what matched: the entry's, or ``url`` for an alias."""
    is_alias: bool
    """True: the URL was seen to lead to the listed page."""


class Lookup:
    """The claims of one list."""

    def __init__(
        self,
        entries: bytes | mmap,
        index: EntryIndex | None = None,
        *,
        name: str = ENTRIES,
        expires_at: datetime | None = None,
    ) -> None:
        """Ask ``entries``, the bytes of ``entries.jsonl`` (in errors: ``name``), through ``index``.

        ``index`` None: it is made here, which reads every entry; raises FormatError naming a bad line.
        ``expires_at`` is when the release is stale (None: not known).
        """
        self.expires_at = expires_at
        self._entries = entries
        self._name = name
        self._index = parse_index(write_index(bytes(entries), name)) if index is None else index
        self._filter, self._mask = self._index.filter, self._index.mask

    def __len__(self) -> int:
        """Return the number of entries, expired ones among them."""
        return self._index.count

    def check(self, url: str, *, now: datetime) -> Hit | None:
        """Return what lists ``url`` at ``now``, the narrowest first, an alias last; None: nothing does.

        Raises UrlError for what is no URL, FormatError for a list that is broken where it matters.
        """
        host, key = place_of(url)
        if not self._passes("*" + tail_of(host)) and not self._index.unhosted:
            return None
        return next((hit for hit in self._hits(host, key) if now < hit.record.expires_at), None)

    def hits(self, url: str) -> Iterator[Hit]:
        """Give every entry that covers ``url``, in the same order, whether it has expired or not."""
        return self._hits(*place_of(url))

    def _hits(self, host: Host, key: ListKey) -> Iterator[Hit]:
        unhosted = self._index.unhosted
        for scope, expression in parents(key):
            name, anywhere = ("." + expression[:-1], unhosted) if scope is Scope.DOMAIN else (host, 0)
            if anywhere or self._passes(name):
                yield from self._claimed(scope, expression, is_alias=False)
        if unhosted or self._passes(host):
            yield from self._claimed(Scope.URL, key, is_alias=True)

    def _passes(self, name: str) -> int:
        bit = crc32(name.encode()) & self._mask
        return self._filter[bit >> 3] >> (bit & 7) & 1

    def _claimed(self, scope: Scope, expression: ListKey, *, is_alias: bool) -> Iterator[Hit]:
        digest = key_hash(expression)
        for its_scope, its_alias, offset in self._index.at(digest):
            if its_alias is not is_alias or (its_scope is not scope and not is_alias):
                continue
            record = self._record(offset)
            said = (
                expression in record.aliases or digest.hex() in record.alias_sha256
                if is_alias
                else record.expression == expression or record.key_sha256 == digest.hex()
            )
            if said:
                yield Hit(record=record, scope=scope, is_alias=is_alias)

    def _record(self, offset: int) -> Record:
        end = self._entries.find(b"\n", offset)
        try:
            return record_of(orjson.loads(self._entries[offset:end]))
        except (KeyError, TypeError, ValueError) as problem:
            raise FormatError(
                f"{self._name}: no entry at byte {offset}, where its index says one"
            ) from problem

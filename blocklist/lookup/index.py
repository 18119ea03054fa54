"""Is this URL listed, and by what? An index of a list's claims, asked with one URL at a time.

Pure: built from records that somebody else has read. Every scope and expression that could cover the URL is
asked for, narrowest first, so the answer is what ``scopes.covers`` would say of each entry, at the cost of a
few look-ups. An entry past its ``expires_at`` lists nothing (DESIGN.md section 5, rule 7).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from blocklist.formats.records import Record
from blocklist.model import ListKey, Scope
from blocklist.scopes import parents
from blocklist.urls import key_hash, list_key, parse_url


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

    def __init__(self, records: Iterable[Record], *, expires_at: datetime | None = None) -> None:
        """Index ``records``; ``expires_at`` is when the release is stale (None: not known)."""
        self.expires_at = expires_at
        self._claims: dict[tuple[Scope, ListKey], Record] = {}
        self._hashed: dict[tuple[Scope, str], Record] = {}
        self._aliases: dict[str, Record] = {}
        for record in records:
            if record.expression is None:
                self._hashed[record.scope, record.key_sha256] = record
            else:
                self._claims[record.scope, record.expression] = record
            self._aliases |= dict.fromkeys((*record.aliases, *record.alias_sha256), record)

    def __len__(self) -> int:
        """Return the number of entries, expired ones among them."""
        return len(self._claims) + len(self._hashed)

    def check(self, url: str, *, now: datetime) -> Hit | None:
        """Return what lists ``url`` at ``now``, the narrowest first, an alias last; None: nothing does.

        Raises UrlError for what is no URL.
        """
        return next((hit for hit in self.hits(url) if now < hit.record.expires_at), None)

    def hits(self, url: str) -> Iterator[Hit]:
        """Give every entry that covers ``url``, in the same order, whether it has expired or not."""
        key = list_key(parse_url(url))
        for scope, expression in parents(key):
            found = self._claims.get((scope, expression)) or self._by_hash(scope, expression)
            if found is not None:
                yield Hit(record=found, scope=scope, is_alias=False)
        alias = self._aliases.get(key) or self._aliases.get(key_hash(key).hex())
        if alias is not None:
            yield Hit(record=alias, scope=Scope.URL, is_alias=True)

    def _by_hash(self, scope: Scope, expression: ListKey) -> Record | None:
        if not self._hashed:
            return None
        return self._hashed.get((scope, key_hash(expression).hex()))

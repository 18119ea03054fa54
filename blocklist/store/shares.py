"""Share reports: kept once each, and the links that they bring.

A share that was reported before (all but the names alike) is counted and not kept again. A new link is due at
once.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blocklist.model import Host, Pseudonym, Share, WebUrl
from blocklist.privacy.pseudonyms import Succession, generation_of
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql, insert_sql
from blocklist.store.successions import Successions
from blocklist.urls import host_of, registrable_domain, sensitive_parts

_INSERT = insert_sql(
    "shares",
    ("link", *codec.SHARE, "received_at", "fingerprint"),
    rest="ON CONFLICT (fingerprint) DO NOTHING",
)
_INSERT_LINK = insert_sql("links", ("id", "url", "host", "sensitive", "first_seen", "due_at"))
_INSERT_HOST = insert_sql(
    "hosts",
    ("host", "registrable_domain", "due_at"),
    rest="ON CONFLICT (host) DO UPDATE SET due_at = min(coalesce(due_at, excluded.due_at), excluded.due_at), "
    "registrable_domain = excluded.registrable_domain "
    "WHERE due_at IS NULL OR due_at > excluded.due_at",
)
_PREVIEW = insert_sql(
    "previews", ("link", "said"), rest="ON CONFLICT (link) DO UPDATE SET said = excluded.said"
)
_WITH_LINKS = (
    f"SELECT links.id, links.url, {columns_sql(codec.SHARE, 'shares')} "  # noqa: S608 - names are ours
    "FROM shares JOIN links ON links.id = shares.link ORDER BY shares.id"
)
_REACH = """
SELECT link, count(DISTINCT coalesce((SELECT new FROM successions WHERE old = account), account))
     + count(DISTINCT coalesce((SELECT new FROM successions WHERE old = in_group), in_group))
     + count(CASE WHEN account IS NULL AND in_group IS NULL THEN 1 END)
FROM shares WHERE link IN ({}) GROUP BY link
"""
_ID_BATCH = 10_000  # SQLite takes 32,766 parameters
_PEOPLE = tuple(codec.SHARE.index(name) for name in ("account", "in_group", "reporter", "content"))

Said = tuple[Any, ...]
"""Columns SHARE: what a report says, all but its URL."""
Ready = tuple[WebUrl, Host, str, Said, str, tuple[Succession, ...]]
"""A share made ready to be kept: its URL, host, why the URL may carry a person (JSON), columns SHARE, preview
and ``succeeds``. A tuple of plain values costs a tenth of a Share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareCounts:
    """What became of a batch of shares."""

    accepted: int
    duplicate: int
    links_new: int


class Shares:
    """The room of share reports."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._successions = Successions(db)

    def add(self, shares: Sequence[Share], *, now: datetime) -> ShareCounts:
        """Keep a batch in one transaction: on return it is on disk."""
        return self.add_ready(
            [
                ready(share.url, codec.share_row(share), codec.clean(share.preview), share.succeeds)
                for share in shares
            ],
            now=now,
        )

    def add_ready(self, shares: Sequence[Ready], *, now: datetime) -> ShareCounts:
        """As ``add``."""
        moment = codec.time_text(now)
        with self._db.transaction():
            known = self._known(dict.fromkeys(url for url, *_ in shares))
            links_new = self._add_links(shares, known, moment)
            before = self._kept_before(shares, known)
            rows = ((link := known[url], *row, moment, _print(link, row)) for url, _, _, row, _, _ in shares)
            said = ((known[url], preview) for url, _, _, _, preview, _ in shares if preview)
            self._db.write_all(_PREVIEW, said)
            accepted = self._db.write_all(
                _INSERT, (row for row in rows if row[-1] not in before) if before else rows
            )
            self._successions.note(
                (share[3][place] for share in shares for place in _PEOPLE),
                (pair for *_, succeeds in shares for pair in succeeds),
            )
        return ShareCounts(accepted=accepted, duplicate=len(shares) - accepted, links_new=links_new)

    def ids(self, shares: Sequence[Ready]) -> list[int]:
        """Return the id of each share in its place; all must be kept already."""
        known = self._known(dict.fromkeys(url for url, *_ in shares))
        before = self._kept_before(shares, known)
        prints = [_print(known[url], row) for url, _, _, row, _, _ in shares]
        found = before | self._by_print([each for each in prints if each not in before])
        return [found[each] for each in prints]

    def link_of(self, share: int) -> int | None:
        """Return the link that a share is about; None: no such share."""
        link: int | None = self._db.value("SELECT link FROM shares WHERE id = ?", (share,))
        return link

    def reach(self, links: Iterable[int]) -> dict[int, int]:
        """Count who shared each link: distinct accounts and groups, and every report without either."""
        wanted = list(links)
        found = dict.fromkeys(wanted, 0)
        for start in range(0, len(wanted), _ID_BATCH):
            batch = wanted[start : start + _ID_BATCH]
            found.update(self._db.rows(_REACH.format(",".join("?" * len(batch))), batch))
        return found

    def with_links(self) -> Iterator[tuple[int, Share]]:
        """Stream every share with its link's id, in the order of arrival; people as they are called now."""
        names = self._successions.names()
        for link, url, *row in self._db.rows(_WITH_LINKS):
            if names:
                row = [names.get(each, each) if isinstance(each, str) else each for each in row]  # noqa: PLW2901
            yield link, codec.share_of(url, row)

    def count(self) -> int:
        """How many shares are kept."""
        return int(self._db.value("SELECT count(*) FROM shares"))

    def _kept_before(self, shares: Sequence[Ready], known: Mapping[WebUrl, int]) -> dict[bytes, int]:
        """Find shares that were kept when their people were called by an earlier key.

        Returns the id of each that was, by the print that it would have now.
        """
        earlier: dict[bytes, bytes] = {}
        for url, _, _, row, _, succeeds in shares:
            for generation in {generation_of(old) for old, _ in succeeds}:
                names = {new: old for old, new in succeeds if generation_of(old) == generation}
                earlier[_print(known[url], _called(row, names))] = _print(known[url], row)
        return {earlier[each]: identifier for each, identifier in self._by_print(list(earlier)).items()}

    def _by_print(self, prints: Sequence[bytes]) -> dict[bytes, int]:
        found: dict[bytes, int] = {}
        for start in range(0, len(prints), _ID_BATCH):
            batch = prints[start : start + _ID_BATCH]
            places = ",".join("?" * len(batch))
            sql = f"SELECT fingerprint, id FROM shares WHERE fingerprint IN ({places})"  # noqa: S608 - places only
            found.update(self._db.rows(sql, batch))
        return found

    def _known(self, urls: Iterable[WebUrl]) -> dict[WebUrl, int]:
        wanted = list(urls)
        known: dict[WebUrl, int] = {}
        for start in range(0, len(wanted), _ID_BATCH):
            batch = wanted[start : start + _ID_BATCH]
            places = ",".join("?" * len(batch))
            known.update(self._db.rows(f"SELECT url, id FROM links WHERE url IN ({places})", batch))  # noqa: S608 - places only
        return known

    def _add_links(self, shares: Iterable[Ready], known: dict[WebUrl, int], moment: str) -> int:
        """Insert the URLs not yet known, and note their ids in ``known``."""
        # Ids are given here, under the write lock: executemany does not tell them.
        following = int(self._db.value("SELECT coalesce(max(id), 0) FROM links")) + 1
        links: list[tuple[Any, ...]] = []
        hosts: dict[Host, tuple[Any, ...]] = {}
        for url, host, sensitive, *_ in shares:
            if url in known:
                continue
            if host not in hosts:
                hosts[host] = (host, registrable_domain(host), moment)
            known[url] = following + len(links)
            links.append((known[url], url, host, sensitive, moment, moment))
        self._db.write_all(_INSERT_HOST, hosts.values())
        self._db.write_all(_INSERT_LINK, links)
        return len(links)


def ready(url: WebUrl, said: Said, preview: str, succeeds: tuple[Succession, ...]) -> Ready:
    """Make a share ready to be kept: all of the work on it that needs no database."""
    found = sensitive_parts(url)
    return (url, host_of(url), codec.json_text(found) if found else "[]", said, preview, succeeds)


def _called(row: Said, names: Mapping[Pseudonym, Pseudonym]) -> Said:
    """Return columns SHARE with the people in them under other names."""
    return tuple(names.get(each, each) if place in _PEOPLE else each for place, each in enumerate(row))


def _print(link: int, row: Said) -> bytes:
    """Return what two reports have in common that are one: all but the names and when they came."""
    surface, account, _, group, _, reporter, forwarded, shared_at, content = row
    said: tuple[Any, ...] = (link, surface, account, group, reporter, forwarded, shared_at)
    if content is not None:  # before there was such a column, prints were made without
        said = (*said, content)
    return hashlib.blake2b(repr(said).encode(), digest_size=16).digest()

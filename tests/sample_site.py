"""A made-up release to build the site from: `python tests/sample_site.py FOLDER [ENTRIES]` writes it.

All hosts, names and goods are invented; the excerpts hold what a hostile page would try.
"""

import random
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from blocklist.formats import all_bundles, all_formats
from blocklist.formats.table import TABLE
from blocklist.listing.drift import Drift
from blocklist.model import (
    Alias,
    Amendment,
    Announcement,
    Entry,
    Evidence,
    EvidenceKind,
    Host,
    Listing,
    ListKey,
    Release,
    RemovalReason,
    Scope,
    Tombstone,
    Vantage,
    Words,
)
from blocklist.policy import Category, TermKind, load_policy
from blocklist.release.context import AppealFact, Counts, Record, ReleaseContext, Visit, WrittenFile

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

_DEFAULT = load_policy(None)
_SHELF = {
    "controlled-drugs": ("Controlled drugs", "管制药品", 4),
    "controlled-weapons": ("Controlled weapons", "管制器具", 4),
    "counterfeit-goods": ("Counterfeit goods", "假冒商品", 2),
    "fake-documents": ("Forged documents", "伪造证件", 3),
    "health-products": ("Illegal health products", "违法保健品", 1),
    "personal-data": ("Private information of citizens", "公民个人信息", 3),
    "tobacco": ("Tobacco", "烟草", 1),
    "wildlife": ("Protected wildlife", "野生动物", 3),
}


def _category(name: str, title: str, chinese: str, grade: int) -> Category:
    return replace(
        _DEFAULT.categories[name],
        title={"en": title, "zh": chinese},
        summary={
            "en": f"{title} offered for sale without the licence that they need.",
            "zh": f"未经许可销售的{chinese}。",
        },
        goods={"en": ("sample goods", "other goods", "more goods"), "zh": ("样品甲", "样品乙", "样品丙")},
        clause="LG-0.0",
        jurisdiction={"en": "An invented country.", "zh": "虚构之国。"},
        grade=grade,
    )


POLICY = replace(
    _DEFAULT,
    version="2026.11",
    digest="ab" * 32,
    categories={name: _category(name, *words) for name, words in _SHELF.items()},
    ladder=(),
)


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '"><a href="http://evil.example/">buy</a>',
    "</script></title></textarea></main><h1>owned</h1>",
    "{{ 7 * 7 }} {% raw %} ${7*7} #{7*7} %(name)s %s {0}",
    '=HYPERLINK("http://evil.example/","x") +1 -1 @SUM(A1)',
    "safe \u202egnp.elpmaxe\u202c \u2066x\u2069 \u200bzero\u200d\ufeff \x00\x07\x1b[31m\x9b",
    "javascript:alert(1) data:text/html,<b>x</b> vbscript:x",
    "http://evil.example/pay and evil.example and evil。example \ud800 \ufffe",
    "a" + "\u0301" * 400 + " ]]> <!-- --> <![CDATA[ &amp; &#60;b&#62;",
)


WRITTEN = (
    Words(
        language="en",
        title="Forged papers are the new fashion",
        body="What users reported **most**:\n\n# Papers\n\n- diplomas, see [the law](https://law.example/)\n"
        "- invoices from shop.example\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n<b>No markup</b>\n",
    ),
    Words(language="zh", title="伪造证件成为新趋势", body="用户**举报最多**的\n\n- 文凭\n- 发票\n"),
)
AMENDED = (
    Amendment(
        at=NOW - timedelta(days=5),
        withdrawn=False,
        reason="Two categories had changed places.",
        others={"zh": "两个类别的位置颠倒了。"},
    ),
    Amendment(at=NOW - timedelta(days=4), withdrawn=True, reason="It counted a week twice."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Stands in for ``config.SiteConfig``."""

    title: str = "Linkgazette"
    base_url: str = ""
    languages: tuple[str, ...] = ("en", "zh")
    contact: str = "appeals@gazette.example"
    publisher: str = "Example Trust and Safety"
    appeal_url: str = ""
    licence: str = "CC-BY-4.0"


def sample_entry(number: int, *, excerpts: tuple[str, ...] = (), **changes: object) -> Entry:
    """One made-up entry; ``number`` decides everything that is not said."""
    rng = random.Random(number)
    category = sorted(POLICY.categories)[number % len(POLICY.categories)]
    scope = list(Scope)[number % 4] if number % 3 == 0 else Scope.URL
    first, second = rng.choice(("night", "fast", "golden")), rng.choice(("stall", "depot", "corner"))
    host = f"{first}-{second}-{number}.example"
    tail = {Scope.URL: "shop/item?id=", Scope.PATH: "u/"}.get(scope, "")
    path = f"{tail}{number}" if scope is Scope.URL else f"{tail}{number}/" if tail else ""
    listed = NOW - timedelta(hours=7 * number)
    words = excerpts or (
        f"Sample goods no. {number}, plain wrapping, sent the same day",
        f"order now: ${20 + number % 80}, two for one, 现货 批发价 {100 + number} 元",
        "contact us: WeChat ****",
    )
    goods = next(one for one in POLICY.categories[category].terms if one.kind is TermKind.GOODS)
    said = (
        (EvidenceKind.GOODS, f"{category}/goods/{goods.id}"),
        (EvidenceKind.OFFER, f"{category}/offer/order"),
        (EvidenceKind.CONTACT, f"{category}/offer/contact"),
    )
    values: dict[str, object] = {
        "id": f"LG-{_base32(number)}",
        "scope": scope,
        "expression": ListKey(f"{host}/{path}"),
        "host": Host(host),
        "category": category,
        "grade": 1 + number % 4,
        "clause": POLICY.categories[category].clause,
        "jurisdiction": POLICY.categories[category].jurisdiction["en"],
        "first_seen": listed - timedelta(days=2),
        "listed_at": listed,
        "verified_at": NOW - timedelta(days=number % 5),
        "expires_at": NOW + timedelta(days=30 - number % 5),
        "verdict": number,
        "evidence": tuple(
            Evidence(
                rule=said[place % 3][1],
                kind=said[place % 3][0],
                category=category,
                excerpt=text,
                weight=1.0,
            )
            for place, text in enumerate(words)
        ),
        "evidence_digest": f"{number:064x}",
        "policy": POLICY.digest,
        "decided_by": "moderator" if number % 7 == 0 else "machine",
    }
    return Entry(**{**values, **changes})  # type: ignore[arg-type] # a table of a test


def sample_context(entries: int = 130, **changes: object) -> ReleaseContext:
    """A release with ``entries`` made-up entries, removals, aliases and two announcements."""
    listed = tuple(sample_entry(number) for number in range(entries))
    reasons = list(RemovalReason)
    stones = tuple(
        Tombstone(
            id=f"LG-{_base32(900_000 + number)}",
            listed_at=NOW - timedelta(days=90 + number),
            removed_at=NOW - timedelta(days=3 * number),
            reason=reasons[number % len(reasons)],
        )
        for number in range(12)
    )
    names = (
        "entries.jsonl",
        "tombstones.jsonl",
        TABLE,
        *(each.filename for each in all_formats()),
        *(name for each in all_bundles() for name in each.always),
    )
    values: dict[str, object] = {
        "release": Release(
            serial=42,
            issued_at=NOW,
            expires_at=NOW + timedelta(days=7),
            entries=entries,
            digest="0" * 64,
            previous="1" * 64,
        ),
        "listing": Listing(
            entries=listed,
            aliases=tuple(
                Alias(expression=ListKey(f"s.example/{entry.id[-4:]}"), entry=entry.id)
                for entry in listed[:20]
            ),
            tombstones=stones,
            review=(),
        ),
        "history": (),
        "counts": Counts(entries=entries),
        "files": tuple(
            WrittenFile(
                name=name,
                format=name.partition(".")[0],
                sha256="0" * 64,
                bytes=120 * entries,
                entries=entries,
                omitted={"scope": entries // 3} if name == "hosts.txt" else {},
            )
            for name in names
        ),
        "policy": POLICY,
        "site": Site(),
        "announcements": (
            sample_announcement("2026-11-22", 7),
            sample_announcement("2026-11-15", 14),
            replace(sample_announcement("2026-11-08", 21), words=WRITTEN, amendments=AMENDED[:1]),
            replace(sample_announcement("2026-11-01", 28), amendments=AMENDED),
        ),
        "record": sample_record(listed),
        "proofs": {entry.id: "history/bodies/000.jsonl" for entry in listed[:40]},
        "now": NOW,
    }
    return ReleaseContext(**{**values, **changes})  # type: ignore[arg-type] # a table of a test


def sample_record(entries: tuple[Entry, ...]) -> Record:
    """Verdicts within minutes or days, appeals of half a year, visits from two places."""
    appeals = tuple(
        AppealFact(
            made_at=NOW - timedelta(days=12 * number),
            due_at=NOW - timedelta(days=12 * number - 7),
            settled_at=NOW - timedelta(days=12 * number - 2 * (number % 5)) if number > 1 else None,
            upheld=number % 4 == 0,
        )
        for number in range(15, -1, -1)
    )
    visits = (
        Visit(vantage=Vantage.DECLARED, fetched_at=NOW - timedelta(days=1), hops=2),
        Visit(vantage=Vantage.IN_APP, fetched_at=NOW - timedelta(days=1), hops=0),
    )
    return Record(
        appeal_days=7,
        verdict_seconds=tuple(60 * 3**number for number in range(9) for _ in range(40 - 4 * number)),
        appeals=appeals,
        drift=Drift(upheld=57, seen=58),
        visits={entry.verdict: visits for entry in entries[::2]},
    )


def sample_announcement(slug: str, days: int) -> Announcement:
    """An announcement of the week that ended ``days - 7`` days ago."""
    categories = sorted(POLICY.categories)
    return Announcement(
        slug=slug,
        since=NOW - timedelta(days=days),
        until=NOW - timedelta(days=days - 7),
        published_at=NOW - timedelta(days=days - 7),
        links_blocked=1204,
        accounts={"warn": 812, "limit": 96, "close": 31},
        groups={"restrict": 44, "close": 6},
        categories={name: 900 // (place + 1) for place, name in enumerate(categories)},
        examples=("Har****", "Old****", "夜****", "Stu****", "快****"),
        removed=18,
        corrected=2,
        contents={"hide": 120, "delete": 2310},
        link_steps={"warn": 310, "block": 890, "purge": 4},
    )


def write_site(folder: Path, context: ReleaseContext) -> int:
    """Write every page below ``folder``; return how many."""
    from blocklist.public import site_pages  # noqa: PLC0415 - the sample is useful without the site

    count = 0
    for path, body in site_pages(context):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
        count += 1
    return count


def _base32(number: int) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    word = ""
    for _ in range(10):
        number, rest = divmod(number, 32)
        word = letters[rest] + word
    return word


if __name__ == "__main__":
    out = Path(sys.argv[1])
    total = write_site(out, sample_context(int(sys.argv[2]) if len(sys.argv) > 2 else 130))
    print(f"{total} files in {out}")

"""Releases and announcements as columns."""

from typing import Any

import orjson

from blocklist.model import Amendment, Announcement, Release, Words
from blocklist.store.codec.scalars import Row, clean, json_text, reads, time_of, time_text

RELEASE = ("serial", "issued_at", "expires_at", "entries", "digest", "previous", "override")
ANNOUNCEMENT = (
    "slug",
    "since",
    "until",
    "published_at",
    "links_blocked",
    "accounts",
    "groups",
    "categories",
    "examples",
    "removed",
    "corrected",
    "words",
    "amendments",
    "applied",
    "rolled_back",
    "contents",
    "link_steps",
)


def release_row(release: Release) -> tuple[Any, ...]:
    """Write columns RELEASE."""
    return (
        release.serial,
        time_text(release.issued_at),
        time_text(release.expires_at),
        release.entries,
        release.digest,
        release.previous,
        clean(release.override),
    )


@reads("release")
def release_of(row: Row) -> Release:
    """Read columns RELEASE."""
    serial, issued_at, expires_at, entries, digest, previous, override = row
    return Release(
        serial=serial,
        issued_at=time_of(issued_at),
        expires_at=time_of(expires_at),
        entries=entries,
        digest=digest,
        previous=previous,
        override=override,
    )


def announcement_row(announcement: Announcement) -> tuple[Any, ...]:
    """Write columns ANNOUNCEMENT."""
    return (
        announcement.slug,
        time_text(announcement.since),
        time_text(announcement.until),
        time_text(announcement.published_at),
        announcement.links_blocked,
        json_text(announcement.accounts),
        json_text(announcement.groups),
        json_text(announcement.categories),
        json_text([clean(name) for name in announcement.examples]),
        announcement.removed,
        announcement.corrected,
        json_text(
            [
                {"language": one.language, "title": clean(one.title), "body": clean(one.body)}
                for one in announcement.words
            ]
        ),
        json_text(
            [
                {
                    "at": time_text(one.at),
                    "withdrawn": one.withdrawn,
                    "reason": clean(one.reason),
                    "others": {code: clean(text) for code, text in one.others.items()},
                }
                for one in announcement.amendments
            ]
        ),
        announcement.applied,
        announcement.rolled_back,
        json_text(announcement.contents),
        json_text(announcement.link_steps),
    )


@reads("announcement")
def announcement_of(row: Row) -> Announcement:
    """Read columns ANNOUNCEMENT."""
    (
        slug, since, until, published_at, links_blocked, accounts, groups, categories, examples,
        removed, corrected, words, amendments, applied, rolled_back, contents, link_steps,
    ) = row  # fmt: skip
    return Announcement(
        slug=slug,
        since=time_of(since),
        until=time_of(until),
        published_at=time_of(published_at),
        links_blocked=links_blocked,
        accounts=orjson.loads(accounts),
        groups=orjson.loads(groups),
        categories=orjson.loads(categories),
        examples=tuple(orjson.loads(examples)),
        removed=removed,
        corrected=corrected,
        words=tuple(Words(**one) for one in orjson.loads(words)),
        amendments=tuple(
            Amendment(
                at=time_of(one["at"]),
                withdrawn=one["withdrawn"],
                reason=one["reason"],
                others=one.get("others", {}),
            )
            for one in orjson.loads(amendments)
        ),
        applied=bool(applied),
        rolled_back=rolled_back,
        contents=orjson.loads(contents),
        link_steps=orjson.loads(link_steps),
    )

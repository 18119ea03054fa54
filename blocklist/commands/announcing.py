"""Announcements between the store and the editor: count a period, keep it, take edited words in, withdraw.

An announcement that was published is never deleted and its counts are never edited. Its words can be
corrected; when its counts were wrong it is withdrawn and its period announced anew. Both leave a dated reason
on its page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from blocklist.errors import InputError, TroubleError
from blocklist.model import Amendment, Announcement, Listing, Words
from blocklist.privacy import mask_contacts
from blocklist.public.announcements import draft_announcement
from blocklist.public.assets import site_folder
from blocklist.public.categories import category_views
from blocklist.public.drafts import Draft, check_draft, parse_draft, write_draft
from blocklist.public.language import load_languages
from blocklist.public.notice_text import notice_text
from blocklist.public.notices import notice_view
from blocklist.public.pages import site_facts
from blocklist.public.words import NOTICE_LEAD, NOTICE_TITLE

if TYPE_CHECKING:
    from blocklist.store import Workspace

MAX_REASON = 500  # characters


def counted(workspace: "Workspace", since: datetime, until: datetime, now: datetime) -> Announcement:
    """Return the announcement of the period, not kept; InputError for one that has not been."""
    if since >= until:
        raise InputError(f"--since {since.date()} is not before the end of the period; give an earlier date")
    if until > now:
        raise InputError(f"--until {until.date()} is still to come; leave it out for a period that ends now")
    entries = workspace.entries
    return draft_announcement(
        listing=Listing(
            entries=entries.current(),
            aliases=entries.aliases(),
            tombstones=entries.tombstones(),
            review=(),
        ),
        findings=workspace.findings(),
        shares=workspace.shares.with_links(),
        ladder=workspace.policy.ladder,
        since=since,
        until=until,
        now=now,
        taken={one.slug for one in workspace.announcements.all()},
        applied=workspace.applied.between(since, until),
        rolled_back=workspace.exported.corrected(since, until),
    )


def keep(workspace: "Workspace", made: Announcement) -> None:
    """Keep an announcement; InputError for a period that another announces: readers add them up."""
    for one in workspace.announcements.all():
        overlaps = made.since < one.until and one.since < made.until
        if overlaps and not one.withdrawn and one.slug != made.slug:
            raise InputError(
                f"{one.slug} announces {shown(one.since)} to {shown(one.until)} already; "
                f"give a period that does not overlap, such as --since {shown(one.until)}"
            )
    workspace.announcements.add(made)


def write_drafts(workspace: "Workspace", made: Announcement, folder: Path) -> list[Path]:
    """Write a draft for each language of the site, its standard words in it; return the files."""
    written = []
    for language in load_languages(tuple(workspace.config.site.languages), site_folder() / "locale"):
        path = folder / f"{made.slug}.{language.code}.md"
        words = Words(
            language=language.code, title=language.say(NOTICE_TITLE), body=language.say(NOTICE_LEAD)
        )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(write_draft(made, words))
        except FileExistsError as problem:
            raise InputError(f"{path}: is there already; edit it, or move it away") from problem
        except OSError as problem:
            raise TroubleError(f"{path}: cannot be written ({problem.strerror})") from problem
        written.append(path)
    return written


def _read_drafts(files: Iterable[Path], languages: Sequence[str]) -> list[Draft]:
    """Read edited drafts, of one announcement and each of another language; raises InputError."""
    drafts: list[Draft] = []
    for path in files:
        try:
            one = parse_draft(path.read_text(encoding="utf-8"), path.name)
        except UnicodeDecodeError as problem:
            raise InputError(f"{path.name}: is not UTF-8 text; save it as UTF-8") from problem
        except OSError as problem:
            raise InputError(f"{path}: cannot be read ({problem.strerror})") from problem
        if one.words.language not in languages:
            raise InputError(f"{path.name}: the site has no language {one.words.language!r}")
        for other in drafts:
            if (one.slug, one.since, one.until, one.examples) != (
                other.slug, other.since, other.until, other.examples,
            ):  # fmt: skip
                raise InputError(f"{path.name}: its settings are not those of {other.name}; make them alike")
            if one.words.language == other.words.language:
                raise InputError(f"{path.name}: is of the same language as {other.name}")
        drafts.append(one)
    return drafts


def edited(
    workspace: "Workspace", files: Iterable[Path], because: Sequence[str], now: datetime
) -> Announcement:
    """Return the announcement of the drafts in ``files`` with its editor's words; nothing is kept.

    ``because`` says why, once for each language: the first as it is, others behind their code (``zh=…``).
    InputError when the counts are not the list's, or a published one is changed without a reason.
    """
    drafts = _read_drafts(files, workspace.config.site.languages)
    first = drafts[0]
    made = _named(workspace, first.slug)
    if made is None:
        made = replace(counted(workspace, first.since, first.until, now), slug=first.slug)
    elif made.withdrawn or (made.since, made.until) != (first.since, first.until):
        raise InputError(f"{first.name}: {made.slug} was withdrawn or is of another period; draft it again")
    else:
        made = replace(
            made, amendments=(*made.amendments, _amendment(workspace, because, now, withdrawn=False))
        )
    for one in drafts:
        check_draft(one, made)
    words = {one.language: one for one in (*made.words, *(each.words for each in drafts))}
    return replace(made, examples=first.examples, words=tuple(words[name] for name in sorted(words)))


def _named(workspace: "Workspace", slug: str) -> Announcement | None:
    return next((one for one in workspace.announcements.all() if one.slug == slug), None)


def withdraw(workspace: "Workspace", slug: str, because: Sequence[str], now: datetime) -> None:
    """Withdraw the announcement ``slug``; InputError when there is none, or no reason (see ``edited``)."""
    kept = _named(workspace, slug)
    if kept is None or kept.withdrawn:
        raise InputError(f"{slug}: no announcement of that name holds; its name is the end of its address")
    amendment = _amendment(workspace, because, now, withdrawn=True)
    workspace.announcements.add(replace(kept, amendments=(*kept.amendments, amendment)))


def text_of(workspace: "Workspace", made: Announcement) -> str:
    """Return the announcement as text, in the site's first language."""
    language = load_languages(tuple(workspace.config.site.languages), site_folder() / "locale")[0]
    categories = category_views(workspace.policy, frozenset(made.categories), language.code)
    steps = tuple(dict.fromkeys(rung.step for rung in workspace.policy.ladder))
    notice = notice_view(made, categories, steps, language=language.code)
    return notice_text(notice, site_facts(workspace.config.site), language)


def _amendment(
    workspace: "Workspace", because: Sequence[str], now: datetime, *, withdrawn: bool
) -> Amendment:
    first, *_ = languages = tuple(workspace.config.site.languages)
    reasons = reasons_by_language(because, languages)
    for reason in reasons.values():
        if not reason or len(reason) > MAX_REASON:
            raise InputError(f'--because "…" takes 1 to {MAX_REASON} characters')
        if mask_contacts(reason) != reason:
            raise InputError("--because holds what reads like a contact; leave people out")
    if first not in reasons:
        raise InputError(f'say why, for its readers: --because "…" in {first!r}, the site\'s first language')
    return Amendment(at=now, withdrawn=withdrawn, reason=reasons.pop(first), others=reasons)


def reasons_by_language(because: Sequence[str], languages: Sequence[str]) -> dict[str, str]:
    """Sort what was given by its language: without a code in front it is of the first.

    InputError when a language was given twice.
    """
    found: dict[str, str] = {}
    for given in because:
        code, is_coded, text = given.partition("=")
        language, reason = (code, text) if is_coded and code in languages else (languages[0], given)
        if language in found:
            raise InputError(
                f"--because was given twice for {language!r}; begin the other with its code, zh=…"
            )
        found[language] = " ".join(reason.split())
    return found


def shown(moment: datetime) -> str:
    """Return the moment as options take it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")

"""An announcement as plain text, to be read out or posted elsewhere; and the standard words (pure)."""

from blocklist.public.language import Language
from blocklist.public.markdown import plain
from blocklist.public.notices import AmendmentView, NoticeView
from blocklist.public.render import SiteFacts
from blocklist.public.words import (
    N_,
    NOTICE_APPLIED,
    NOTICE_CORRECTED,
    NOTICE_LEAD,
    NOTICE_RECOMMENDED,
    NOTICE_REMINDER,
    NOTICE_ROLLED_BACK,
    NOTICE_TITLE,
    NOTICE_WITHDRAWN,
    STEPS,
)

_PERIOD = N_("Period: %(period)s")
_LINKS = N_("Links blocked and announced: %(count)s")
_ACCOUNTS, _GROUPS = N_("Accounts, %(step)s: %(count)s"), N_("Groups, %(step)s: %(count)s")
_CONTENTS, _LINK_STEPS = N_("Messages and posts, %(step)s: %(count)s"), N_("Links, %(step)s: %(count)s")
_REMOVED = N_("Removed from the list: %(removed)s, of these listed in error: %(corrected)s")
_LINE = N_("%(name)s: %(count)s")
_EXAMPLES = N_("Among them (names masked): %(names)s")
_COMMA = N_(", ")
_RELEASE = N_("Published with release %(serial)s of the list.")


def title_of(notice: NoticeView, language: Language) -> str:
    """Return the headline: the editor's, or the standard one."""
    return notice.title or language.say(NOTICE_TITLE)


def notice_text(notice: NoticeView, site: SiteFacts, language: Language) -> str:
    """Return the announcement as text; paragraphs are one line each, lists have a line for each item."""
    say, number = language.say, language.number
    head = [
        title_of(notice, language),
        say(_PERIOD) % {"period": language.period(notice.since, notice.until)},
        *(_amended(one, language) for one in notice.amendments),
    ]
    if notice.withdrawn:
        return "\n\n".join([*head, *_where(notice, site, language)]) + "\n"
    counts = [say(_LINKS) % {"count": number(notice.links)}]
    for words, found in (
        (_ACCOUNTS, notice.accounts),
        (_GROUPS, notice.groups),
        (_CONTENTS, notice.contents),
        (_LINK_STEPS, notice.link_steps),
    ):
        counts += [
            say(words) % {"step": say(STEPS.get(step, "")) or step, "count": number(count)}
            for step, count in found
        ]
    counts.append(say(_REMOVED) % {"removed": number(notice.removed), "corrected": number(notice.corrected)})
    if notice.rolled_back:
        counts.append(say(NOTICE_ROLLED_BACK) % {"count": number(notice.rolled_back)})
    goods = [say(_LINE) % {"name": one.category.title, "count": number(one.links)} for one in notice.goods]
    parts = [
        *head,
        plain(notice.source) if notice.source else say(NOTICE_LEAD),
        "\n".join(f"- {line}" for line in counts),
        "\n".join(f"- {line}" for line in goods),
        say(_EXAMPLES) % {"names": say(_COMMA).join(notice.examples)} if notice.examples else "",
        _measures(notice, language),
        say(NOTICE_REMINDER),
        *_where(notice, site, language),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _measures(notice: NoticeView, language: Language) -> str:
    if notice.applied:
        return language.say(NOTICE_APPLIED)
    return language.say(NOTICE_RECOMMENDED) if notice.measured else ""


def _amended(one: AmendmentView, language: Language) -> str:
    words = NOTICE_WITHDRAWN if one.withdrawn else NOTICE_CORRECTED
    return f"{language.say(words) % {'day': language.date(one.at)}} {one.reason}"


def _where(notice: NoticeView, site: SiteFacts, language: Language) -> list[str]:
    where = []
    if notice.release:
        where.append(language.say(_RELEASE) % {"serial": language.number(notice.release)})
    if site.base_url:
        where.append(f"{site.base_url}{language.root}announcements/{notice.slug}/")
    return where

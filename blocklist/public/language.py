"""A language of the site: its messages, dates and numbers.

English is the language the messages are written in; every other language is one catalogue,
``locale/<code>/LC_MESSAGES/messages.po``, compiled when it is loaded.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from blocklist.errors import ConfigError
from blocklist.public.words import N_

SOURCE = "en"
_PERIOD = N_("%(since)s – %(until)s")  # noqa: RUF001 - a span of dates takes the dash of spans
_MONTH = N_("MMM y")
"""Babel's pattern for a month; its parts are separated by a space."""
_TAGS = {"zh": "zh-Hans"}
"""Where a page should say more than the code: our Chinese is written in simplified characters."""

_LOCALES = {"en": "en-001", "zh": "zh-Hans"}
"""Whose dates and numbers: the world's English writes 22 November 2026."""


def tag_of(code: str) -> str:
    """Return the BCP 47 tag of the language ``code``."""
    return _TAGS.get(code, code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language: what a page says and how it writes dates and numbers."""

    code: str
    """As configured and as its folder is called: ``en``, ``zh``."""
    root: str
    """Where its pages lie, relative to the site: empty for the first language, else ``zh/``."""
    locale: Locale
    messages: NullTranslations = field(repr=False)

    @property
    def tag(self) -> str:
        """BCP 47 tag for ``lang`` and ``hreflang``."""
        return tag_of(self.code)

    @property
    def name(self) -> str:
        """What its own speakers call it."""
        return _name(self.locale, self.code)

    def say(self, message: str) -> str:
        """Return ``message`` in this language."""
        return self.messages.gettext(message) if message else ""

    def date(self, moment: datetime) -> str:
        """Return the UTC day in words."""
        return _date(moment.astimezone(UTC).toordinal(), "long", self.locale)

    def day(self, moment: datetime) -> str:
        """Return the UTC day as tables have room for."""
        return _date(moment.astimezone(UTC).toordinal(), "medium", self.locale)

    def period(self, since: datetime, until: datetime) -> str:
        """Return the UTC days from ``since`` to ``until`` in words; a single day stands alone."""
        first, last = self.date(since), self.date(until)
        return last if first == last else self.say(_PERIOD) % {"since": first, "until": last}

    def day_of(self, day: str) -> str:
        """Return the day ``2026-11-22`` in words."""
        return _date(date.fromisoformat(day).toordinal(), "long", self.locale)

    def month(self, month: str) -> str:
        """Return the month ``2026-11`` in words short enough for a chart, with a space where it may break."""
        return format_date(date.fromisoformat(f"{month}-01"), self.say(_MONTH), self.locale)

    def number(self, value: float) -> str:
        """Return the number with this language's separators."""
        return _number(value, self.locale)

    def duration(self, seconds: float) -> str:
        """Return how long that is, in words, in the unit that fits: ``3 minutes``, ``21 hours``."""
        return format_timedelta(timedelta(seconds=seconds), threshold=1.5, locale=self.locale)

    def percent(self, share: float) -> str:
        """Return the share in percent, with two digits that count, and never rounded to all or nothing."""
        exact = share * 100
        digits = 0 if exact in {0, 100} else 2 if exact < 1 or exact > 99 else 1  # noqa: PLR2004 - percent
        least = 0 if exact in {0, 100} else 10 ** -(2 + digits)
        shown = min(max(round(share, 2 + digits), least), 1 - least)
        return format_percent(shown, f"0.{'#' * digits}%", locale=self.locale)


@cache
def _name(locale: Locale, code: str) -> str:
    return (locale.get_language_name(code) or code).capitalize()


@lru_cache(maxsize=4096)
def _date(day: int, length: Literal["long", "medium"], locale: Locale) -> str:
    return format_date(datetime.fromordinal(day).replace(tzinfo=UTC), format=length, locale=locale)


@lru_cache(maxsize=4096)
def _number(value: float, locale: Locale) -> str:
    return format_decimal(value, locale=locale)


@cache
def load_language(code: str, folder: Path, *, root: str) -> Language:
    """Load the language ``code`` from the catalogues in ``folder``; raise ConfigError when there is none."""
    try:
        locale = Locale.parse(_LOCALES.get(code, code), sep="-")
    except (UnknownLocaleError, ValueError) as problem:
        raise ConfigError(
            f'[site] languages: {code!r} is no language code; write for example "en"'
        ) from problem
    return Language(code=code, root=root, locale=locale, messages=_messages(code, folder))


def load_languages(codes: tuple[str, ...], folder: Path) -> tuple[Language, ...]:
    """Load every language; the first lies at the root, the others below their code."""
    first, *others = codes
    return (
        load_language(first, folder, root=""),
        *(load_language(code, folder, root=f"{code}/") for code in others),
    )


def _messages(code: str, folder: Path) -> NullTranslations:
    if code == SOURCE:
        return NullTranslations()
    path = folder / code / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        known = ", ".join(sorted([SOURCE, *(found.parts[-3] for found in folder.glob("*/LC_MESSAGES/*.po"))]))
        raise ConfigError(f"[site] languages: there is no catalogue for {code!r}; choose from {known}")
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=code))
    compiled.seek(0)
    return GNUTranslations(compiled)

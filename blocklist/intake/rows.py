"""One row of fields to its shares: the URLs in it, and who shared them as pseudonyms and masked names.

Raw ids and names come in here and go no further: what leaves is ready for the store. A row looks like ::

    {"url": "https://shop.example/x", "surface": "group", "account": "u77", "account_name": "Hardman",
     "group": "g5", "group_name": "Hardman meeting room", "content_id": "m812", "reporter": "u2",
     "shared_at": "2026-05-04T10:00:00Z", "forwarded": false}

with ``text`` (a message holding URLs) instead of ``url`` or beside it; all other fields may be left out, as
may ``preview_title`` and ``preview_description``: what the platform's card of a row's only URL showed.
``fields`` says what each may hold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from blocklist.errors import RowError, UrlError
from blocklist.intake.fields import (
    CONTENT,
    by_our_names,
    flag_of,
    identity_of,
    preview_of,
    surface_of,
    text_of,
    time_text_of,
    urls_given,
)
from blocklist.intake.own_ids import ids_in, without_ids
from blocklist.model import Pseudonym, Surface, WebUrl
from blocklist.privacy import Pseudonymiser, mask_name
from blocklist.privacy.pseudonyms import Succession
from blocklist.store.codec import clean
from blocklist.store.shares import Ready, Said, ready
from blocklist.urls import parse_url

NO_URL = "no http(s) URL found in the text"
_REMEMBERED = 1 << 15
MAX_URLS = 1000
"""Most addresses taken from one row: more are a flood, not a message."""


class About(NamedTuple):
    """The part of a share that is the same for all URLs of one message: nothing raw is in it."""

    said: Said
    preview: str
    succeeds: tuple[Succession, ...]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one row, or one URL in it, was not taken; the rest of the file is."""

    file: str
    line: int
    error: str

    def __str__(self) -> str:
        file = "standard input" if self.file == "-" else self.file
        return f"{file} line {self.line}: {self.error}"


class Row(NamedTuple):
    """What came of one row of input."""

    shares: tuple[Ready, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    begins: bool = True
    """False: goes on with the message of the row before, so it is not counted as another."""


_Made = TypeVar("_Made")


class _Remembered(dict[str, _Made]):
    """What was made of a text, so that it is made once: the same people share again and again.

    A dictionary that fills itself is asked at a third of what ``lru_cache`` costs.
    """

    def __init__(self, make: Callable[[str], _Made]) -> None:
        self._make = make

    def __missing__(self, text: str) -> _Made:
        if len(self) >= _REMEMBERED:
            self.clear()
        made = self[text] = self._make(text)
        return made


class Rows:
    """Makes rows of one file; what it remembers of raw ids and names ends with it."""

    def __init__(self, file: str, people: Pseudonymiser) -> None:
        self.file = file
        self._account = _Remembered(_person("account", people.account)).__getitem__
        self._group = _Remembered(_person("group", people.group)).__getitem__
        self._content = _person(CONTENT, people.content)  # hardly one comes twice
        self._reporter = _Remembered(_person("reporter", people.reporter)).__getitem__
        self._successions = lru_cache(_REMEMBERED)(people.successions) if people.overlaps else None
        self._mask = _Remembered(lambda name: clean(mask_name(name))).__getitem__

    def problem(self, line: int, error: str) -> Row:
        """Return a row of which nothing can be used."""
        return Row(problems=(RowProblem(self.file, line, error),))

    def from_fields(self, line: int, fields: Mapping[str, Any]) -> Row:
        """Return the shares of one object or table row."""
        try:
            fields = by_our_names(fields)
            urls = urls_given(fields)
            about = self.about(fields)
        except RowError as problem:
            return self.problem(line, str(problem))
        return self.from_urls(line, urls, about, fields) if urls else self.problem(line, NO_URL)

    def from_urls(
        self,
        line: int,
        urls: tuple[str, ...],
        about: About,
        fields: Mapping[str, Any] = MappingProxyType({}),
        *,
        begins: bool = True,
    ) -> Row:
        """Return a share for every URL that may be followed, and a problem for every other.

        Raw ids that ``fields`` give are left out of the URLs' queries and fragments.
        """
        if len(urls) == 1:  # most rows
            try:
                return Row((_share(urls[0], about, fields),), (), begins)
            except UrlError as problem:
                return Row((), (RowProblem(self.file, line, str(problem)),), begins)
        shares: dict[WebUrl, Ready] = {}
        problems = []
        if len(urls) > MAX_URLS:
            flood = f"holds more than {MAX_URLS} URLs; {len(urls) - MAX_URLS} not taken"
            problems.append(RowProblem(self.file, line, flood))
        about = about._replace(preview="")  # nobody says whose it is
        for text in urls[:MAX_URLS]:
            try:
                share = _share(text, about, fields)
            except UrlError as problem:
                problems.append(RowProblem(self.file, line, str(problem)))
            else:
                shares.setdefault(share[0], share)
        return Row(tuple(shares.values()), tuple(problems), begins)

    def about(self, fields: Mapping[str, Any]) -> About:
        """Return who, where and when, without raw ids and names; raises RowError."""
        group = _who(fields, "group", self._group)
        said = (
            surface_of(fields.get("surface"), Surface.GROUP if group else Surface.OTHER),
            _who(fields, "account", self._account),
            self._mask(text_of(fields, "account_name")),
            group,
            self._mask(text_of(fields, "group_name")),
            _who(fields, "reporter", self._reporter),
            int(flag_of(fields, "forwarded")),
            time_text_of(fields.get("shared_at")),
            _who(fields, CONTENT, self._content),
        )
        return About(said, clean(preview_of(fields)), self._succeeded(fields) if self._successions else ())

    def _succeeded(self, fields: Mapping[str, Any]) -> tuple[Succession, ...]:
        """Return what these people were called by an earlier key; the fields are checked already."""
        assert self._successions is not None, "asked only while keys overlap"
        given = {"account": "account", "group": "group", CONTENT: "content", "reporter": "reporter"}
        return tuple(
            pair
            for name, kind in given.items()
            if fields.get(name) is not None
            for pair in self._successions(kind, str(fields[name]))
        )


_Pseudonym = Callable[[str], Pseudonym | None]


def _person(name: str, make: Callable[[str], Pseudonym]) -> _Pseudonym:
    """Return what makes a pseudonym of the raw id in field ``name``; None: it is blank."""

    def person(raw: str) -> Pseudonym | None:
        identity = identity_of(name, raw)
        return make(identity) if identity else None

    return person


def _who(fields: Mapping[str, Any], name: str, pseudonym: _Pseudonym) -> Pseudonym | None:
    value = fields.get(name)
    if value is None:
        return None
    return pseudonym(value if type(value) is str else identity_of(name, value))


def _share(text: str, about: About, fields: Mapping[str, Any]) -> Ready:
    url = parse_url(text)
    if "?" in url or "#" in url:
        url = without_ids(url, ids_in(fields))
    return ready(url, about.said, about.preview, about.succeeds)

"""One row of fields to its shares: the URLs in it, and who shared them as pseudonyms and masked names.

Raw ids and names come in here and go no further: what leaves is ``Share``. A row looks like ::

    {"url": "https://shop.example/x", "surface": "group", "account": "u77", "account_name": "Hardman",
     "group": "g5", "group_name": "Hardman meeting room", "content_id": "m812", "reporter": "u2",
     "shared_at": "2026-05-04T10:00:00Z", "forwarded": false}

with ``text`` (a message holding URLs) instead of ``url`` or beside it; all other fields may be left out, as
may ``preview_title`` and ``preview_description``: what the platform's card of a row's only URL showed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypedDict

from blocklist.errors import RowError, UrlError
from blocklist.intake.find import find_urls, refang
from blocklist.intake.own_ids import ids_in, without_ids
from blocklist.model import Pseudonym, Share, Surface, WebUrl
from blocklist.privacy import Pseudonymiser, mask_contacts, mask_name
from blocklist.privacy.ids import mask_ids
from blocklist.privacy.pseudonyms import Succession
from blocklist.urls import parse_url


class About(TypedDict):
    """The part of a Share that is the same for all URLs of one message: nothing raw is in it."""

    surface: Surface
    account: Pseudonym | None
    account_name: str
    group: Pseudonym | None
    group_name: str
    content: Pseudonym | None
    reporter: Pseudonym | None
    forwarded: bool
    shared_at: datetime | None
    preview: str
    succeeds: tuple[Succession, ...]


CONTENT = "content_id"
"""What rows call the platform's id of a message or post: ``content`` is a message's text in many exports."""
_PREVIEW = ("preview_title", "preview_description")
FIELDS = frozenset(About.__annotations__) - {"content", "preview", "succeeds"} | {
    "url",
    "text",
    CONTENT,
    *_PREVIEW,
}
# What other exports call our fields.
_NAMES = {
    "link": "url",
    "链接": "url",
    "网址": "url",
    "uri": "url",
    "message": "text",
    "content": "text",
    "body": "text",
    "消息": "text",
    "内容": "text",
    "文本": "text",
}  # fmt: skip - a dictionary to be read by rows
NO_URL = "no http(s) URL found in the text"
_YES = frozenset({"true", "1", "yes", "y", "是"})
_NO = frozenset({"false", "0", "no", "n", "否", ""})
_SURFACES = {each.value: each for each in Surface}
_MILLISECONDS = 1e11  # a Unix time above this is in milliseconds: in seconds it would be the year 5138
_REMEMBERED = 1 << 15
MAX_URLS = 1000
"""Most addresses taken from one row: more are a flood, not a message."""
_MOST_PREVIEW = 300  # characters of each field: platforms cut theirs at fewer
_MAX_ID = 1024  # characters; a longer "id" is a mistake in the columns


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one row, or one URL in it, was not taken; the rest of the file is."""

    file: str
    line: int
    error: str

    def __str__(self) -> str:
        file = "standard input" if self.file == "-" else self.file
        return f"{file} line {self.line}: {self.error}"


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one row of input."""

    shares: tuple[Share, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    begins: bool = True
    """False: goes on with the message of the row before, so it is not counted as another."""


_Pseudonym = Callable[[str], Pseudonym]


class Rows:
    """Makes rows of one file; what it remembers of raw ids and names ends with it."""

    def __init__(self, file: str, people: Pseudonymiser) -> None:
        self.file = file
        # The same people share again and again: remembering them makes intake twice as fast.
        self._account: _Pseudonym = lru_cache(_REMEMBERED)(people.account)
        self._group: _Pseudonym = lru_cache(_REMEMBERED)(people.group)
        self._content: _Pseudonym = people.content  # hardly one comes twice
        self._reporter: _Pseudonym = lru_cache(_REMEMBERED)(people.reporter)
        self._successions = lru_cache(_REMEMBERED)(people.successions) if people.overlaps else None
        self._mask: Callable[[str], str] = lru_cache(_REMEMBERED)(mask_name)

    def problem(self, line: int, error: str) -> Row:
        """Return a row of which nothing can be used."""
        return Row(problems=(RowProblem(self.file, line, error),))

    def from_fields(self, line: int, fields: Mapping[str, Any]) -> Row:
        """Return the shares of one object or table row."""
        try:
            fields = _by_our_names(fields)
            urls = _urls_given(fields)
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
        shares: dict[WebUrl, Share] = {}
        problems = []
        if len(urls) > MAX_URLS:
            flood = f"holds more than {MAX_URLS} URLs; {len(urls) - MAX_URLS} not taken"
            problems.append(RowProblem(self.file, line, flood))
        if len(urls) > 1:  # nobody says whose it is
            about = {**about, "preview": ""}
        ids = ids_in(fields)
        for text in urls[:MAX_URLS]:
            try:
                url = without_ids(parse_url(text), ids)
            except UrlError as problem:
                problems.append(RowProblem(self.file, line, str(problem)))
            else:
                shares.setdefault(url, Share(url=url, **about))
        return Row(tuple(shares.values()), tuple(problems), begins)

    def about(self, fields: Mapping[str, Any]) -> About:
        """Return who, where and when, without raw ids and names; raises RowError."""
        group = _person(fields, "group", self._group)
        return About(
            surface=_surface(fields.get("surface"), Surface.GROUP if group else Surface.OTHER),
            account=_person(fields, "account", self._account),
            account_name=self._mask(_text(fields, "account_name")),
            group=group,
            group_name=self._mask(_text(fields, "group_name")),
            content=_person(fields, CONTENT, self._content),
            reporter=_person(fields, "reporter", self._reporter),
            forwarded=_flag(fields, "forwarded"),
            shared_at=_time(fields.get("shared_at")),
            preview=_preview(fields),
            succeeds=self._succeeded(fields) if self._successions else (),
        )

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


def field_named(name: str) -> str:
    """Return our name of a column or key, whatever its case; empty: none of ours."""
    plain = name.strip().lower().replace(" ", "_")
    ours = _NAMES.get(plain, plain)
    return ours if ours in FIELDS else ""


def _by_our_names(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields under our names; an exact name goes before another word for it."""
    if FIELDS.issuperset(fields):
        return fields
    named = {name: value for name, value in fields.items() if name in FIELDS}
    others: dict[str, str] = {}
    for name, value in fields.items():
        ours = field_named(name)
        # A key that is not ours may hold anything: only texts are taken for a URL or a message.
        if not ours or ours in fields or (name.strip().lower() in _NAMES and not isinstance(value, str)):
            continue
        if ours in others:
            raise RowError(f'"{others[ours]}" and "{name}" both mean "{ours}"; rename one of them')
        others[ours], named[ours] = name, value
    return named


def _urls_given(fields: Mapping[str, Any]) -> tuple[str, ...]:
    url, text = _text(fields, "url"), _text(fields, "text")
    if not url and not text:
        if "text" in fields and "url" not in fields:
            raise RowError('"text" is empty; expected a message holding a URL')
        raise RowError(f'"url" is {"empty" if "url" in fields else "missing"}; expected a string')
    found = find_urls(text) if text else ()
    return (refang(url), *found) if url else found


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RowError(f'"{name}" is {_kind(value)}; expected a string')
    return value if name == "text" else value.strip()


def _person(fields: Mapping[str, Any], name: str, pseudonym: _Pseudonym) -> Pseudonym | None:
    value = fields.get(name)
    if value is None:
        return None
    if type(value) is not str:
        value = _id_of_number(name, value)
    identity = value.strip()
    if len(identity) > _MAX_ID:
        raise RowError(f'"{name}" has {len(identity)} characters; an id has at most {_MAX_ID}')
    return pseudonym(identity) if identity else None


def _preview(fields: Mapping[str, Any]) -> str:
    if not any(name in fields for name in _PREVIEW):
        return ""
    said = (" ".join(_text(fields, name).split())[:_MOST_PREVIEW] for name in _PREVIEW)
    text = mask_contacts(" ".join(filter(None, said)))
    return mask_ids(text, frozenset(ids_in(fields)).__contains__) if text else ""


def _id_of_number(name: str, value: Any) -> str:
    if isinstance(value, float) and abs(value) >= 1 << 63:  # JSON's parser has rounded it
        raise RowError(f'"{name}" is too large a number to be read exactly; write it in quotes')
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RowError(f'"{name}" is {_kind(value)}; expected a string or a whole number')
    return str(value)


def _surface(value: Any, default: Surface) -> Surface:
    if value is None or value == "":
        return default
    if type(value) is str and (known := _SURFACES.get(value)):
        return known
    try:
        return Surface(value.strip().lower())
    except (ValueError, AttributeError):
        names = ", ".join(Surface)
        raise RowError(f'"surface" is none of the known ones; expected one of {names}') from None


def _flag(fields: Mapping[str, Any], name: str) -> bool:
    value = fields.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    word = str(value).strip().lower() if isinstance(value, str | int) else "?"
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise RowError(f'"{name}" is {_kind(value)} that says neither; expected true or false')


def _time(value: Any) -> datetime | None:
    """RFC 3339 or Unix time to UTC; a time without an offset is taken as UTC."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str):
            text = value.strip()
            value = (
                float(text) if text.replace(".", "", 1).isdigit() and len(text) > len("20260504") else text
            )
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise RowError('"shared_at" is not a time; expected RFC 3339, such as 2026-05-04T10:00:00Z')


def _kind(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "a string")

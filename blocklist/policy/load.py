"""A policy folder read, checked and digested: ``policy.toml`` and one file for each category.

A category must say what goods or services it is about: a title, a summary, goods for sale in English and
Chinese, a clause, a grade, thresholds with their reason, and at least one group of goods terms. A category
about opinion, news, politics, faith or persons has none of these, and its names are refused besides
(DESIGN.md section 9).
"""

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson

from blocklist.errors import PolicyError
from blocklist.model import Role
from blocklist.policy.fields import Fields
from blocklist.policy.values import (
    Category,
    Policy,
    Rung,
    Score,
    Signal,
    SignalKind,
    Suppression,
    Term,
    TermKind,
)
from blocklist.toml_source import read_toml

DEFAULT_POLICY = Path(__file__).parents[1] / "policies" / "default"
MAIN = "policy.toml"
NOT_CATEGORIES = frozenset({MAIN, "guards.toml"})
REFUSED_WORDS = frozenset(
    [
        "belief",
        "blasphemy",
        "church",
        "criticism",
        "defamation",
        "dissent",
        "dissident",
        "election",
        "extremism",
        "faith",
        "government",
        "hate",
        "heresy",
        "insult",
        "journalism",
        "journalist",
        "journalists",
        "leader",
        "leaders",
        "media",
        "minority",
        "news",
        "opinion",
        "opinions",
        "party",
        "person",
        "persons",
        "petition",
        "political",
        "politics",
        "press",
        "protest",
        "religion",
        "religious",
        "rumor",
        "rumour",
        "sect",
        "sedition",
        "separatism",
        "slander",
        "speech",
        "subversion",
        "terrorism",
    ]
)
"""No category may carry one of these in its id: they are not goods."""
SCORE_NUMBERS = (
    "bias",
    "goods",
    "selling",
    "beside",
    "unlawful",
    "price",
    "contact",
    "declared",
    "title",
    "density",
    "quantity",
    "excuse",
)


def load_policy(path: Path | None = None) -> Policy:
    """The policy in folder ``path`` (None: the default policy); ``PolicyError`` names file, line and cure."""
    folder = DEFAULT_POLICY if path is None else path
    if not folder.is_dir():
        message = (
            f"policy {folder}: is not a folder; name a folder that holds {MAIN} and one file per category"
        )
        raise PolicyError(message)
    files = sorted(folder.glob("*.toml"))
    stamp = tuple((file, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    return _load(folder, stamp)


@functools.lru_cache(maxsize=8)
def _load(folder: Path, stamp: tuple[tuple[Path, int, int], ...]) -> Policy:
    files = [file for file, _, _ in stamp]
    if folder / MAIN not in files:
        raise PolicyError(f"policy {folder}: holds no {MAIN}; copy it from the default policy and edit it")
    categories: dict[str, Category] = {}
    for file in files:
        if file.name not in NOT_CATEGORIES:
            category = _category(Fields(read_toml(file, PolicyError)), file.stem)
            categories[category.id] = category
    if not categories:
        raise PolicyError(f"policy {folder}: holds no category; add one file per category beside {MAIN}")
    return _main(Fields(read_toml(folder / MAIN, PolicyError)), categories)


def _main(fields: Fields, categories: Mapping[str, Category]) -> Policy:
    parts: dict[str, Any] = {
        "name": fields.text("name"),
        "version": fields.text("version"),
        "ladder": tuple(_rung(rung) for rung in fields.tables("ladder")),
        "offers": _signals(fields, "offers"),
        "excuses": _signals(fields, "excuses"),
        "suppression": _suppression(fields.table("suppression")),
        "score": _score(fields.table("score")),
    }
    fields.done()
    for subject in ("account", "group"):
        if not any(rung.subject == subject for rung in parts["ladder"]):
            fields.fail(f'[[ladder]] has no rung for subject = "{subject}"; add one')
    digest = _digest(parts, categories)
    return Policy(**parts, digest=digest, categories=MappingProxyType(dict(categories)))


def _category(fields: Fields, stem: str) -> Category:
    identifier = fields.identifier()
    if identifier != stem:
        fields.fail(f'"id" is {identifier!r} in {stem}.toml; the file bears the name of its category', "id")
    if wrong := REFUSED_WORDS.intersection(identifier.split("-")):
        word = min(wrong)
        fields.fail(f'"id" names {word!r}; a category is goods or services for sale and nothing else', "id")
    thresholds = fields.table("thresholds")
    category = Category(
        id=identifier,
        kind=fields.choice("kind", ("goods", "service")),
        clause=fields.text("clause"),
        jurisdiction=fields.text("jurisdiction"),
        grade=fields.whole("grade", 1, 4),
        title=MappingProxyType(_closed(fields.table("title"), Fields.by_language)),
        summary=MappingProxyType(_closed(fields.table("summary"), Fields.by_language)),
        goods=MappingProxyType(_closed(fields.table("goods"), Fields.words_by_language)),
        publish=thresholds.number("publish", 0.5, 1.0),
        review=thresholds.number("review", 0.0, 1.0),
        reason=thresholds.text("reason"),
        terms=tuple(_term(term) for term in fields.tables("terms")),
        offers=_signals(fields, "offers"),
        aggravating=_signals(fields, "aggravating"),
        excuses=_signals(fields, "excuses"),
    )
    thresholds.done()
    fields.done()
    if category.review > category.publish:
        fields.fail(
            '"review" is above "publish"; what is published must have been worth a look', "thresholds"
        )
    if all(term.kind is TermKind.QUANTITY for term in category.terms):
        fields.fail('has no goods; add [[terms]] with kind = "goods", "slang" or "brand": what is for sale')
    _unique(fields, "terms", [term.id for term in category.terms])
    return category


def _closed(fields: Fields, read: Any) -> dict[str, Any]:
    found: dict[str, Any] = read(fields)
    fields.done()
    return found


def _term(fields: Fields) -> Term:
    kind = TermKind(fields.choice("kind", tuple(TermKind)))
    identifier = fields.identifier()
    weight = fields.number("weight", 0.0, 5.0)
    lawful = fields.flag("lawful")
    term = Term(id=identifier, kind=kind, weight=weight, lawful=lawful, words=fields.words())
    fields.done()
    return term


def _signals(fields: Fields, key: str) -> tuple[Signal, ...]:
    found = tuple(_signal(signal, key) for signal in fields.tables(key))
    _unique(fields, key, [signal.id for signal in found])
    return found


def _signal(fields: Fields, key: str) -> Signal:
    identifier = fields.identifier()
    weight = fields.number("weight", 0.0, 5.0)
    kind, unlawful, grade = SignalKind.OFFER, False, 0
    if key == "offers":
        kind = SignalKind(fields.choice("kind", tuple(SignalKind), SignalKind.OFFER))
        unlawful = fields.flag("unlawful")
    if key == "aggravating":
        grade = fields.whole("grade", 0, 3, 1)
    signal = Signal(
        id=identifier, weight=weight, kind=kind, unlawful=unlawful, grade=grade, words=fields.words()
    )
    fields.done()
    return signal


def _unique(fields: Fields, key: str, identifiers: list[str]) -> None:
    for index, identifier in enumerate(identifiers):
        if identifier in identifiers[:index]:
            fields.fail(
                f'"id" {identifier!r} is used twice in [[{key}]]; rename or join them', key, index, "id"
            )


def _rung(fields: Fields) -> Rung:
    subject = fields.choice("subject", ("account", "group"))
    role = Role(fields.choice("role", tuple(Role))) if subject == "account" else None
    rung = Rung(
        subject=subject,
        role=role,
        min_grade=fields.whole("min_grade", 1, 4),
        min_links=fields.whole("min_links", 1, 1_000_000),
        step=fields.identifier("step"),
    )
    fields.done()
    return rung


def _suppression(fields: Fields) -> Suppression:
    found = Suppression(minors=fields.texts("minors"), sexual=fields.texts("sexual"))
    fields.done()
    return found


def _score(fields: Fields) -> Score:
    values = {name: fields.number(name, -20.0, 20.0) for name in SCORE_NUMBERS}
    fields.done()
    for name, value in values.items():
        if name != "bias" and value < 0:
            fields.fail(f'"{name}" must not be negative: more of it never speaks the other way', name)
    return Score(values=MappingProxyType(values))


def _digest(parts: Mapping[str, Any], categories: Mapping[str, Category]) -> str:
    content = {key: _plain(value) for key, value in parts.items()}
    content["categories"] = {key: _plain(value) for key, value in categories.items()}
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _plain(value: Any) -> Any:
    """As JSON values; the order of words carries no meaning, so it is sorted away."""
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        plain = [_plain(item) for item in value]
        return sorted(plain) if all(isinstance(item, str) for item in plain) else plain
    return value

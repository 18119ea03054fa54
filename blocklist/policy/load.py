"""A policy folder read, checked and digested: ``policy.toml`` and one file for each category."""

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson

from blocklist.errors import PolicyError
from blocklist.model import Role
from blocklist.policy.category import read_category, read_signals
from blocklist.policy.fields import LANGUAGE, Fields
from blocklist.policy.values import (
    Category,
    Phrase,
    PhraseKind,
    Policy,
    Rung,
    Score,
    Suppression,
    Voice,
    VoiceKind,
)
from blocklist.toml_source import read_toml

DEFAULT_POLICY = Path(__file__).parents[1] / "policies" / "default"
MAIN = "policy.toml"
NOT_CATEGORIES = frozenset({MAIN, "guards.toml"})
_PRIMARY = re.compile("[a-z]{2,3}")
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


def load_policy(path: Path | str | None = None) -> Policy:
    """Load the policy in folder ``path`` (None: the default one); ``PolicyError`` names place and cure."""
    folder = DEFAULT_POLICY if path is None else Path(path)
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
        raise PolicyError(
            f"policy {folder}: holds no {MAIN}; begin with `linkgazette policy copy DIR`, and edit that"
        )
    sources = {file: read_toml(file, PolicyError) for file in files}
    categories: dict[str, Category] = {}
    for file, source in sources.items():
        if file.name not in NOT_CATEGORIES:
            category = read_category(Fields(source), file.stem)
            categories[category.id] = category
    if not categories:
        raise PolicyError(f"policy {folder}: holds no category; add one file per category beside {MAIN}")
    return _main(Fields(sources[folder / MAIN]), categories, [source.values for source in sources.values()])


def _main(fields: Fields, categories: Mapping[str, Category], files: Sequence[Mapping[str, Any]]) -> Policy:
    parts: dict[str, Any] = {
        "name": fields.text("name"),
        "version": fields.text("version"),
        "ladder": tuple(_rung(rung) for rung in fields.tables("ladder")),
        "offers": read_signals(fields, "offers"),
        "excuses": read_signals(fields, "excuses"),
        "shop_words": fields.texts("shop_words") if fields.has("shop_words") else (),
        "negations": fields.texts("negations"),
        "listed_languages": _languages(fields, "listed_languages"),
        "voices": tuple(Voice(id=kind, words=words) for kind, words in _by_kind(fields, "voices", VoiceKind)),
        "phrases": tuple(
            Phrase(id=kind, words=words) for kind, words in _by_kind(fields, "phrases", PhraseKind)
        ),
        "suppression": _suppression(fields.table("suppression")),
        "score": _score(fields.table("score")),
    }
    fields.done()
    for subject in ("account", "group"):
        if not any(rung.subject == subject for rung in parts["ladder"]):
            fields.fail(f'[[ladder]] has no rung for subject = "{subject}"; add one')
    digest = _digest(parts, categories)
    return Policy(
        **parts,
        digest=digest,
        unmeasured_words=_unmeasured(files, parts["listed_languages"]),
        categories=MappingProxyType(dict(categories)),
    )


def _unmeasured(files: Sequence[Mapping[str, Any]], listed: Sequence[str]) -> frozenset[str]:
    """Words that stand in lists of other languages than ``listed`` alone; none where any may be listed."""
    words: tuple[set[str], set[str]] = set(), set()
    for values in files:
        for tables in values.values():
            for table in tables if isinstance(tables, list) else ():
                for key, said in table.items() if isinstance(table, Mapping) else ():
                    if LANGUAGE.match(key) and isinstance(said, list):
                        words[key in listed].update(word.casefold() for word in said)
    return frozenset(words[False] - words[True]) if listed else frozenset()


def _rung(fields: Fields) -> Rung:
    subject = fields.choice("subject", ("account", "group", "content", "link"))
    role = Role(fields.choice("role", tuple(Role))) if subject in {"account", "content"} else None
    repetition = "min_sharers" if subject == "link" else "min_links"
    rung = Rung(
        subject=subject,
        role=role,
        min_grade=fields.whole("min_grade", 1, 4),
        **{repetition: fields.whole(repetition, 1, 1_000_000)},
        days=fields.whole("days", 1, 36_500) if fields.has("days") else None,
        step=fields.identifier("step"),
    )
    fields.done()
    return rung


def _languages(fields: Fields, key: str) -> tuple[str, ...]:
    """Read primary language tags; absent: none."""
    tags = fields.texts(key) if fields.has(key) else ()
    for at, tag in enumerate(tags):
        if not _PRIMARY.fullmatch(tag):
            fields.fail(f'"{key}" holds {tag!r}; use a primary tag of two or three letters: "en"', key, at)
    return tags


def _by_kind(fields: Fields, key: str, kinds: type[StrEnum]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Read the tables of ``[[key]]``, whose ``id`` is one of ``kinds``, each once at most."""
    found: set[str] = set()
    for table in fields.tables(key):
        kind = kinds(table.choice("id", tuple(kinds)))
        if kind in found:
            table.fail(f'"id" {str(kind)!r} is used twice in [[{key}]]; join them', "id")
        found.add(kind)
        yield kind, table.words()
        table.done()


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

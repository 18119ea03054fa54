"""What an edited policy says differently, in lines a person can read.

What it would change among stored pages is left to ``reclassify``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blocklist.policy.values import Category, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference; ``old`` or ``new`` is empty where there was or is nothing."""

    place: str
    """``policy``, or ``<category>``, then what of it: ``controlled-drugs terms/cocaine words``."""
    old: str
    new: str


def diff(old: Policy, new: Policy) -> tuple[Change, ...]:
    """All differences between two policies, in a fixed order."""
    return tuple(_policy(old, new))


def _policy(old: Policy, new: Policy) -> Iterator[Change]:
    plain = ("name", "version", "ladder", "shop_words", "negations", "listed_languages")
    yield from _fields("policy", old, new, plain)
    yield from _fields("suppression", old.suppression, new.suppression, ("minors", "sexual"))
    yield from _mapping("policy score", old.score.values, new.score.values)
    yield from _groups("policy offers", old.offers, new.offers)
    yield from _groups("policy excuses", old.excuses, new.excuses)
    yield from _groups("policy voices", old.voices, new.voices)
    yield from _groups("policy phrases", old.phrases, new.phrases)
    for name in sorted({*old.categories, *new.categories}):
        before, after = old.categories.get(name), new.categories.get(name)
        if before is None or after is None:
            yield Change(place=name, old="category" if before else "", new="category" if after else "")
        else:
            yield from _category(name, before, after)


def _category(name: str, old: Category, new: Category) -> Iterator[Change]:
    plain = ("kind", "clause", "grade", "publish", "review", "goods_alone", "reason")
    yield from _fields(name, old, new, plain)
    for part in ("title", "summary", "jurisdiction", "goods"):
        yield from _mapping(f"{name} {part}", getattr(old, part), getattr(new, part))
    for part in ("terms", "offers", "aggravating", "excuses"):
        yield from _groups(f"{name} {part}", getattr(old, part), getattr(new, part))


def _groups(place: str, old: Iterable[Any], new: Iterable[Any]) -> Iterator[Change]:
    before = {group.id: group for group in old}
    after = {group.id: group for group in new}
    for key in sorted({*before, *after}):
        at = f"{place}/{key}"
        if key not in before:
            yield Change(place=at, old="", new=_shown(after[key].words))
        elif key not in after:
            yield Change(place=at, old=_shown(before[key].words), new="")
        else:
            names = tuple(name for name in before[key].__dataclass_fields__ if name not in {"id", "gloss"})
            yield from _fields(at, before[key], after[key], names)
            glosses = (getattr(group, "gloss", {}) for group in (before[key], after[key]))
            yield from _mapping(f"{at} gloss", *glosses)


def _mapping(place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for key in sorted({*old, *new}):
        yield from _values(f"{place} {key}", old.get(key, ""), new.get(key, ""))


def _fields(place: str, old: Any, new: Any, names: Iterable[str]) -> Iterator[Change]:
    for name in names:
        yield from _values(f"{place} {name}", getattr(old, name), getattr(new, name))


def _values(place: str, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, tuple) and isinstance(new, tuple):
        # Of two word lists only what came and went is worth reading.
        gone = tuple(item for item in old if item not in new)
        come = tuple(item for item in new if item not in old)
        old, new = gone, come
    if old != new:
        yield Change(place=place, old=_shown(old), new=_shown(new))


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(_shown(item) for item in value)
    if hasattr(value, "step"):
        who = value.role or "any"
        return f"{value.subject} {who} grade {value.min_grade} links {value.min_links}: {value.step}"
    return str(value)

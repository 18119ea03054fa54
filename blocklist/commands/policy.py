"""``policy``: copy, check, show and compare policies; judging under one is left to the crawl side."""

import shutil
from collections.abc import Mapping
from importlib.metadata import entry_points
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import click
import orjson

from blocklist.commands.group import Group
from blocklist.commands.policy_lines import category_lines, groups_of, policy_lines
from blocklist.errors import InputError, TroubleError
from blocklist.policy import DEFAULT_POLICY, Policy, diff, load_policy


@click.group(cls=Group)
def policy() -> None:
    """Copy, check, show and compare policies."""


@policy.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.pass_obj
def copy(workspace: Path, folder: Path) -> None:
    """Copy the workspace's policy, or else the built-in one, to the new folder DIR, to be edited."""
    from blocklist.config import load_config

    source = Path(load_config(workspace).policy.path or DEFAULT_POLICY)
    load_policy(source)
    if not folder.name or folder.exists():
        raise InputError(f"{folder}: is there already; name a folder that is not")
    aside = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        for file in sorted(source.glob("*.toml")):
            shutil.copyfile(file, aside / file.name)
        aside.rename(folder)
    except OSError as problem:
        raise TroubleError(
            f"{folder}: cannot be written ({problem.strerror}); name another folder"
        ) from problem
    click.echo(f"made {folder}; edit it, then see what it would change: linkgazette policy diff {folder}")
    home, whole = workspace.resolve(), folder.resolve()
    path = whole.relative_to(home) if whole.is_relative_to(home) else whole
    click.echo(f'to judge by it: in linkgazette.toml, [policy] path = "{path}"; then linkgazette reclassify')


@policy.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False, metavar="[DIR]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def check(workspace: Path, folder: Path | None, as_json: bool) -> None:
    """Check a policy folder; the workspace's own unless DIR is given."""
    found = _load(workspace, folder)
    words = sum(len(group.words) for category in found.categories.values() for group in groups_of(category))
    words += sum(len(signal.words) for signal in (*found.offers, *found.excuses))
    if as_json:
        said = {
            "name": found.name,
            "version": found.version,
            "digest": found.digest,
            "categories": sorted(found.categories),
            "words": words,
        }
        click.echo(orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode())
        return
    click.echo(f"{found.name}, version {found.version}: good")
    click.echo(
        f"{len(found.categories)} categories, {words} words, {len(found.ladder)} rungs, digest {found.digest}"
    )


@policy.command()
@click.argument("category", required=False)
@click.option(
    "--policy", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Another policy folder."
)
@click.option("--json", "as_json", is_flag=True, help="Print all of it as one JSON object.")
@click.pass_obj
def show(workspace: Path, category: str | None, folder: Path | None, as_json: bool) -> None:
    """Show the policy, or one CATEGORY of it, in words."""
    found = _load(workspace, folder)
    if category is not None and category not in found.categories:
        known = ", ".join(sorted(found.categories))
        raise InputError(f"{category!r} is no category of this policy; it has {known}")
    if as_json:
        shown = found if category is None else found.categories[category]
        click.echo(orjson.dumps(shown, default=_as_json, option=orjson.OPT_SORT_KEYS).decode())
        return
    for line in policy_lines(found) if category is None else category_lines(found.categories[category]):
        click.echo(line)


@policy.command(name="diff")
@click.argument("folders", nargs=-1, required=True, metavar="[OLD] NEW", type=click.Path(path_type=Path))
@click.option("--words-only", is_flag=True, help="Compare the files only; judge no stored page.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def difference(workspace: Path, folders: tuple[Path, ...], words_only: bool, as_json: bool) -> None:
    """Say what changed from policy folder OLD (the workspace's own) to NEW, and what it would do.

    Where the workspace holds stored pages, they are judged by both policies, offline, and nothing is stored:
    which links would be listed or not, wait for a moderator, or bear another category or grade.
    """
    from blocklist.commands.effects import as_json as effects_json
    from blocklist.commands.effects import effects, lines_of

    if len(folders) > 2:  # noqa: PLR2004 - old and new
        raise InputError("policy diff compares two policies; name one folder or two")
    old, new = _load(workspace, folders[0] if len(folders) > 1 else None), load_policy(folders[-1])
    changes = diff(old, new)
    judged = None if words_only or old.digest == new.digest else effects(workspace, old, new)
    if as_json:
        said: dict[str, Any] = {
            "changes": [{"place": one.place, "old": one.old, "new": one.new} for one in changes],
            "effects": None if judged is None else effects_json(*judged),
        }
        click.echo(orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode())
        return
    for one in changes:
        click.echo(one.place)
        if one.old:
            click.echo(f"  - {one.old}")
        if one.new:
            click.echo(f"  + {one.new}")
    if not changes:
        click.echo("no difference")
    if judged is not None:
        click.echo("")
        for line in lines_of(*judged):
            click.echo(line)


@policy.command()
@click.argument("corpora", nargs=-1, required=True, metavar="CORPUS…", type=click.Path(path_type=Path))
@click.option("--most", type=click.IntRange(1, 1000), default=20, show_default=True,
              help="Words proposed for each category.")  # fmt: skip
@click.option("--semantic", is_flag=True,
              help="The nearest in meaning to the category first; needs the semantic extra.")  # fmt: skip
@click.option("--folds", type=click.Choice(["all", "even", "odd"]), default="all", show_default=True,
              help="Only rows whose cluster's hash is even or odd.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def propose(
    workspace: Path, corpora: tuple[Path, ...], most: int, semantic: bool, folds: str, as_json: bool
) -> None:
    """Propose words that the policy may lack, from labelled rows (as `evaluate` reads them).

    Words that offers use which are not listed by themselves, that innocent rows hardly use, and that the
    policy does not know. A person decides; nothing is changed.
    """
    (point,) = entry_points(group="linkgazette.stages", name="propose")
    found = list(point.load()(corpora, _load(workspace, None), folds=folds, most=most, semantic=semantic))
    if as_json:
        click.echo(orjson.dumps({"proposals": found}, option=orjson.OPT_SORT_KEYS).decode())
        return
    for category, rows in groupby(found, itemgetter("category")):
        click.echo(category)
        for row in rows:
            near = f", near {row['near']:+.3f}" if "near" in row else ""
            said = f"{row['sites']} sites and posters, {row['innocent']} innocent rows"
            click.echo(f"  {row['word']}  ({said}, score {row['score']:g}{near})")
    if not found:
        click.echo("nothing to propose")


def _load(workspace: Path, folder: Path | None) -> Policy:
    if folder is not None:
        return load_policy(folder)
    from blocklist.config import load_config

    return load_policy(load_config(workspace).policy.path)


def _as_json(value: object) -> Any:
    """Return what orjson knows for what it does not: read-only mappings and sets."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError

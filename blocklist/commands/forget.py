"""``linkgazette forget``: a person leaves the record, and the record is searched for what is left."""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from blocklist.commands.terminal import seat
from blocklist.errors import InputError
from blocklist.model import Pseudonym
from blocklist.privacy.pseudonyms import TAG

_PSEUDONYM = re.compile(rf"(?:account|group|content|reporter):{TAG}")
_NUMBER = re.compile(r"[0-9]{1,18}")  # SQLite holds no larger one
_RAW = {
    "account": ("account",),
    "group": ("group",),
    "content": ("content",),
    "reporter": ("reporter",),
    "person": ("account", "reporter"),
}


@click.command()
@click.argument("kind", type=click.Choice([*_RAW, "pseudonym", "appeal"]))
@click.argument("ids", nargs=-1, required=True, metavar="ID…|-")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def forget(workspace: Path, kind: str, ids: tuple[str, ...], as_json: bool) -> None:
    """Erase people: by the platform's own ids, by pseudonym, or what was said in an appeal, by its number.

    A person is an account and a reporter of one id. With - the ids are read from standard input, one a line,
    and so stay out of the shell's history. Shares lose the person and with them every measure; the database
    file is then written anew and searched. Exit code 1: something was found, and it says where. Pseudonyms by
    earlier keys (`keys people`) go too, as long as those keys are there.

    Back-ups keep what they hold, and a later report brings a person in again.
    """
    from blocklist.casework.forgetting import forget_appeals, forget_people, prove
    from blocklist.store import open_workspace
    from blocklist.store.people import Forgotten

    now, by = datetime.now(UTC), seat()
    given = list(dict.fromkeys(_given(ids)))
    if not given:
        raise InputError("no id was given")
    with open_workspace(workspace, create=False) as opened:
        if kind == "appeal":
            done, raw = Forgotten(), list[str]()
            erased = forget_appeals(opened, [_number(each) for each in given], by=by, now=now)
        else:
            raw = given if kind in _RAW else []
            if raw:
                made = opened.pseudonymiser
                people = [one for each in given for name in _RAW[kind] for one in made.every(name, each)]
            else:
                people = [_pseudonym(each) for each in given]
            people = list(opened.successions.kin(people))
            done = forget_people(opened, people, by=by, now=now)
            erased = [person.partition(":")[2].encode() for person in people]
        proof = prove(opened, raw=raw, erased=erased)
    left = bool(proof.files or proof.columns)
    if as_json:
        said = {
            "shares": done.shares,
            "removed": done.removed,
            "announcements": done.announcements,
            "appeals": len(given) if kind == "appeal" else 0,
            "found_in_files": proof.files,
            "found_in_columns": proof.columns,
            "not_searched": proof.unsearched,
        }
        click.echo(orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode())
    else:
        click.echo(
            f"erased in {len(given)} appeals"
            if kind == "appeal"
            else f"erased in {done.shares} shares, {done.removed} of them removed whole, and in "
            f"{done.announcements} announcements" + ("; publish again" if done.announcements else "")
        )
        _say_found(proof.files, proof.columns, proof.unsearched)
    sys.exit(1 if left else 0)


def _say_found(files: tuple[str, ...], columns: dict[str, int], unsearched: int) -> None:
    click.echo(
        f"STILL FOUND in {', '.join(files)}"
        if files
        else "searched: nothing of it is in the database's files"
    )
    for name, count in sorted(columns.items()):
        click.echo(
            f"the raw id is a word of {name} in {count} rows: an address or a text that strangers wrote"
        )
    if unsearched:
        click.echo(f"{unsearched} ids are too short to be searched for as words")


def _given(ids: tuple[str, ...]) -> Iterator[str]:
    for each in ids:
        if each == "-":
            yield from (line.strip() for line in sys.stdin if line.strip())
        else:
            yield each.strip()


def _pseudonym(text: str) -> Pseudonym:
    if not _PSEUDONYM.fullmatch(text):
        raise InputError("a pseudonym is account:, group:, content: or reporter: and 32 hexadecimal digits")
    return Pseudonym(text)


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise InputError("an appeal is named by its number; see `linkgazette appeal list`")
    return int(text)

"""How commands of the desk show strangers' words, and the options that they share.

What a page or a reporter wrote is shown as text: addresses defanged, control and direction characters written
out, so that nothing on the screen acts or reads otherwise than it is.
"""

import unicodedata
from typing import Any

import click
import orjson

from blocklist.urls import defang

_JSON = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z
_CONTROLLING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories whose characters a terminal may obey, or a reader cannot see."""

NUMBER = click.IntRange(0, 2**63 - 1)
"""The number of a thing that is kept: SQLite holds no larger one."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
by_option = click.option(
    "--by",
    envvar="USER",
    required=True,
    metavar="NAME",
    show_envvar=True,
    help="Who decides; kept on record.",
)
reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why; kept on record.")


def plain(text: str) -> str:
    r"""Write out each character that a terminal may obey or a reader cannot see, as ``\u202e``."""
    return "".join(_written(char) if unicodedata.category(char) in _CONTROLLING else char for char in text)


def _written(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"  # noqa: PLR2004 - the BMP


def shown_url(url: str) -> str:
    """Return an address that nothing on the screen follows."""
    return defang(plain(url))


def print_json(value: Any) -> None:
    """Print one JSON object."""
    click.echo(orjson.dumps(value, option=_JSON))

"""A format of somebody else's: one file and an entry point in a package of their own, beside ours."""

import os
import re
import subprocess
import sys
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import orjson
import pytest

from blocklist.errors import InputError
from blocklist.formats import Format
from blocklist.formats import installed as installed_formats
from blocklist.model import Label
from tests.list_workspace import SHOPS, visited

pytestmark = pytest.mark.edge

MODULE = '''
"""``acme.txt``: a host a line, for a firewall that the house has never heard of."""
from blocklist.formats import Claim, Format
from blocklist.formats.base import commented
from blocklist.formats.lines import checked_name, numbered_lines
from blocklist.model import Scope

def parse(data):
    lines = numbered_lines(data, "acme.txt", "#")
    return tuple(Claim(Scope.HOST, checked_name(line[5:], "acme.txt", number)) for number, line in lines)

ACME = Format(
    name="acme", filename="acme.txt", media_type="text/plain", scopes=frozenset({Scope.HOST}),
    head=commented("#"), say=lambda rule: rule.not_a_name or [f"deny {rule.host}"], parse=parse,
)
'''
PUBLISHED = """
import json, sys
from pathlib import Path
from blocklist.release.publish import make_release
from blocklist.release.verify import verify
from blocklist.store import open_workspace
from tests.list_makers import NOW
from tests.list_workspace import plain_pages

home = Path(sys.argv[1])
with open_workspace(home / "ws", create=False) as opened:
    make_release(opened, home / "public", now=NOW, pages=plain_pages)
print(json.dumps(verify(home / "public", now=NOW).problems))
"""


def installed(folder: Path, point: str = "acme_formats:ACME") -> dict[str, str]:
    """Install the package below ``folder``; return the environment in which it is there."""
    (folder / "acme_formats.py").write_text(MODULE)
    about = folder / "acme-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[linkgazette.formats]\nacme = {point}\n")
    root = str(Path(__file__).parents[1])
    return os.environ | {"PYTHONPATH": os.pathsep.join((str(folder), root))}


def test_it_is_in_every_set_packed_counted_and_verified(tmp_path: Path) -> None:
    visited(tmp_path / "ws", dict.fromkeys(SHOPS, Label.CONTRABAND))
    ran = subprocess.run(
        [sys.executable, "-c", PUBLISHED, str(tmp_path)],
        env=installed(tmp_path),
        check=True,
        capture_output=True,
        text=True,
    )
    assert orjson.loads(ran.stdout) == []
    folder = tmp_path / "public" / "list"
    text = (folder / "acme.txt").read_text()
    assert "# Licence: CC0-1.0\n" in text
    assert text.endswith("\ndeny shop.example\n")
    described = orjson.loads((folder / "manifest.json").read_bytes())["files"]
    assert described["acme.txt"]["entries"] == 1
    assert described["acme.txt"]["omitted"] == {"scope-url": 2}
    assert {
        "acme.txt.zst",
        "by-category/gambling/acme.txt",
        "min-grade/4/acme.txt",
        "names/acme.txt.gz",
    } <= set(described)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("blocklist.formats.nowhere:ACME", "acme of an unknown package does not load (No module named"),
        ("blocklist.formats.rpz:ACME", "acme of an unknown package does not load (module 'blocklist."),
        ("blocklist.formats.rpz:parse", "acme of an unknown package is no Format; mend or uninstall it"),
        ("blocklist.formats.rpz:RPZ", "writes rpz.zone, as aaa of an unknown package does; uninstall one"),
    ],
)
def test_what_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, value: str, said: str) -> None:
    group = "linkgazette.formats"
    points = EntryPoints(
        (EntryPoint("aaa", "blocklist.formats.rpz:RPZ", group), EntryPoint("acme", value, group))
    )
    monkeypatch.setattr(installed_formats, "entry_points", points.select)
    with pytest.raises(InputError, match=re.escape(said)):
        installed_formats.installed(group, Format, lambda each: each.filename)


def test_a_command_says_it_in_one_line(tmp_path: Path) -> None:
    workspace = visited(tmp_path / "ws", dict.fromkeys(SHOPS, Label.CONTRABAND))
    ran = subprocess.run(
        [Path(sys.executable).with_name("linkgazette"), "--workspace", workspace, "publish"],
        env=installed(tmp_path, "nowhere:ACME"),
        check=False,
        capture_output=True,
        text=True,
    )
    *_, line = ran.stderr.splitlines()
    assert "Traceback" not in ran.stderr
    assert "acme of acme does not load (No module named 'nowhere'); mend or uninstall it" in line
    assert ran.returncode == 2

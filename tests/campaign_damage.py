"""What comes in broken: damaged databases, published folders that were altered, files of shares at random.

Held to: no traceback, no unforeseen error, one line and the promised exit code; a wrong list is never taken
for a right one; a row is accepted, known or rejected, and nothing else.
"""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson

from blocklist.errors import LinkgazetteError
from blocklist.lookup import open_list
from tests.campaign_child import call
from tests.campaign_points import DAYS, FIRST
from tests.list_makers import NOW
from tests.list_workspace import SHOPS, files_of, visited

ROWS = 10_000  # lines

Damage = Callable[[random.Random, bytearray], bytes]


def _flip(chance: random.Random, data: bytearray) -> bytes:
    for _ in range(chance.choice((1, 3, 40))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _cut(chance: random.Random, data: bytearray) -> bytes:
    return bytes(data[: chance.randrange(len(data))])


def _blank(chance: random.Random, data: bytearray) -> bytes:
    at = chance.randrange(len(data))
    size = min(chance.choice((16, 512, 4096)), len(data) - at)
    data[at : at + size] = bytes(size)
    return bytes(data)


def _noise(chance: random.Random, data: bytearray) -> bytes:
    at = chance.randrange(len(data))
    size = min(4096, len(data) - at)
    data[at : at + size] = chance.randbytes(size)
    return bytes(data)


def _longer(chance: random.Random, data: bytearray) -> bytes:
    return bytes(data) + chance.randbytes(chance.randrange(1, 5000))


def _nothing(_chance: random.Random, _data: bytearray) -> bytes:
    return b""


def _other(chance: random.Random, _data: bytearray) -> bytes:
    return chance.choice((b"{}", b"[]", b"null", b"\xff\xfe", b"<html>", b"\0" * 64, b"{" * 5000))


DAMAGES: tuple[Damage, ...] = (_flip, _cut, _blank, _noise, _longer, _nothing, _other)


def _hurt(chance: random.Random, path: Path) -> str:
    """Damage a file so that it differs; return how."""
    before = path.read_bytes()
    while True:
        damage = chance.choice(DAMAGES)
        after = damage(chance, bytearray(before)) if before else chance.randbytes(9)
        if after != before:
            break
    path.unlink()  # other releases may be the same inode
    path.write_bytes(after)
    return f"{damage.__name__.strip('_')} {path.name}"


def database(scratch: Path, cases: int, seed: int) -> Iterator[str]:
    """A damaged database asked by eleven commands: one line, the promised exit code"""
    start = scratch / "start"
    visited(start / "ws", FIRST)
    (start / "shares.txt").write_text("http://new.example/\n")
    assert call("--workspace", "ws", "publish", "--now", DAYS[0], folder=start).code == 0
    with sqlite3.connect(start / "ws/linkgazette.db") as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.close()
    asked = (
        ("doctor",), ("review", "list"), ("lookup", SHOPS[0]), ("measures",), ("policy", "diff", "mine"),
        ("intake", "shares.txt"), ("publish", "--now", DAYS[1]), ("prune",), ("reclassify",),
        ("export", "entries", "--out", "t.csv"), ("export", "workspace", "copy"),
    )  # fmt: skip
    assert call("policy", "copy", "mine", folder=start).code == 0
    for case in range(cases):
        chance = random.Random(f"{seed}/{case}")
        folder = scratch / "case"
        shutil.copytree(start, folder, symlinks=True)
        how = _hurt(chance, folder / "ws/linkgazette.db")
        commands = chance.sample(asked, 3)
        faults = (call("--workspace", "ws", *command, folder=folder).fault() for command in commands)
        found = [(command, fault) for command, fault in zip(commands, faults, strict=True) if fault]
        yield f"{how}: {found}" if found else ""
        shutil.rmtree(folder)


def release(scratch: Path, cases: int, seed: int) -> Iterator[str]:
    """A published file altered: `verify` says so, `pull` takes no wrong copy, look-ups do not break"""
    start = scratch / "start"
    visited(start / "ws", FIRST)
    (start / "ws/linkgazette.toml").write_text('[sign]\nkey = "sign.key"\n[site]\nlanguages = ["en"]\n')
    key = call("--workspace", "ws", "keys", "make", folder=start).out.split()[-1]
    assert call("--workspace", "ws", "publish", "--now", DAYS[0], folder=start).code == 0
    good = start / "public"
    right = {
        name: data
        for name, data in files_of(good).items()
        if name.startswith("list/") and "/" not in name[5:]
    }
    names = sorted(name for name in files_of(good))
    for case in range(cases):
        chance = random.Random(f"{seed}/{case}")
        folder = scratch / "case"
        shutil.copytree(good.resolve(), folder / "public")
        listed = [name for name in names if name in right or name.startswith("history/")]
        name = chance.choice(listed if case % 2 else names)
        gone = not chance.randrange(6)
        if gone:
            (folder / "public" / name).unlink()
            how = f"without {name}"
        else:
            how = f"{_hurt(chance, folder / 'public' / name)} ({name})"
        yield _told(folder, how, key, right)
        shutil.rmtree(folder)


def _told(folder: Path, how: str, key: str, right: dict[str, bytes]) -> str:
    told = call("verify", "public", "--key", key, "--now", DAYS[0], folder=folder)
    if told.fault() or (told.code == 0 and _signed_part(folder / "public", right)):
        return f"{how}: verify ended with {told.code}: {told.fault()}{told.out[-200:]}"
    pulled = call("pull", "public", "copy", "--key", key, "--now", DAYS[0], folder=folder)
    if pulled.fault():
        return f"{how}: pull: {pulled.fault()}"
    if pulled.code == 0:
        copied = {name: data for name, data in files_of(folder / "copy").items() if name.startswith("list/")}
        wrong = [each for each, data in copied.items() if each in right and data != right[each]]
        if wrong:
            return f"{how}: pull took a wrong {wrong}"
    asked = call("lookup", *SHOPS, "--list", "public", "--now", DAYS[0], folder=folder)
    if asked.fault():
        return f"{how}: lookup: {asked.fault()}"
    try:
        found = open_list(folder / "public")
        for shop in SHOPS:
            found.check(shop, now=NOW)
    except LinkgazetteError:
        pass
    except Exception as problem:  # noqa: BLE001 - whatever it is, a caller did not expect it
        return f"{how}: the library raised {type(problem).__name__}: {problem}"
    return ""


def _signed_part(public: Path, right: dict[str, bytes]) -> bool:
    """Tell whether more was altered than a signature's first line, which minisign calls untrusted."""

    def said(data: bytes) -> bytes:
        return data.partition(b"\n")[2]

    for name, data in right.items():
        path = public / name
        found = path.read_bytes() if path.exists() else b""
        same = said(found) == said(data) if name.endswith(".minisig") else found == data
        if not same:
            return True
    return False


# --- files of shares -----------------------------------------------------------------------------------

_URLS = (
    "http://shop.example/p/{n}", "https://例子.example/{n}", "HTTP://A.EXAMPLE:80/../{n}",
    "javascript:alert({n})", "http://user:pw@x.example/{n}", "http://[::1]/{n}", "http://1.2.3.4/{n}", "",
    "http://x.example/{n}#frag", "//x.example/{n}", "http://x.example/" + "a" * 3000 + "{n}",
    "ftp://x.example/{n}",
    "http://x.example/?q=%00{n}", "\u202ehttp://x.example/{n}", "http://xn--0.example/{n}", "http:///{n}",
    "http://exa mple/{n}",
)  # fmt: skip
_WORDS = ("", "x", "张三", "=1+1", "\u202e", "a" * 5000, "\ud83d", "null", '"', "\\", "\x1b[31m", "é\u0301")
_BYTES = bytes(range(0x20, 0x100))
"""Without controls: a file with them is refused whole, as binary."""


def _object(chance: random.Random, number: int) -> bytes:
    keys = (
        *(
            "url",
            "text",
            "surface",
            "account",
            "account_name",
            "group",
            "group_name",
            "reporter",
            "shared_at",
        ),
        *("forwarded", "content_id", "preview_title", "preview_description", "unknown"),
    )
    row = {key: _value(chance, number) for key in chance.sample(keys, chance.randrange(8))}
    if chance.randrange(3):
        row["url"] = chance.choice(_URLS).format(n=number)
    try:
        return orjson.dumps(row)
    except TypeError:  # half a surrogate pair
        return str(row).encode("utf-8", "replace")


def _value(chance: random.Random, number: int) -> object:
    texts = [
        chance.choice(_WORDS),
        chance.choice(_URLS).format(n=number),
        "2026-03-01T00:00:00Z",
        "2026-13-99",
    ]
    return chance.choice([*texts, number, -1.5, True, None, [], {}, 10**30 % 2**63, [["x"]], {"a": {"b": 1}}])


def _line(chance: random.Random, number: int) -> bytes:
    kind = chance.randrange(10)
    if kind < 6:
        return _object(chance, number)
    if kind == 6:
        return bytes(chance.choices(_BYTES, k=chance.randrange(200)))
    if kind == 7:
        return _object(chance, number)[: chance.randrange(40)]
    if kind == 8:
        return f"{chance.choice(_WORDS)} {chance.choice(_URLS)} {chance.choice(_WORDS)}".encode(
            "utf-8", "replace"
        )
    return b'"' * chance.randrange(3) + b",".join(_object(chance, number)[:20] for _ in range(4))


def intake(scratch: Path, cases: int, seed: int) -> Iterator[str]:
    """Files of 10,000 random lines taken in, twice: every row counted, nothing twice, database whole"""
    for case in range(cases):
        chance = random.Random(f"{seed}/{case}")
        folder = scratch / "case"
        folder.mkdir()
        suffix = chance.choice((".jsonl", ".csv", ".txt", ".json"))
        rows = [(_object if suffix == ".json" else _line)(chance, number) for number in range(ROWS)]
        between = {".json": b",\n"}.get(suffix, chance.choice((b"\n", b"\r\n")))
        text = between.join(rows)
        text = {".csv": b"url,account,surface,shared_at\n" + text, ".json": b"[" + text + b"]"}.get(
            suffix, text
        )
        if not chance.randrange(4):
            text = text[: chance.randrange(len(text))]
        bom = chance.choice((b"", b"", b"\xef\xbb\xbf"))
        (folder / f"shares{suffix}").write_bytes(bom + text)
        yield _taken(folder, f"shares{suffix}")
        shutil.rmtree(folder)


def _taken(folder: Path, name: str) -> str:
    counts = []
    for _ in range(2):
        ended = call("--workspace", "ws", "intake", name, "--json", folder=folder)
        if fault := ended.fault(codes=(0, 2)):
            return f"{name}: {fault}"
        if ended.code == 2:
            return "" if not (folder / "ws/linkgazette.db").exists() else f"{name}: refused and yet stored"
        counts.append(orjson.loads(ended.out))
    first, again = counts
    for one in counts:
        if one["accepted"] + one["duplicate"] + one["rejected"] < one["read"]:
            return f"{name}: rows that are neither accepted, known nor rejected: {one | {'errors': ...}}"
    if again["accepted"] or again["links_new"]:
        return f"{name}: taken in again: {again | {'errors': ...}}"
    if again["rejected"] != first["rejected"]:
        return f"{name}: rejected {first['rejected']} rows and then {again['rejected']}"
    said = call("--workspace", "ws", "doctor", folder=folder)
    return said.fault(codes=(0,))


TRIED = {"database": database, "release": release, "intake": intake}

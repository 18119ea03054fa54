"""What changed, as others' own code brings it: AdGuard's updater by patches, BIND by its journal."""

import json
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.errors import FormatError
from blocklist.formats.adblock_patch import (
    KEPT,
    TAG,
    apply_patch,
    named_patch,
    patch_name,
    patch_serial,
    write_patch,
)
from blocklist.model import Label
from blocklist.release.publish import make_release
from blocklist.release.verify import verify
from blocklist.store import open_workspace
from tests.consumers import PATH, free_port, program
from tests.consumers_engines import ENGINES, node
from tests.list_makers import DAY, NOW
from tests.list_workspace import SHOPS, plain_pages, visit, visited
from tests.site_recipes import RECIPES

pytestmark = pytest.mark.edge

ADBLOCK = "list/adblock.txt"
lines = st.lists(st.sampled_from([b"%c\n" % letter for letter in b"abcdefghij"]), max_size=9)


@settings(max_examples=300, deadline=None)
@given(lines, lines)
def test_a_patch_leads_from_any_lines_to_any_others(old: list[bytes], new: list[bytes]) -> None:
    was, now = b"".join(old), b"".join(new)
    assert apply_patch(was, write_patch(was, now), "patch") == now


@settings(max_examples=300, deadline=None)
@given(lines.map(lambda each: sorted(set(each))), lines.map(lambda each: sorted(set(each))))
def test_lists_of_one_order_give_no_more_than_what_changed(old: list[bytes], new: list[bytes]) -> None:
    steps = [line for line in write_patch(b"".join(old), b"".join(new)).splitlines()[1:] if b" " in line]
    gone, come = (sum(int(step.split()[1]) for step in steps if step[:1] == kind) for kind in (b"d", b"a"))
    assert (gone, come) == (len({*old} - {*new}), len({*new} - {*old}))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 300), st.integers(0, 300), lines, lines)
def test_however_long_what_is_alike_only_the_difference_is_said(
    before: int, after: int, old: list[bytes], new: list[bytes]
) -> None:
    start = [b"%d" % number * (number % 40) + b"\n" for number in range(before)]
    end = [b"-%d\n" % number for number in range(after)]
    was, now = (b"".join((*start, *each, *end)) for each in (old, new))
    patch = write_patch(was, now)
    assert apply_patch(was, patch, "patch") == now
    assert patch.count(b"\n") <= 1 + 3 * (len(old) + len(new))


def test_the_file_says_where_its_patch_will_lie() -> None:
    name = patch_name(41, NOW)
    assert name == "patch/adblock_000041-s-1772366400-3600.patch"
    assert patch_serial(name) == patch_serial(f"by-category/tobacco/{name}") == 41
    assert named_patch([b"! Title: x\n", f"{TAG}{name}\n".encode()]) == name
    assert named_patch([f"{TAG}../../elsewhere.patch\n".encode()]) is None


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        (b"", "line 1"),
        (b"diff checksum:%s lines:2\nd1 1\n" % (b"0" * 40), "line 1"),
        (b"diff checksum:%s lines:1\nx1 1\n" % (b"0" * 40), "line 2"),
        (b"diff checksum:%s lines:2\na1 2\nb\n" % (b"0" * 40), "line 2"),
        (b"diff checksum:%s lines:1\nd9 1\n" % (b"0" * 40), "take the whole file"),
        (b"diff checksum:%s lines:1\nd1 1\n" % (b"0" * 40), "take the whole file"),
    ],
)
def test_what_is_no_patch_is_refused(patch: bytes, said: str) -> None:
    with pytest.raises(FormatError, match=rf"^p: .*{said}|^p {said}"):
        apply_patch(b"a\nb\n", patch, "p")


# --- published ------------------------------------------------------------------------------------------

STEPS = 4


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Releases in a row, each with a host more; the second without one of the first."""
    folder = tmp_path_factory.mktemp("home")
    visited(folder / "ws", dict.fromkeys([*SHOPS, "http://host0.example/"], Label.CONTRABAND))
    for day in range(STEPS):
        with open_workspace(folder / "ws", create=False) as opened:
            if day:
                seen = {f"http://host{day}.example/": Label.CONTRABAND}
                if day == 1:
                    seen["http://host0.example/"] = Label.CLEAR
                visit(opened, seen, at=NOW + day * DAY)
            make_release(
                opened, folder / "public", now=NOW + day * DAY, pages=plain_pages, override="A: test"
            )
    return folder


def release(home: Path, serial: int, name: str) -> bytes:
    return (home / "public.releases" / f"{serial:06}" / name).read_bytes()


def test_a_release_brings_the_patch_that_the_one_before_named_and_keeps_its_patches(home: Path) -> None:
    assert verify(home / "public", now=NOW + STEPS * DAY).problems == ()
    patches = sorted((home / "public/list/patch").iterdir())
    assert [patch_serial(f"patch/{each.name}") for each in patches] == list(range(1, STEPS))
    for serial, patch in enumerate(patches, start=1):
        old = release(home, serial, ADBLOCK)
        assert named_patch(old.splitlines(keepends=True)) == f"patch/{patch.name}"
        assert apply_patch(old, patch.read_bytes(), patch.name) == release(home, serial + 1, ADBLOCK)
    assert sorted((home / "public/list/min-grade/2/patch").iterdir())


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        (
            "adblock_000003-s-1772539200-3600.patch",
            b"diff checksum:%s lines:0\n" % (b"0" * 40),
            "does not lead",
        ),
        ("adblock_000003-s-1772539200-3600.patch", b"", "is not the head"),
        ("adblock_000009-s-1772539200-3600.patch", b"", "does not lead to this release"),
        ("other.patch", b"", "is not in the manifest"),
    ],
)
def test_a_patch_that_lies_is_found(home: Path, name: str, data: bytes, problem: str) -> None:
    path = home / "public/list/patch" / name
    kept = path.read_bytes() if path.exists() else None
    path.unlink(missing_ok=True)
    path.write_bytes(data)
    try:
        (found,) = verify(home / "public", now=NOW + STEPS * DAY).problems
    finally:
        path.unlink()
        if kept is not None:
            path.write_bytes(kept)
    assert name in found
    assert problem in found


def test_no_patch_is_made_from_a_file_that_somebody_altered(tmp_path: Path) -> None:
    # Found by reading: the file says where its patch is to lie, be it outside of the release.
    visited(tmp_path / "ws", dict.fromkeys(SHOPS, Label.CONTRABAND))
    with open_workspace(tmp_path / "ws", create=False) as opened:
        make_release(opened, tmp_path / "public", now=NOW, pages=plain_pages)
        path = tmp_path / "public" / ADBLOCK
        data = path.read_bytes()
        path.unlink()
        path.write_bytes(data.replace(b"Diff-Path: patch/", b"Diff-Path: patch/../../../../patch/"))
        make_release(opened, tmp_path / "public", now=NOW + DAY, pages=plain_pages)
    assert not (tmp_path / "public/list/patch").exists()
    assert verify(tmp_path / "public", now=NOW + DAY).problems == ()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def updated(url: str, text: bytes) -> bytes:
    """Return what AdGuard's updater makes of a list that was fetched from ``url`` once."""
    now = (NOW + STEPS * DAY).timestamp() * 1000
    asked = json.dumps({"url": url, "text": text.decode(), "now": now})
    ran = subprocess.run(
        [node(), str(ENGINES / "patch.mjs")],
        input=asked.encode(),
        check=True,
        capture_output=True,
        timeout=60,
    )
    return ran.stdout


def test_adguards_own_code_brings_every_release_up_to_date(home: Path) -> None:
    newest = (home / "public" / ADBLOCK).read_bytes()
    with served(home / "public") as url:
        for serial in range(1, STEPS + 1):
            assert updated(f"{url}/{ADBLOCK}", release(home, serial, ADBLOCK)) == newest
        category = "list/min-grade/2/adblock.txt"
        assert updated(f"{url}/{category}", release(home, 1, category)) == release(home, STEPS, category)


def test_who_missed_thirty_finds_no_patch_and_a_file_that_says_when_to_take_it_whole(home: Path) -> None:
    assert KEPT == 30
    old = release(home, 1, ADBLOCK).replace(b"patch/adblock_000001", b"patch/adblock_000000")
    with served(home / "public") as url:
        assert updated(f"{url}/{ADBLOCK}", old) == old
    assert b"\n! Expires: 6 hours\n" in old


# --- BIND -----------------------------------------------------------------------------------------------


def transferred(port: int, serial: int) -> list[str]:
    """Return the records of an incremental transfer from ``serial``: owner, type and data, in their order."""
    asked = [program("dig"), "+noall", "+answer", "-p", str(port), "@127.0.0.1", "linkgazette.rpz"]
    said = subprocess.run(
        [*asked, f"IXFR={serial}"], check=True, capture_output=True, text=True, env={"PATH": PATH}, timeout=20
    )
    rows = [line.split(None, 4) for line in said.stdout.splitlines() if line and not line.startswith(";")]
    return [f"{name.removesuffix('.linkgazette.rpz.')} {kind} {data}" for name, _, _, kind, data in rows]


def serial_of(record: str) -> int | None:
    found = re.fullmatch(r"\S+ SOA localhost\. hostmaster\.localhost\. ([0-9]+) .*", record)
    return int(found[1]) if found else None


def names_in(zone: bytes) -> set[str]:
    return {line for line in zone.decode().splitlines() if line.endswith(" CNAME .")}


def steps_of(records: list[str]) -> list[tuple[int, set[str]]]:
    """Split a transfer at its SOA records: each serial with what stands under it (RFC 1995, section 4)."""
    found: list[tuple[int, set[str]]] = []
    for record in records:
        serial = serial_of(record)
        if serial is None:
            found[-1][1].add(record)
        else:
            found.append((serial, set()))
    return found


@contextmanager
def primary(home: Path, folder: Path, lines: str = "") -> Iterator[tuple[Callable[[int], None], int]]:
    """Run BIND on the zone of release 1; give what hands it the zone of another, and its port.

    ``lines`` stand in the zone and say whom it tells; without, nobody.
    """
    port = free_port()
    zone = folder / "linkgazette.rpz"
    zone.write_bytes(release(home, 1, "list/rpz.zone"))
    (folder / "named.conf").write_text(
        f"""options {{
  directory "{folder}"; pid-file none; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
  recursion no; dnssec-validation no; notify {"explicit" if lines else "no"}; session-keyfile none;
  notify-delay 0; allow-transfer {{ any; }}; max-ixfr-ratio unlimited;
}};
controls {{ }};
zone "linkgazette.rpz" {{ type primary; file "{zone}"; {lines or "ixfr-from-differences yes;"} }};
"""
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program("named"), "-g", "-c", str(folder / "named.conf"), "-n", "1"], stdout=log, stderr=log
        )
    try:

        def load(serial: int) -> None:
            fresh = folder / "fresh"
            fresh.write_bytes(release(home, serial, "list/rpz.zone"))
            fresh.replace(zone)
            process.send_signal(signal.SIGHUP)
            said(folder / "log", f"loaded serial {serial}\n")

        said(folder / "log", "loaded serial 1\n")
        yield load, port
    finally:
        process.terminate()
        process.wait(timeout=10)


def test_bind_transfers_exactly_what_changed(home: Path, tmp_path: Path) -> None:
    zones = {serial: names_in(release(home, serial, "list/rpz.zone")) for serial in range(1, STEPS + 1)}
    with primary(home, tmp_path) as (load, port):
        for serial in range(2, STEPS + 1):
            load(serial)
        steps = steps_of(transferred(port, 1))
    assert [serial for serial, _ in steps] == [4, 1, 2, 2, 3, 3, 4, 4]
    for serial in range(1, STEPS):
        gone, come = steps[2 * serial - 1][1], steps[2 * serial][1]
        assert gone == zones[serial] - zones[serial + 1]
        assert come == zones[serial + 1] - zones[serial]
    assert (steps[1][1], steps[2][1]) == ({"host0.example CNAME ."}, {"host1.example CNAME ."})


def test_a_name_server_behind_another_gets_what_changed_by_the_lines_of_the_page(
    home: Path, tmp_path: Path
) -> None:
    first, other = RECIPES["Several name servers"]
    behind = free_port()
    told = first.replace("also-notify { 192.0.2.53;", f"also-notify {{ 127.0.0.1 port {behind};")
    folder = tmp_path / "behind"
    folder.mkdir()
    with primary(home, tmp_path, told.replace("192.0.2.53", "127.0.0.1")) as (load, port):
        (folder / "named.conf").write_text(
            f"""options {{
  directory "{folder}"; pid-file none; listen-on port {behind} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
  recursion no; dnssec-validation no; notify no; session-keyfile none; notify-delay 0;
}};
controls {{ }};
{other.replace("192.0.2.1;", f"127.0.0.1 port {port};")}
"""
        )
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [program("named"), "-g", "-c", str(folder / "named.conf"), "-n", "1"], stdout=log, stderr=log
            )
        try:
            said(folder / "log", "transferred serial 1")
            load(2)
            said(folder / "log", "transferred serial 2")
        finally:
            process.terminate()
            process.wait(timeout=10)
    said(tmp_path / "log", "IXFR started (serial 1 -> 2)")


def said(log: Path, words: str) -> None:
    """Wait until a server says ``words``."""
    end = time.monotonic() + 10
    while words not in log.read_text(errors="replace"):
        assert time.monotonic() < end, log.read_text(errors="replace")
        time.sleep(0.02)


def test_bind_sends_the_whole_zone_to_who_missed_what_it_remembers(home: Path, tmp_path: Path) -> None:
    with primary(home, tmp_path) as (_, port):
        records = transferred(port, 0)
    assert serial_of(records[0]) == serial_of(records[-1]) == 1
    assert {each for each in records if each.endswith("CNAME .")} == names_in(
        release(home, 1, "list/rpz.zone")
    )

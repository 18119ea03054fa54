"""A consumer's copy: fetched from a web server on loopback, checked, never rolled back; and one question."""

import importlib
import os
import select
import shutil
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from blocklist.cli import root
from blocklist.errors import InputError, TroubleError, VerificationError
from blocklist.lookup import open_list
from blocklist.mirror import ask, open_source, pull
from blocklist.mirror.source import WebSource
from blocklist.model import Label
from blocklist.release.key_files import load_signing_key, make_key
from blocklist.release.publish import make_release
from blocklist.release.verify import verify
from blocklist.store import open_workspace
from tests.list_makers import DAY, NOW
from tests.list_workspace import SHOPS, plain_pages, unsafe_renames, visited

pytestmark = pytest.mark.edge

SOURCE = importlib.import_module("blocklist.mirror.source")
PULL = importlib.import_module("blocklist.mirror.pull")  # its name in the package is the function's


class Handler(SimpleHTTPRequestHandler):
    """Serve files, note what is asked for, and keep quiet."""

    asked: list[str]

    def __init__(self, *arguments: object, asked: list[str], **named: object) -> None:
        self.asked = asked
        super().__init__(*arguments, **named)  # type: ignore[arg-type] # as the server calls it

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.startswith("/moved/"):
            self.send_response(302)
            self.send_header("Location", "ftp://elsewhere.example/")
            self.end_headers()
        elif self.path.startswith("/broken/"):
            self.send_error(500)
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=str(folder), asked=asked)
    ) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def publish(folder: Path, *, days: int = 0) -> None:
    with open_workspace(folder / "ws", create=False) as opened:
        make_release(opened, folder / "public", now=NOW + days * DAY, pages=plain_pages)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    visited(tmp_path / "ws", dict.fromkeys(SHOPS, Label.CONTRABAND))
    publish(tmp_path)
    return tmp_path


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    visited(tmp_path / "ws", dict.fromkeys(SHOPS, Label.CONTRABAND))
    make_key(tmp_path / "ws" / "sign.key")
    (tmp_path / "ws" / "linkgazette.toml").write_text('[sign]\nkey = "sign.key"\n')
    publish(tmp_path)
    return tmp_path


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_copy_is_fetched_once_and_kept_fresh(home: Path) -> None:
    with served(home / "public") as (address, asked):
        first = pull(open_source(address), home / "copy", now=NOW)
        assert (first.serial, first.before, first.entries, first.changed) == (1, 0, 3, True)
        assert first.fetched == first.files > 10
        assert open_list(home / "copy").check(SHOPS[0], now=NOW) is not None
        assert "/list/rpz.zone.zst" in asked
        assert "/list/rpz.zone" not in asked
        asked.clear()
        again = pull(open_source(address), home / "copy", now=NOW)
        assert (again.changed, again.fetched) == (False, 0)
        assert len(asked) == 6  # the manifest, and what would sign it
        publish(home, days=1)
        later = pull(open_source(address), home / "copy", now=NOW + DAY)
        assert (later.serial, later.before) == (2, 1)
    for name in ("manifest.json", "rpz.zone", "entries.jsonl"):
        assert (home / "copy/list" / name).read_bytes() == (home / "public/list" / name).read_bytes()
    one, two = (home / "copy.releases" / f"00000{serial}/list/entries.jsonl" for serial in (1, 2))
    assert one.stat().st_ino == two.stat().st_ino


def test_the_whole_list_is_a_mirror_that_verifies(home: Path) -> None:
    with served(home / "public") as (address, _):
        pull(open_source(f"{address}/list/"), home / "copy", now=NOW, everything=True)
    assert names(home / "copy" / "list") == names(home / "public" / "list")
    assert verify(home / "copy" / "list", now=NOW).problems == ()


def test_some_files_are_fetched_and_others_later(home: Path) -> None:
    source = open_source(str(home / "public"))
    assert pull(source, home / "copy", now=NOW, only=["rpz.zone"]).files == 1
    assert names(home / "copy" / "list") == {"manifest.json", "rpz.zone"}
    more = pull(source, home / "copy", now=NOW, only=["rpz.zone", "by-category/*/urls.txt"])
    assert more.fetched == more.files - 1 > 10
    with pytest.raises(
        InputError, match=r"--only hosts: the list has no such file; its manifest names adblock\.txt"
    ):
        pull(source, home / "copy", now=NOW, only=["hosts"])


def test_a_file_that_somebody_changed_is_fetched_again(home: Path) -> None:
    source = open_source(str(home / "public"))
    pull(source, home / "copy", now=NOW)
    changed = home / "copy/list/urls.txt"
    changed.chmod(0o644)
    changed.write_text("http://innocent.example/\n")
    assert pull(source, home / "copy", now=NOW).fetched == 1
    assert changed.read_bytes() == (home / "public/list/urls.txt").read_bytes()


def test_who_holds_what_is_signed_already_fetches_a_signature_and_no_manifest(signed: Path) -> None:
    with served(signed / "public") as (address, asked):
        source = open_source(address)
        pull(source, signed / "copy", now=NOW)
        assert [name for name in asked if "manifest.json" in name] == [
            "/list/manifest.json.minisig", "/list/manifest.json.sig", "/list/manifest.json.zst",
        ]  # fmt: skip
        asked.clear()
        again = pull(source, signed / "copy", now=NOW)
        assert not again.changed
        assert again.bytes < 2000
        assert not [name for name in asked if name.startswith("/list/manifest.json") and "sig" not in name]
    assert verify(signed / "copy", now=NOW).problems == ()


def test_two_copies_are_kept_and_what_a_kill_left_is_swept(home: Path) -> None:
    for day in range(4):
        if day:
            publish(home, days=day)
        pull(open_source(str(home / "public")), home / "copy", now=NOW + day * DAY)
        (home / "copy.releases" / ".part-000009").mkdir()
    kept = sorted(path.name for path in (home / "copy.releases").iterdir())
    assert kept == [".linkgazette", ".part-000009", "000003", "000004", "pull.json"]


def altered(home: Path, name: str, data: bytes) -> Path:
    """A publication of which one file is another."""
    other = home / "other"
    shutil.copytree((home / "public").resolve(), other)
    (other / name).unlink()
    (other / name).write_bytes(data)
    for packed in other.glob(f"{name}.*"):
        packed.unlink()  # of a manifest; nobody serves one that was not made from it
    return other


def manifest_with(home: Path, **changed: object) -> bytes:
    said = orjson.loads((home / "public/list/manifest.json").read_bytes())
    return orjson.dumps(said | changed)


@pytest.mark.parametrize("name", ["urls.txt", "rpz.zone.zst"])
def test_a_file_that_the_manifest_does_not_name_is_not_taken(home: Path, name: str) -> None:
    other = altered(home, f"list/{name}", b"")
    (other / "list/urls.txt.zst").unlink(missing_ok=True)
    (other / "list/urls.txt.zst").write_bytes(b"")
    with pytest.raises(VerificationError, match="is not the file that the manifest names; nothing was taken"):
        pull(open_source(str(other)), home / "copy", now=NOW)
    assert not (home / "copy").exists()


@pytest.mark.parametrize(
    ("changed", "days", "problem"),
    [
        ({"serial": 1, "previous": ""}, 1, "older than 2, which is held: a roll-back"),
        ({"counts": {}}, 1, "is not a manifest of a release"),
        ({"files": {"urls.txt": {"sha256": "0" * 64, "bytes": 2**63}}}, 1, "bytes is no number under"),
        ({"license": "mine"}, 1, "is another than the one of that number that is held"),
        ({"serial": 3, "previous": "0" * 64}, 1, "does not follow release 2 that is held: another history"),
        ({}, 30, "is stale since 2026-03-09"),
        ({}, -1, "in the future"),
    ],
)
def test_what_is_not_to_be_trusted_is_refused_and_the_copy_stays(
    home: Path, changed: dict[str, object], days: int, problem: str
) -> None:
    publish(home, days=1)
    pull(open_source(str(home / "public")), home / "copy", now=NOW + DAY)
    before = (home / "copy").readlink()
    other = altered(home, "list/manifest.json", manifest_with(home, **changed))
    with pytest.raises((VerificationError, InputError), match=problem):
        pull(open_source(str(other)), home / "copy", now=NOW + days * DAY)
    assert (home / "copy").readlink() == before


def test_the_first_key_is_pinned(signed: Path) -> None:
    source = open_source(str(signed / "public"))
    assert pull(source, signed / "copy", now=NOW).signed_by
    assert (signed / "copy/list/rpz.zone.minisig").is_file()
    unsigned = signed / "unsigned"
    visited(unsigned / "ws", dict.fromkeys(SHOPS, Label.CONTRABAND))
    publish(unsigned)
    publish(unsigned, days=1)
    with pytest.raises(VerificationError, match=r"is not signed; it should be by key"):
        pull(open_source(str(unsigned / "public")), signed / "copy", now=NOW + DAY)
    stranger = load_signing_key(signed / "ws" / "sign.key").public
    with pytest.raises(VerificationError, match="is not signed"):
        pull(open_source(str(unsigned / "public")), signed / "new", now=NOW + DAY, key=stranger)


@pytest.mark.parametrize("damaged", [b"", b"x\n", None], ids=["blank", "other", "longer"])
def test_a_signature_of_a_file_that_is_none_is_not_taken(signed: Path, damaged: bytes | None) -> None:
    """It was handed on as it came (``tests.campaign --only release --seed 20261123``, cases 2 and 4)."""
    name = "list/urls.txt.minisig"
    whole = (signed / "public" / name).read_bytes()
    other = altered(signed, name, whole + b"and more\n" if damaged is None else damaged)
    with pytest.raises(VerificationError, match=r"urls\.txt\.minisig.*nothing was taken"):
        pull(open_source(str(other)), signed / "copy", now=NOW)
    assert not (signed / "copy").exists()


def test_a_publication_is_no_copy(home: Path) -> None:
    with pytest.raises(InputError, match="is a publication and no copy; pull into another folder"):
        pull(open_source(str(home / "public")), home / "public", now=NOW)


def test_trouble_on_the_way_is_trouble(home: Path) -> None:
    with served(home / "public") as (address, _):
        with pytest.raises(InputError, match="name the address of a published list"):
            pull(open_source(f"{address}/nowhere"), home / "copy", now=NOW)
        for path, problem in (("broken", "the server answers 500"), ("moved", "cannot be fetched .*ftp")):
            with pytest.raises(TroubleError, match=problem):
                pull(open_source(f"{address}/{path}"), home / "copy", now=NOW)
        with pytest.raises(TroubleError, match=r"holds more than the 10 bytes that were announced"):
            WebSource(address).read("manifest.json", 10)
    with pytest.raises(TroubleError, match="cannot be fetched"):
        pull(open_source(address), home / "copy", now=NOW)
    with pytest.raises(InputError, match="neither a folder nor an http or https address"):
        open_source("ftp://lists.example/")
    assert not (home / "copy").exists()


# --- one question ----------------------------------------------------------------------------------------


def test_asking_tells_the_publisher_a_shard_and_nothing_else(home: Path) -> None:
    with served(home / "public") as (address, asked):
        found = ask(
            open_source(address), [SHOPS[0], f"{SHOPS[0]}/deep?secret=7", "http://good.example/x", "no"]
        )
    assert [bool(answer.told) for answer in found.answers] == [True, True, False, False]
    assert found.answers[3].error
    shards = [path for path in asked if path.startswith("/list/prefixes/") and "sites" not in path]
    assert len(shards) == 2
    assert not any("good" in path or "secret" in path for path in asked)


def test_a_shard_that_was_changed_is_not_believed(home: Path) -> None:
    other = altered(home, "list/prefixes/sites.json", b'{"deeper":["example"]}')
    with pytest.raises(VerificationError, match=r"prefixes/sites\.json: is not the file"):
        ask(open_source(str(other)), [SHOPS[0]])


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(root, [*map(str, arguments), "--now", "2026-03-02T12:00:00Z"])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_commands(home: Path) -> None:
    with served(home / "public") as (address, _):
        result = run("lookup", SHOPS[0], "http://good.example/", "--list", address)
        assert result.exit_code == 1
        assert "LISTED      hxxp://shop[.]example/" in result.stdout
        assert "this host, every page and port of it; until 2026-" in result.stdout
        assert "not listed  hxxp://good[.]example/" in result.stdout
        report = orjson.loads(run("lookup", "no", SHOPS[0], "--list", address, "--json").stdout)
        assert [each["listed"] for each in report["results"]] == [None, True]
        said = run("pull", address, home / "copy").stdout
        assert said.startswith("release 1 (was 0): 3 entries, ")
        again = orjson.loads(run("pull", address, home / "copy", "--json").stdout)
        assert (again["changed"], again["serial"], again["fetched"]) == (False, 1, 0)
        with pytest.raises(InputError, match="contradict each other"):
            run("pull", address, home / "copy", "--only", "rpz.zone", "--all")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_trouble(home: Path) -> None:
    (home / "closed").mkdir(mode=0o500)
    with pytest.raises(TroubleError, match="cannot be written"):
        pull(open_source(str(home / "public")), home / "closed" / "copy", now=NOW)


def test_a_pull_that_was_killed_before_it_showed_anything_goes_on(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(PULL, "swap_in", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            pull(open_source(str(home / "public")), home / "copy", now=NOW)
    assert pull(open_source(str(home / "public")), home / "copy", now=NOW).changed


def test_a_copy_whose_pull_was_killed_after_it_was_shown_is_still_a_copy(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(PULL, "Pulled", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            pull(open_source(str(home / "public")), home / "copy", now=NOW)
    assert not pull(open_source(str(home / "public")), home / "copy", now=NOW).changed


@pytest.mark.parametrize(
    "speaks", [b"H", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n."], ids=["head", "body"]
)
def test_a_slow_server_does_not_hold_a_pull(
    home: Path, monkeypatch: pytest.MonkeyPatch, speaks: bytes
) -> None:
    """Each byte came in time for a limit on a read."""
    monkeypatch.setattr(SOURCE, "GRACE_S", 1)
    monkeypatch.setattr(SOURCE, "_OPTIONS", ())
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor() as pool:
        dripping = pool.submit(_drip, listening, speaks)
        with pytest.raises(TroubleError, match="cannot be fetched"):
            WebSource(f"http://127.0.0.1:{listening.getsockname()[1]}").read("manifest.json", 4000)
        dripping.result()


def _drip(listening: socket.socket, speaks: bytes) -> None:
    connection, _ = listening.accept()
    with connection, suppress(OSError):
        connection.sendall(speaks)
        while not select.select([connection], [], [], 0.2)[0] or connection.recv(65536):
            connection.sendall(b".")


@pytest.mark.parametrize("place", ["http://[::1", "HTTP://", "https://a b/"])
def test_what_is_no_address_is_said_so(place: str) -> None:
    with pytest.raises(InputError):
        open_source(place)


def test_an_address_may_be_written_in_capitals(home: Path) -> None:
    with served(home / "public") as (address, _):
        assert run("lookup", SHOPS[0], "--list", address.replace("http", "HTTP")).exit_code == 1


def test_a_password_in_an_address_is_refused_and_not_quoted() -> None:
    with pytest.raises(InputError, match="carries a user name or password") as caught:
        open_source("https://ann:secret@gazette.example/")
    assert "secret" not in str(caught.value)


# --- the copy, later --------------------------------------------------------------------------------------


def test_a_copy_verifies_though_it_has_no_pages_and_not_every_file(home: Path) -> None:
    for only in ((), ("rpz.zone",)):
        out = home / f"copy{len(only)}"
        pull(open_source(str(home / "public")), out, now=NOW, only=only)
        found = verify(out, now=NOW)
        assert (found.problems, found.pages) == ((), 0)
        assert found.files == len(names(out / "list")) - 1
    changed = home / "copy1/list/rpz.zone"
    changed.unlink()
    changed.write_text("$TTL 1\n")
    assert any("rpz.zone: is not the file" in each for each in verify(home / "copy1", now=NOW).problems)


@pytest.mark.parametrize("damage", [b"", b"{}", None], ids=["empty", "other", "gone"])
def test_a_damaged_manifest_of_a_copy_heals(home: Path, damage: bytes | None) -> None:
    publish(home, days=1)
    pull(open_source(str(home / "public")), home / "copy", now=NOW + DAY)
    manifest = home / "copy/list/manifest.json"
    manifest.unlink()
    if damage is not None:
        manifest.write_bytes(damage)
    with pytest.raises(VerificationError, match="older than 2, which is held: a roll-back"):
        pull(open_source(str(home / "public.releases/000001")), home / "copy", now=NOW + DAY)
    assert pull(open_source(str(home / "public")), home / "copy", now=NOW + DAY).before == 2
    assert verify(home / "copy", now=NOW + DAY).problems == ()


def test_the_number_of_what_is_held_is_its_folders(home: Path) -> None:
    # An altered manifest that calls itself older would let an older release in.
    publish(home, days=1)
    pull(open_source(str(home / "public")), home / "copy", now=NOW + DAY)
    manifest = home / "copy/list/manifest.json"
    altered = manifest.read_bytes().replace(b'"serial": 2', b'"serial": 1')
    manifest.unlink()
    manifest.write_bytes(altered)
    with pytest.raises(VerificationError, match="older than 2, which is held: a roll-back"):
        pull(open_source(str(home / "public.releases/000001")), home / "copy", now=NOW + DAY)
    assert pull(open_source(str(home / "public")), home / "copy", now=NOW + DAY).before == 2


def test_a_power_cut_leaves_neither_half_a_pin_nor_half_a_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsafe = unsafe_renames(monkeypatch)
    pull(open_source(str(home / "public")), home / "copy", now=NOW)
    pinned = (home / "copy.releases/pull.json").stat()
    changed = home / "copy/list/rpz.zone"
    changed.unlink()
    pull(open_source(str(home / "public")), home / "copy", now=NOW)
    assert changed.is_file()
    assert unsafe == []
    assert (home / "copy.releases/pull.json").stat().st_ino == pinned.st_ino  # what is so is not written


def test_a_list_without_shards_is_mirrored_without(home: Path) -> None:
    manifest = home / "public/list/manifest.json"
    said = orjson.loads(manifest.read_bytes())
    said["files"] = {name: each for name, each in said["files"].items() if "prefixes" not in name}
    for name in ("manifest.json", "manifest.json.zst", "manifest.json.gz"):
        (home / "public/list" / name).unlink()
    manifest.write_bytes(orjson.dumps(said))
    assert pull(open_source(str(home / "public")), home / "copy", now=NOW, everything=True).serial == 1


def test_a_history_may_grow_and_nothing_else(home: Path) -> None:
    pull(open_source(str(home / "public")), home / "copy", now=NOW)
    kept = (home / "copy/history/checkpoint").read_bytes()
    publish(home, days=1)
    with served(home / "public") as (address, asked):
        pull(open_source(address), home / "copy", now=NOW + DAY)
        assert next(path for path in asked if path.startswith("/history/")) == "/history/checkpoint"
    assert (home / "copy/history/checkpoint").read_bytes() != kept
    publish(home, days=2)
    for change, problem in (
        (lambda file: file.write_bytes(kept), "it was cut short"),
        (lambda file: file.write_bytes(kept.replace(b"\n4\n", b"\n9\n")), "try again|rewritten|cut short"),
        (lambda _: None, "shows no history, and did before"),
    ):
        other = altered(home, "history/checkpoint", b"")
        (other / "history/checkpoint").unlink()
        change(other / "history/checkpoint")
        with pytest.raises((VerificationError, TroubleError, InputError), match=problem):
            pull(open_source(str(other)), home / "copy", now=NOW + 2 * DAY)
        shutil.rmtree(other)
    assert pull(open_source(str(home / "public")), home / "copy", now=NOW + 2 * DAY).before == 2


def test_another_past_is_refused_though_its_manifests_follow(home: Path) -> None:
    """The publisher itself shows another log, of the same length and more."""
    pull(open_source(str(home / "public")), home / "copy", now=NOW)
    publish(home, days=1)
    shown = home / "copy/history/checkpoint"
    text = shown.read_bytes().split(b"\n")
    text[2] = text[2][:5] + (b"A" if text[2][5:6] != b"A" else b"B") + text[2][6:]
    shown.unlink()
    shown.write_bytes(b"\n".join(text))
    with pytest.raises(VerificationError, match="its history is not the one that it had: the past was rewr"):
        pull(open_source(str(home / "public")), home / "copy", now=NOW + DAY)
    assert (home / "copy").readlink().name == "000001"

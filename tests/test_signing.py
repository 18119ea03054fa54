"""Releases are signed in minisign's format, or not published; and what is not signed as it says is seen."""

import base64
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from blocklist.cli import root
from blocklist.errors import FormatError, InputError, LinkgazetteError, VerificationError
from blocklist.model import Label
from blocklist.release.key_files import make_key, rotate_key
from blocklist.release.minisign import SecretKey, parse_public, parse_secret
from blocklist.release.publish import make_release
from blocklist.release.ssh_signature import ssh_sign
from blocklist.release.verify import verify
from blocklist.store import open_workspace
from tests.consumers import program
from tests.list_makers import DAY, NOW
from tests.list_workspace import SHOPS, files_of, plain_pages, unsafe_renames, visited

pytestmark = pytest.mark.edge

KEY = SecretKey(key_id=bytes(range(8)), seed=bytes(range(32)))
OTHER = SecretKey(key_id=bytes(8), seed=bytes(32))
LISTED = dict.fromkeys(SHOPS, Label.CONTRABAND)


def publish(folder: Path, out: Path, days: int = 0) -> None:
    with open_workspace(folder, create=False) as opened:
        make_release(opened, out, now=NOW + days * DAY, pages=plain_pages)


@pytest.fixture
def signing(tmp_path: Path) -> Path:
    """A workspace that signs, with something to list."""
    workspace = visited(tmp_path / "ws", LISTED)
    (workspace / "linkgazette.toml").write_text('[sign]\nkey = "sign.key"\n')
    (workspace / "sign.key").write_bytes(KEY.file)
    (workspace / "sign.key").chmod(0o600)
    return workspace


def problems(out: Path, key: SecretKey | None = KEY, days: int = 0) -> str:
    found = verify(out, now=NOW + days * DAY, key=key.public if key else None)
    return "\n".join(found.problems)


# --- the format ------------------------------------------------------------------------------------------


@given(st.binary(min_size=8, max_size=8), st.binary(min_size=32, max_size=32), st.binary(max_size=64))
def test_keys_and_signatures_read_back(key_id: bytes, seed: bytes, data: bytes) -> None:
    key = SecretKey(key_id=key_id, seed=seed)
    assert parse_secret(key.file.decode(), "k") == key
    assert parse_public(key.public.file.decode(), "k") == parse_public(key.public.text, "k") == key.public
    signature = key.sign(data, "a\tcomment")
    assert key.public.verify(data, signature, "s") == "a\tcomment"
    assert signature == key.sign(data, "a\tcomment")
    with pytest.raises(VerificationError):
        key.public.verify(data + b"x", signature, "s")
    with pytest.raises(VerificationError):
        key.public.verify(data, signature.replace(b"comment: a", b"comment: b"), "s")


@given(st.binary(max_size=300))
def test_what_is_no_signature_or_key_is_refused(data: bytes) -> None:
    text = data.decode("latin-1")
    for parse in (parse_public, parse_secret):
        with pytest.raises(FormatError):
            parse(text, "k")
    with pytest.raises(FormatError):
        KEY.public.verify(b"", data, "s")


def test_what_follows_a_signature_is_refused() -> None:
    """A mirror could hang anything there, and `verify` was content (found by the campaign)."""
    signed = KEY.sign(b"list", "a list")
    assert KEY.public.verify(b"list", signed + b"\n", "x.minisig") == "a list"
    with pytest.raises(FormatError, match="goes on after its fourth line"):
        KEY.public.verify(b"list", signed + b"and more\n", "x.minisig")


def test_another_keys_signature_is_refused() -> None:
    with pytest.raises(VerificationError, match="not a signature by key 0706050403020100"):
        KEY.public.verify(b"x", OTHER.sign(b"x", ""), "s")


def test_a_secret_is_in_no_message() -> None:
    assert "seed" not in repr(KEY)


@pytest.mark.consumer
def test_debians_minisign_takes_what_we_write(tmp_path: Path, signing: Path) -> None:
    minisign = program("minisign")
    publish(signing, tmp_path / "public")
    folder = tmp_path / "public" / "list"
    for name in ("manifest.json", "rpz.zone", "by-category/adult/urls.txt"):
        ran = subprocess.run(
            [minisign, "-Vm", str(folder / name), "-P", KEY.public.text],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        assert f"Trusted comment: file:{name}\tserial:1" in ran.stdout
    changed = tmp_path / "rpz.zone"
    changed.write_bytes((folder / "rpz.zone").read_bytes() + b"evil.example CNAME .\n")
    shutil.copy(folder / "rpz.zone.minisig", tmp_path)
    command = [minisign, "-Vm", str(changed), "-p", str(folder / "minisign.pub")]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 1


@pytest.mark.consumer
def test_we_take_what_debians_minisign_writes(tmp_path: Path) -> None:
    minisign = program("minisign")
    public, secret, file = tmp_path / "m.pub", tmp_path / "m.key", tmp_path / "file"
    subprocess.run([minisign, "-GW", "-p", public, "-s", secret], check=True, capture_output=True)
    file.write_bytes(b"data")
    subprocess.run([minisign, "-Sm", file, "-s", secret, "-t", "ours"], check=True, capture_output=True)
    key = parse_secret(secret.read_text(), "m.key")
    assert key.public == parse_public(public.read_text(), "m.pub")
    assert key.public.verify(b"data", (tmp_path / "file.minisig").read_bytes(), "s") == "ours"
    ours = tmp_path / "ours.key"  # and it signs with a key that we made
    ours.write_bytes(KEY.file)
    subprocess.run([minisign, "-Sm", file, "-s", ours], check=True, capture_output=True)
    assert KEY.public.verify(b"data", (tmp_path / "file.minisig").read_bytes(), "s")


# --- releases --------------------------------------------------------------------------------------------


def test_a_release_is_signed_whole_and_the_same_twice(tmp_path: Path, signing: Path) -> None:
    shutil.copytree(signing, tmp_path / "copy")
    publish(signing, tmp_path / "a")
    publish(tmp_path / "copy", tmp_path / "b")
    files = files_of((tmp_path / "a").resolve())
    assert files == files_of((tmp_path / "b").resolve())
    plain = [
        name
        for name in files
        if name.startswith("list/")
        and not name.endswith((".sig", "allowed_signers", ".gz", ".zst", ".minisig", ".pub"))
        if not name.startswith("list/prefixes/")  # vouched for by prefixes.sha256
    ]
    assert {f"{name}.minisig" for name in [*plain, "site.sha256"]} == {
        name for name in files if name.endswith(".minisig")
    }
    assert not problems(tmp_path / "a")
    assert not problems(tmp_path / "a", key=None)
    assert verify(tmp_path / "a", now=NOW).signed_by == KEY.public.name


def test_nothing_is_published_unsigned_when_a_key_is_named(tmp_path: Path, signing: Path) -> None:
    (signing / "sign.key").chmod(0o644)
    with pytest.raises(InputError, match="others can read this key; close it with: chmod 600"):
        publish(signing, tmp_path / "public")
    (signing / "sign.key").unlink()
    with pytest.raises(InputError, match="Nothing is published unsigned"):
        publish(signing, tmp_path / "public")
    assert not (tmp_path / "public").exists()


def test_a_release_without_a_key_is_not_signed_and_says_so(tmp_path: Path) -> None:
    publish(visited(tmp_path / "ws", LISTED), tmp_path / "public")
    assert not problems(tmp_path / "public", key=None)
    assert (
        problems(tmp_path / "public")
        == f"manifest.json: is not signed; it should be by key {KEY.public.name}"
    )


def _write(name: str, change: Callable[[bytes], bytes | None]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / name
        data = change(path.read_bytes())
        path.unlink()
        if data is not None:
            path.write_bytes(data)

    return edit


def _swap(folder: Path) -> None:
    """Give a file the valid signature of another."""
    shutil.copy(folder / "hosts.txt", folder / "urls.txt")
    shutil.copy(folder / "hosts.txt.minisig", folder / "urls.txt.minisig")


FORGED = [
    ("no signature", _write("rpz.zone.minisig", lambda _: None), "rpz.zone.minisig: is missing"),
    ("no word", _write("rpz.zone.minisig", lambda _: b""), "rpz.zone.minisig: is not a minisign signature"),
    ("another's", _write("rpz.zone.minisig", lambda _: OTHER.sign(b"", "")), "is not a signature by key"),
    ("a changed file", _write("rpz.zone", lambda data: data + b"; x\n"), "is not of this file"),
    (
        "a changed manifest",
        _write("manifest.json", lambda data: data + b"\n"),
        "manifest.json.minisig: the sig",
    ),
    (
        "changed pages",
        _write("../site.sha256", lambda data: data.replace(b"0", b"1")),
        "site.sha256.minisig: the sig",
    ),
    ("pages of nobody", _write("../site.sha256.minisig", lambda _: None), "site.sha256.minisig: is missing"),
    (
        "an unsigned manifest",
        _write("manifest.json", lambda data: re.sub(rb'  "key".*\n', b"", data)),
        "is not signed",
    ),
    (
        "another's key beside it",
        _write("minisign.pub", lambda _: OTHER.public.file),
        "minisign.pub: holds another key than the manifest names",
    ),
    ("a swapped file", _swap, "urls.txt.minisig: is of another file or release"),
    (
        "a file too many",
        lambda folder: (folder / "x.minisig").write_bytes(b""),
        "x.minisig: is not in the man",
    ),
]


@pytest.mark.parametrize(("why", "forge", "said"), FORGED, ids=[row[0] for row in FORGED])
def test_verify_names_what_is_not_signed(
    tmp_path: Path, signing: Path, why: str, forge: Callable[[Path], object], said: str
) -> None:
    publish(signing, tmp_path / "public")
    folder = (tmp_path / "public").resolve()
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    forge(folder / "list")
    assert said in problems(tmp_path / "public")


# --- keys ------------------------------------------------------------------------------------------------


def test_the_manifest_that_was_read_is_the_one_whose_signature_counts(
    tmp_path: Path, signing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "public"
    publish(signing, out)
    first = [b" "]  # as if another had lain there when it was read, and the signed one since

    def read(path: Path) -> bytes:
        return path.read_bytes() + (first.pop() if path.name == "manifest.json" and first else b"")

    monkeypatch.setattr("blocklist.release.verify._read", read)
    assert "manifest.json.minisig" in problems(out)


def run(workspace: Path, *words: str, code: int = 0) -> str:
    ran = CliRunner().invoke(root, ["--workspace", str(workspace), *words])
    if isinstance(ran.exception, LinkgazetteError):
        assert ran.exception.exit_code == code
        return str(ran.exception)
    assert ran.exit_code == code, ran.output
    return ran.output


def test_a_key_is_made_once_for_its_owner_alone_and_shown(tmp_path: Path) -> None:
    made = run(tmp_path, "keys", "make")
    assert '[sign] key = "sign.key"' in made
    assert (tmp_path / "sign.key").stat().st_mode & 0o777 == 0o600
    assert run(tmp_path, "keys", "show") == made.splitlines()[-1] + "\n"
    assert "linkgazette keys rotate" in run(tmp_path, "keys", "make", code=2)


def test_after_a_rotation_readers_of_the_old_key_follow(tmp_path: Path, signing: Path) -> None:
    publish(signing, tmp_path / "public")
    run(signing, "keys", "rotate")
    new = parse_secret((signing / "sign.key").read_text(), "k")
    assert new != KEY
    publish(signing, tmp_path / "public", days=1)
    assert not problems(tmp_path / "public", days=1)
    assert not problems(tmp_path / "public", key=new, days=1)
    assert "does not vouch" in problems(tmp_path / "public", key=OTHER, days=1)
    run(signing, "keys", "rotate")  # one step: who missed it is told
    publish(signing, tmp_path / "public", days=2)
    assert "does not vouch" in problems(tmp_path / "public", days=2)
    assert not problems(tmp_path / "public", key=new, days=2)


def test_a_power_cut_in_a_rotation_loses_neither_key_nor_the_old_ones_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsafe = unsafe_renames(monkeypatch)
    make_key(tmp_path / "sign.key")
    rotate_key(tmp_path / "sign.key")
    assert unsafe == []
    assert {path.name for path in tmp_path.iterdir()} == {"sign.key", "sign.key.rotation"}


def test_another_publishers_release_is_seen(tmp_path: Path, signing: Path) -> None:
    publish(signing, tmp_path / "public")
    assert f"is signed by key {KEY.public.name} and not by {OTHER.public.name}" in problems(
        tmp_path / "public", key=OTHER
    )


def test_the_command_takes_the_key_or_its_file(tmp_path: Path, signing: Path) -> None:
    publish(signing, tmp_path / "public")
    out, now = str(tmp_path / "public"), "2026-03-01T12:00:00Z"
    (tmp_path / "their.pub").write_bytes(KEY.public.file)
    for key in (KEY.public.text, str(tmp_path / "their.pub")):
        assert f"signed by key {KEY.public.name}\n" in run(signing, "verify", out, "--now", now, "--key", key)
    assert "nobody vouches for here" in run(signing, "verify", out, "--now", now)
    assert "is not a minisign public key" in run(signing, "verify", out, "--key", "UldR", code=2)
    run(signing, "verify", out, "--now", now, "--key", OTHER.public.text, code=1)


def test_a_key_with_a_password_is_refused_with_the_cure() -> None:
    raw = base64.b64decode(KEY.file.split()[-1])
    locked = base64.b64encode(raw[:2] + b"Sc" + raw[4:]).decode()
    with pytest.raises(FormatError, match=r"take it off with: minisign -C -W -s sign\.key"):
        parse_secret(locked, "sign.key")


# --- OpenSSH ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="Debian's openssh-client is not installed")
def test_ssh_keygen_verifies_the_manifest_and_refuses_another(tmp_path: Path, signing: Path) -> None:
    publish(signing, tmp_path / "a")
    folder = tmp_path / "a" / "list"

    def asked(manifest: bytes) -> int:
        command = ["ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", "linkgazette"]
        command += ["-n", "linkgazette-manifest", "-s", "manifest.json.sig"]
        return subprocess.run(
            command, cwd=folder, input=manifest, capture_output=True, check=False
        ).returncode

    manifest = (folder / "manifest.json").read_bytes()
    assert asked(manifest) == 0
    assert asked(manifest.replace(b"serial", b"serials", 1)) != 0


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("manifest.json.sig", b"x", "is not an SSH signature"),
        ("manifest.json.sig", ssh_sign(b"other", KEY.seed), "the signature is not of this file"),
        ("manifest.json.sig", ssh_sign(b"other", bytes(32)), "is not a signature by the key"),
        ("allowed_signers", b"* ssh-ed25519 AAAA\n", "names another key than the manifest"),
    ],
)
def test_another_ssh_signature_is_found(
    tmp_path: Path, signing: Path, name: str, data: bytes, problem: str
) -> None:
    publish(signing, tmp_path / "a")
    path = tmp_path / "a" / "list" / name
    path.unlink()
    path.write_bytes(data)
    assert problem in problems(tmp_path / "a")

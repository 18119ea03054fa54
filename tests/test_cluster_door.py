"""The way in to the engine: secrets out of files, TLS, what is refused; asked of servers that want both."""

import asyncio
import base64
import json
import subprocess
from binascii import crc_hqx
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.consumers import free_port
from tests.nats_nodes import SERVER, await_port

pytest.importorskip("nats", reason="the extra linkgazette[cluster] is not installed")

from blocklist.config import ClusterConfig, load_config
from blocklist.errors import ConfigError, InputError, TroubleError
from crawler.cluster.door import connect

pytestmark = pytest.mark.edge


@pytest.fixture(autouse=True)
def _soon_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.cluster.door._FIRST_S", 1.0)


served = pytest.mark.skipif(SERVER is None, reason="nats-server is not installed (Debian: nats-server)")
PASSWORD = "correct-horse"


class Nkey:
    """A key as NATS writes keys (ADR-14 of nats-architecture-and-design): a letter says whose it is."""

    def __init__(self, kind: int) -> None:
        self._kind = kind
        self._private = Ed25519PrivateKey.generate()

    @property
    def public(self) -> str:
        return _written(bytes([self._kind]) + self._private.public_key().public_bytes_raw())

    @property
    def seed(self) -> str:
        prefix = bytes([18 << 3 | self._kind >> 5, (self._kind & 31) << 3])
        return _written(prefix + self._private.private_bytes_raw())

    def token(self, subject: str, claims: dict[str, object]) -> str:
        """Sign a JWT for ``subject``."""
        body: dict[str, object] = {"iss": self.public, "sub": subject, "iat": 1_790_000_000, "nats": claims}
        body["jti"] = base64.b32encode(sha256(json.dumps(body).encode()).digest()).decode().rstrip("=")
        parts = [_base64(json.dumps(each).encode()) for each in ({"typ": "JWT", "alg": "ed25519-nkey"}, body)]
        signed = ".".join(parts)
        return f"{signed}.{_base64(self._private.sign(signed.encode()))}"


OPERATOR, ACCOUNT, USER = 14 << 3, 0, 20 << 3


def _written(raw: bytes) -> str:
    return base64.b32encode(raw + crc_hqx(raw, 0).to_bytes(2, "little")).decode().rstrip("=")


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@contextmanager
def server(folder: Path, conf: str) -> Iterator[int]:
    port, file = free_port(), folder / "nats.conf"
    file.write_text(f"listen: 127.0.0.1:{port}\n{conf}")
    with subprocess.Popen([SERVER or "", "-c", str(file)], stderr=subprocess.DEVNULL) as process:
        try:
            await_port("127.0.0.1", port)
            yield port
        finally:
            process.kill()


def secret(folder: Path, said: str) -> str:
    file = folder / "secret"
    file.touch(mode=0o600)
    file.write_text(said)
    return str(file)


def let_in(url: str, access: ClusterConfig) -> bool:
    async def ask() -> bool:
        client = await connect([url], access, name="test")
        await client.flush()
        await client.close()
        return True

    return asyncio.run(ask())


@served
def test_a_password_a_seed_and_credentials_let_in_and_a_wrong_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.cluster.door._FIRST_S", 3.0)  # a reset may swallow what the server says
    user = Nkey(USER)
    conf = f'authorization {{ users: [{{ user: me, password: "{PASSWORD}" }}, {{ nkey: {user.public} }}] }}\n'
    with server(tmp_path, conf) as port:
        url = f"nats://127.0.0.1:{port}"
        assert let_in(url, ClusterConfig(creds=secret(tmp_path, f"me:{PASSWORD}\n")))
        assert let_in(url, ClusterConfig(creds=secret(tmp_path, user.seed)))
        with pytest.raises(TroubleError, match=r"no NATS server answers \(.*Authorization") as refused:
            let_in(url, ClusterConfig(creds=secret(tmp_path, f"me:{PASSWORD}2")))
        assert PASSWORD not in str(refused.value)


def test_the_reason_is_told_though_the_connection_broke_after_it() -> None:
    reasons = [b"-ERR 'Authorization Violation'\r\n"]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if reasons:
            writer.write(b'INFO {"max_payload": 1000}\r\n')
            await reader.readuntil(b"PING\r\n")
            writer.write(reasons.pop())
            await writer.drain()
        writer.close()

    async def refused() -> None:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            await connect([f"nats://127.0.0.1:{port}"], ClusterConfig(), name="test")

    with pytest.raises(TroubleError, match=r"no NATS server answers \(.*Authorization"):
        asyncio.run(refused())


@served
def test_credentials_as_nsc_writes_them_let_in(tmp_path: Path) -> None:
    operator, account, user = Nkey(OPERATOR), Nkey(ACCOUNT), Nkey(USER)
    limits = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn", "leaf"), -1)
    told = operator.token(account.public, {"type": "account", "version": 2, "limits": limits})
    conf = (
        f"operator: {operator.token(operator.public, {'type': 'operator', 'version': 2})}\n"
        f"resolver: MEMORY\nresolver_preload: {{ {account.public}: {told} }}\n"
    )
    token = account.token(user.public, {"type": "user", "version": 2, "subs": -1, "data": -1, "payload": -1})
    creds = (
        f"-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{user.seed}\n------END USER NKEY SEED------\n"
    )
    with server(tmp_path, conf) as port:
        assert let_in(f"nats://127.0.0.1:{port}", ClusterConfig(creds=secret(tmp_path, creds)))


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    ours, other = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(folder / "ca.pem")
    other.cert_pem.write_to_path(folder / "other-ca.pem")
    for name in ("server", "client"):
        made = ours.issue_cert("127.0.0.1", f"{name}.test")
        made.private_key_pem.write_to_path(folder / f"{name}.key")
        made.cert_chain_pems[0].write_to_path(folder / f"{name}.pem")
    return folder


@served
def test_both_ends_prove_who_they_are(tmp_path: Path, certificates: Path) -> None:
    names = {"cert_file": "server.pem", "key_file": "server.key", "ca_file": "ca.pem"}
    told = "\n".join(f'{key}: "{certificates / name}"' for key, name in names.items())
    ours = {"tls_cert": str(certificates / "client.pem"), "tls_key": str(certificates / "client.key")}
    with server(tmp_path, f"tls {{ {told}\nverify: true }}\n") as port:
        for scheme in ("nats", "tls"):
            url = f"{scheme}://127.0.0.1:{port}"
            assert let_in(url, ClusterConfig(tls_ca=str(certificates / "ca.pem"), **ours))
        for wrong in (
            {"tls_ca": str(certificates / "ca.pem")},
            {"tls_ca": str(certificates / "other-ca.pem"), **ours},
        ):
            with pytest.raises(TroubleError, match="certificate"):
                let_in(url, ClusterConfig(**wrong))


@served
@pytest.mark.parametrize("asked_by", ["tls://", "[cluster] tls_ca"])
def test_a_server_without_tls_hears_no_password(asked_by: str, tmp_path: Path, certificates: Path) -> None:
    heard = tmp_path / "heard.log"
    with server(tmp_path, f'log_file: "{heard}"\ntrace: true\n') as port:
        tls_ca = "" if asked_by == "tls://" else str(certificates / "ca.pem")
        access = ClusterConfig(creds=secret(tmp_path, f"me:{PASSWORD}"), tls_ca=tls_ca)
        with pytest.raises(TroubleError, match="a server offers no TLS"):
            let_in(f"{'tls' if asked_by == 'tls://' else 'nats'}://127.0.0.1:{port}", access)
        assert "CONNECT" not in heard.read_text()
        assert let_in(f"nats://127.0.0.1:{port}", ClusterConfig(creds=access.creds))
        assert "CONNECT" in heard.read_text()  # so this is where it would stand


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            f"nats://me:{PASSWORD}@nats.test:4222",
            r"nats://…@nats.test:4222: a command line is no place for a",
        ),
        ("http://nats.test:4222", "is no server of NATS; write nats://HOST:4222"),
        ("nats.test:4222", "is no server of NATS"),
    ],
)
def test_what_is_no_servers_address_is_refused(url: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        let_in(url, ClusterConfig())
    assert PASSWORD not in str(refused.value)


@pytest.mark.parametrize("held", ["", "one word", f"me:{PASSWORD}\nsecond line"])
def test_a_file_without_a_secret_is_refused(held: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no NATS credentials") as refused:
        let_in("nats://127.0.0.1:1", ClusterConfig(creds=secret(tmp_path, held)))
    assert PASSWORD not in str(refused.value)


def test_a_secret_that_everybody_may_read_is_none(tmp_path: Path) -> None:
    file = secret(tmp_path, f"me:{PASSWORD}")
    Path(file).chmod(0o604)
    with pytest.raises(InputError, match="everybody on this machine may read it; chmod 600"):
        let_in("nats://127.0.0.1:1", ClusterConfig(creds=file))


def test_certificates_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(InputError, match=r"ca.pem: not certificates and their key in PEM"):
        let_in("tls://127.0.0.1:1", ClusterConfig(tls_ca=str(tmp_path / "ca.pem")))


def test_half_a_certificate_and_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "client.pem").touch()
    for said, match in (
        ('tls_cert = "client.pem"', "tls_cert is of no use without tls_key"),
        ('creds = "gone.creds"', r"\[cluster\] creds: gone.creds does not exist"),
    ):
        (tmp_path / "linkgazette.toml").write_text(f"[cluster]\n{said}\n")
        with pytest.raises(ConfigError, match=match):
            load_config(tmp_path)

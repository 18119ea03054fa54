"""The way in to the engine: its servers, secrets out of files, TLS.

Secrets come from files that ``[cluster]`` names, never from a command line, where everybody on the machine
reads them, and no message of ours repeats them. What is behind the door is ``engine``'s.
"""

import asyncio
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nats.aio.client import Client
from nats.errors import Error as NatsError

from blocklist.config import ClusterConfig
from blocklist.errors import InputError, TroubleError

_FIRST_S = 5.0
_PING_S = 1.0
_PINGS = 2
"""Unanswered ones after which a server is given up for another: a cut cable says nothing."""
_SERVERS_WORDS = "nats: '"
"""How the client begins what a server answered with ``-ERR``; its own words are not quoted."""
_FOR_OTHERS = 0o007
"""Of a file's mode: what everybody on the machine may do with it."""


async def connect(servers: Sequence[str], access: ClusterConfig, *, name: str) -> Client:
    """Connect to any of ``servers`` (``nats://host:4222``, ``tls://…``), and again whenever that breaks.

    ``access`` names the files of secrets and certificates. Raises TroubleError when no server answers or lets
    us in, InputError for a server or a file that cannot be used.
    """
    wary = _must_be_encrypted(servers, access)
    told: list[Exception] = []

    async def heard(problem: Exception) -> None:
        """Leave it to the call that failed: the client would log each broken connection, with a traceback."""
        told.insert(0, problem)

    client = _WaryClient() if wary else Client()
    try:
        await asyncio.wait_for(
            client.connect(
                list(servers),
                name=name,
                connect_timeout=2,
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.5,  # type: ignore[arg-type] # it sleeps so long; a whole second is long
                ping_interval=_PING_S,  # type: ignore[arg-type]
                max_outstanding_pings=_PINGS,
                error_cb=heard,
                tls=_certificates(access) if wary else None,
                **_secret(access.creds),
            ),
            _FIRST_S,  # the client itself would try for ever
        )
    except (NatsError, OSError, TimeoutError) as problem:
        # A server that refuses us says why and hangs up; which of the two is read last is chance.
        words_first = sorted((*told, problem), key=lambda each: not str(each).startswith(_SERVERS_WORDS))
        said = next((str(each) for each in words_first if str(each)), "time out")
        raise TroubleError(f"{', '.join(servers)}: no NATS server answers ({said})") from problem
    return client


class _WaryClient(Client):
    """Says nothing to a server without TLS.

    The client itself encrypts when the server wants it, and tells the password to one that does not, which
    may be anybody in between, ``tls://`` or not (nats-py 2.16).
    """

    def _connect_command(self) -> bytes:
        if not self._server_info.get("tls_required"):
            raise NatsError("a server offers no TLS, and [cluster] or tls:// asks for it")
        return super()._connect_command()


def _must_be_encrypted(servers: Sequence[str], access: ClusterConfig) -> bool:
    """Tell whether TLS is asked for; raises InputError for what is no server's URL, or carries a secret."""
    schemes = set()
    for server in servers:
        parts = urlsplit(server)
        if "@" in server:
            shown = f"{parts.scheme}://…@{server.rpartition('@')[2]}"
            raise InputError(
                f"{shown}: a command line is no place for a secret; put it in a file of one line, "
                "user:password, and name that as creds in [cluster] of linkgazette.toml"
            )
        if parts.scheme not in {"nats", "tls"} or not parts.hostname:
            raise InputError(f"{server}: is no server of NATS; write nats://HOST:4222 or tls://HOST:4222")
        schemes.add(parts.scheme)
    return "tls" in schemes or bool(access.tls_ca or access.tls_cert)


def _certificates(access: ClusterConfig) -> ssl.SSLContext:
    """Return whom we believe and who we are; raises InputError for files that do not say it."""
    try:
        context = ssl.create_default_context(cafile=access.tls_ca or None)
        if access.tls_cert:
            # A password, though there is none: for a key under one OpenSSL would wait at the terminal.
            context.load_cert_chain(access.tls_cert, access.tls_key, password="")
    except (ssl.SSLError, OSError, ValueError) as problem:
        named = ", ".join(filter(None, (access.tls_ca, access.tls_cert, access.tls_key)))
        raise InputError(
            f"{named}: not certificates and their key in PEM ([cluster] tls_…: {problem})"
        ) from problem
    return context


def _secret(file: str) -> dict[str, Any]:
    """Return what the client wants of the secret in ``file`` (empty: none); raises InputError."""
    if not file:
        return {}
    try:
        told = Path(file).read_text(encoding="utf-8").strip()
        open_to_all = Path(file).stat().st_mode & _FOR_OTHERS
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(
            f"{file}: cannot be read; [cluster] creds names it ({type(problem).__name__})"
        ) from None
    if open_to_all:
        raise InputError(f"{file}: everybody on this machine may read it; chmod 600 it")
    user, colon, password = told.partition(":")
    if "BEGIN NATS USER JWT" in told:
        return {"user_credentials": file}
    if told.startswith("SU") and not colon:
        return {"nkeys_seed": file}
    if colon and "\n" not in told:
        return {"user": user, "password": password}
    raise InputError(
        f"{file}: holds no NATS credentials (.creds), no user's seed (SU…) and no one line user:password"
    )

"""Chromium as a process: found, started in its sandbox with limits, ended with all its children.

One for each page, in a folder that is thrown away: no page meets what another left. Started by root it
becomes ``nobody``, since Chromium's sandbox refuses root; where the system has no user namespaces for it
either, it runs without and says so loudly.
"""

import asyncio
import logging
import os
import pwd
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from blocklist.errors import TroubleError
from crawler.browser.devtools import DevTools

_LOG = logging.getLogger(__name__)

MOST_MEMORY_BYTES = 700 * 1024 * 1024
"""Of all its processes together, what they do not share."""
_MEMORY_EACH = 1024 * 1024 * 1024  # bytes of data of one process, by the kernel
_CPU_EACH_S = 60
_FILE_BYTES = 50 * 1024 * 1024  # its profile's largest file
_START_S = 20.0
_PLACES = ("/usr/lib/chromium/chromium", "chromium", "chromium-browser", "google-chrome-stable")
"""Debian's program itself first: the script before it reads settings of the user's."""

_FLAGS = [
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--use-mock-keychain",
    "--disable-gpu",
    "--disable-3d-apis",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--disable-remote-fonts",
    "--disable-notifications",
    "--disable-speech-api",
    "--disable-file-system",
    "--block-new-web-contents",
    "--deny-permission-prompts",
    "--blink-settings=imagesEnabled=false",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-site-isolation-trials",
    "--renderer-process-limit=1",
    "--js-flags=--max-old-space-size=192",
    "--proxy-bypass-list=<-loopback>",
    "--disable-features=IsolateOrigins,site-per-process,Translate,OptimizationHints,MediaRouter",
]
"""No errands of its own, no UDP past the proxy, no pictures, windows or downloads.

Sites share one renderer process: nothing of a user's is in it, and frames are read in one place.
"""
_NO_SANDBOX = "No usable sandbox"
_without_sandbox = False
"""Found out once in a process: the system has none to offer."""


def find_chromium() -> str | None:
    """Return the program's path; None: it is not installed."""
    return next((found for place in _PLACES if (found := shutil.which(place))), None)


class Chromium:
    """A running Chromium while it is entered; raises TroubleError if it cannot be started."""

    def __init__(self, program: str, *, proxy_port: int) -> None:
        self._program = program
        self._proxy_port = proxy_port
        self._process: Process | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.devtools: DevTools

    async def __aenter__(self) -> Self:
        try:
            await self._come_up()
        except BaseException:
            self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        assert self._process is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                await self._process.wait()

    def memory(self) -> int:
        """Return the bytes that its processes hold and do not share."""
        held = 0
        for process in self._processes():
            with suppress(OSError, ValueError, IndexError):
                _, resident, shared, *_ = Path(f"/proc/{process}/statm").read_text().split()
                held += int(resident) - int(shared)
        return held * os.sysconf("SC_PAGE_SIZE")

    async def _come_up(self) -> None:
        global _without_sandbox  # noqa: PLW0603 - a fact about the machine
        said = await self._start()
        if said is not None and _NO_SANDBOX in said and os.geteuid() == 0 and not _without_sandbox:
            _without_sandbox = True
            _LOG.error(
                "CHROMIUM RUNS WITHOUT ITS SANDBOX: this system has no user namespaces; "
                "a page that breaks out of it is only held by the user nobody"
            )
            said = await self._start()
        if said is not None:
            raise TroubleError(
                f"Chromium cannot be started ({' '.join(said.split())[-200:] or 'it says nothing'}); "
                'mend it, or take "browser" out of [crawl] vantages'
            )

    async def _start(self) -> str | None:
        """Start it; return None when it answers, else what it said."""
        self._folder = tempfile.TemporaryDirectory(prefix="linkgazette-browser-", ignore_cleanup_errors=True)
        home = self._folder.name
        user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        if user is not None:
            os.chown(home, user.pw_uid, user.pw_gid)
        command = [
            self._program,
            *_FLAGS,
            *(["--no-sandbox"] if _without_sandbox else []),
            f"--user-data-dir={home}/profile",
            f"--proxy-server=http://127.0.0.1:{self._proxy_port}",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "about:blank",
        ]
        their_in, our_out = os.pipe()
        our_in, their_out = os.pipe()
        order = {
            "fds": [their_in, their_out],
            "uid": user and user.pw_uid,
            "gid": user and user.pw_gid,
            "memory": _MEMORY_EACH,
            "cpu": _CPU_EACH_S,
            "file": _FILE_BYTES,
            "command": command,
        }
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(Path(__file__).with_name("launch.py")),
            orjson.dumps(order).decode(),
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=PIPE,
            env={"HOME": home, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TMPDIR": home},
            pass_fds=(their_in, their_out),
            start_new_session=True,
        )
        os.close(their_in)
        os.close(their_out)
        self.devtools = await DevTools.open(our_in, our_out)
        try:
            async with asyncio.timeout(_START_S):
                await self.devtools.ask("Browser.getVersion")
        except (TimeoutError, ConnectionError):
            self._end()
            assert self._process.stderr is not None
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    return (await self._process.stderr.read(8_192)).decode(errors="replace")
            return ""
        self._drain = asyncio.create_task(_drained(self._process))
        return None

    def _end(self) -> None:
        """Kill it and whatever it started: every process of its session."""
        if hasattr(self, "devtools"):
            self.devtools.close()
        for process in self._processes():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _processes(self) -> list[int]:
        """List the living processes of its session."""
        if self._process is None:
            return []
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                with suppress(OSError, IndexError):
                    # pid (name) state ppid pgrp session; the name may hold anything
                    if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == self._process.pid:
                        found.append(int(folder.name))
        return found


async def _drained(process: Process) -> None:
    """Read away what it says, so that it never waits for somebody to."""
    assert process.stderr is not None
    while await process.stderr.read(65_536):
        continue

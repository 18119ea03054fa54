"""An unmodified Firefox, headless, driven over Marionette's socket: is this address behind its warning?

The protocol is a length, a colon and a JSON array: https://firefox-source-docs.mozilla.org/testing/marionette/.
"""

import json
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.consumers import free_port, program

START_S = 60.0
_QUIET: Mapping[str, object] = {
    "remote.prefs.recommended": False,  # they switch Safe Browsing off
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "extensions.update.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.blockedURIs.enabled": False,
    "dom.security.https_first": False,
    "dom.security.https_only_mode": False,
    "network.proxy.type": 1,
    "network.proxy.allow_hijacking_localhost": False,
    "browser.safebrowsing.debug": False,
}
_BLOCKED = "about:blocked"


class Firefox:
    """A running browser."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._number = 0
        self._read()  # the greeting

    def ask(self, command: str, **parameters: Any) -> Any:
        """Return the result of a command; raises RuntimeError with the browser's words."""
        self._number += 1
        raw = json.dumps([0, self._number, command, parameters]).encode()
        self._connection.sendall(b"%d:%s" % (len(raw), raw))
        _, _, error, result = self._read()
        if error:
            raise RuntimeError(f"{error['error']}: {error['message']}")
        return result

    def is_blocked(self, url: str) -> bool:
        """Open ``url`` and say whether the warning came up in its place."""
        try:
            self.ask("WebDriver:Navigate", url=url)
        except RuntimeError as problem:
            if "about:" not in str(problem):  # an error page, of which the warning is one
                raise
        place = self.privileged(_PLACE)
        return str(place).startswith(_BLOCKED)

    def classify(self, urls: Sequence[str]) -> list[bool]:
        """Say of each address what the browser decides before it opens a page, all of them at once."""
        return list(self.privileged(_CLASSIFY, list(urls)))

    def privileged(self, script: str, *arguments: object) -> Any:
        """Run a script of the browser's own; it ends by calling its last argument."""
        self.ask("Marionette:SetContext", value="chrome")
        try:
            found = self.ask("WebDriver:ExecuteAsyncScript", script=script, args=list(arguments))
        finally:
            self.ask("Marionette:SetContext", value="content")
        return found["value"]

    def update(self, table: str) -> str:
        """Have the list of ``table`` updated, as the timer would; return what came of it."""
        return str(self.privileged(_UPDATE, table))

    def _read(self) -> Any:
        length = b""
        while (octet := self._connection.recv(1)) != b":":
            if not octet:
                raise RuntimeError("Firefox went away")
            length += octet
        raw = b""
        while len(raw) < int(length):
            raw += self._connection.recv(int(length) - len(raw))
        return json.loads(raw)


_CLASSIFY = """
const [urls, done] = arguments;
const classifier = Cc["@mozilla.org/url-classifier/dbservice;1"].getService(Ci.nsIURIClassifier);
const asked = urls.map(url => new Promise(resolve => {
  const uri = Services.io.newURI(url);
  const principal = Services.scriptSecurityManager.createContentPrincipal(uri, {});
  const callback = { onClassifyComplete: status => resolve(status == Cr.NS_ERROR_PHISHING_URI) };
  if (!classifier.classify(principal, callback)) resolve(false);
}));
Promise.all(asked).then(done);
"""
_PLACE = "arguments[0](gBrowser.selectedBrowser.documentURI.spec)"
_UPDATE = """
const [table, done] = arguments;
const { SafeBrowsing } = ChromeUtils.importESModule("resource://gre/modules/SafeBrowsing.sys.mjs");
SafeBrowsing.init();
const manager = Cc["@mozilla.org/url-classifier/listmanager;1"].getService(Ci.nsIUrlListManager);
const ended = (subject, topic, data) => {
  Services.obs.removeObserver(ended, "safebrowsing-update-finished");
  done(data);
};
Services.obs.addObserver(ended, "safebrowsing-update-finished");
if (!manager.forceUpdates(table)) done("not asked");
"""


@contextmanager
def firefox(folder: Path, proxy: int, preferences: Mapping[str, object]) -> Iterator[Firefox]:
    """Run a browser with a new profile in ``folder``, that sees the web through ``proxy`` alone."""
    port = free_port()
    chosen = {
        **_QUIET,
        "marionette.port": port,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": proxy,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": proxy,
        **preferences,
    }
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in chosen.items())
    profile = folder / "profile"
    profile.mkdir()
    (profile / "user.js").write_text("".join(lines))
    with (folder / "firefox.log").open("wb") as log:
        process = subprocess.Popen(
            [
                program("firefox-esr"),
                "--headless",
                "--marionette",
                "-remote-allow-system-access",
                "--profile",
                str(profile),
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "MOZ_CRASHREPORTER_DISABLE": "1"},
        )
    try:
        with _connected(port, process, folder / "firefox.log") as connection:
            browser = Firefox(connection)
            browser.ask("WebDriver:NewSession")
            yield browser
    finally:
        process.kill()
        process.wait()


def _connected(port: int, process: "subprocess.Popen[bytes]", log: Path) -> socket.socket:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=60)
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"Firefox did not start in {START_S} s:\n{log.read_text(errors='replace')[-2000:]}")

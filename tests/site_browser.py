"""Asks tools that nobody here wrote about the built site: Chromium, axe-core and the Nu HTML checker.

`python tests/site_browser.py FOLDER SHOTS` takes a picture of every kind of page of the site in FOLDER (the
`public` of a release) at phone and desktop width, in each language, light and dark, and as it is printed;
with `--axe` it asks axe of each instead. Nothing leaves loopback: the browser resolves no name.
"""

import argparse
import functools
import http.server
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ENGINES = Path(__file__).parent / "engines"
WIDTHS = (390, 1280)  # CSS pixels: a phone, a desktop
PAPER = 718  # CSS pixels: A4 without margins of 1 cm
LOOKS = (*((width, how) for width in WIDTHS for how in ("", "dark")), (PAPER, "print"))
MARKS = {
    b'class="address"': "entries",  # not one that was removed
    b'class="words"': "announcements",  # written by a person
    b'class="answer listed"': "announcements",  # withdrawn
    b'class="answer"': "announcements",  # corrected
}
"""What tells kinds of pages of one room apart."""
NOT_OURS = (
    "Resource violates Content Security Policy (meta tag): external",  # to it, 'self' allows no file
    "Text run is not in Unicode Normalization Form C",
)
CHROMIUM = shutil.which("chromium")
NODE = shutil.which("node")
JAVA = shutil.which("java")
VNU = ENGINES / "node_modules/vnu-jar/build/dist/vnu.jar"


def missing() -> str:
    """Say what keeps the browser from being asked; empty: nothing."""
    if CHROMIUM is None or NODE is None:
        return "no Chromium with Node (sh tests/run sets both up where it may)"
    if not (ENGINES / "node_modules/puppeteer-core").is_dir():
        return "tests/engines is not installed (sh tests/run does where there is npm)"
    return ""


def headers_of(folder: Path) -> dict[str, str]:
    """Return the headers that `_headers` gives every page."""
    found: dict[str, str] = {}
    rules = (folder / "_headers").read_text().split("/*\n", 1)[1]
    for line in rules.splitlines():
        if not line.startswith("  "):
            break
        name, _, value = line.strip().partition(": ")
        found[name] = value
    return found


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the site on loopback with the headers that it asks hosts for; give its address."""
    headers = headers_of(folder)

    class Host(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            for name, value in headers.items():
                self.send_header(name, value)
            super().end_headers()

        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Host, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def browse(visits: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Open each of `visits` (engines/browse.mjs says what one holds) and return the reports."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        job = {"chromium": CHROMIUM, "profile": profile, "visits": list(visits)}
        ran = subprocess.run(
            [str(NODE), str(ENGINES / "browse.mjs")],
            input=json.dumps(job), capture_output=True, text=True, check=False, timeout=900,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    reports: list[dict[str, Any]] = json.loads(ran.stdout)
    return reports


def nu_errors(pages: Iterable[Path]) -> list[str]:
    """Return what the Nu HTML checker calls wrong with the pages, warnings included.

    It reads files, since it refuses hosts on loopback; what it says of that, and of words that are shown as a
    page wrote them, is left out.
    """
    ran = subprocess.run(
        [str(JAVA), "-jar", str(VNU), "--format", "json", "--stdout", *map(str, pages)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    return [
        f"{one.get('url')}:{one.get('lastLine')}: {one['type']}: {one['message']}"
        for one in json.loads(ran.stdout)["messages"]
        if not one["message"].startswith(NOT_OURS)
    ]


def kinds(folder: Path) -> list[str]:
    """Return a path for every kind of page in the site, per language: the rooms, and one of each of many."""
    found: dict[str, str] = {}
    for page in sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html")):
        language, _, path = page.rpartition("zh/")
        room, *rest = path.split("/")
        kind = "page" if "page" in rest else str(len(rest))
        for mark, of in MARKS.items():
            if of == room and mark in (folder / page).read_bytes():
                kind += mark.decode()
        found.setdefault(f"{language}{page.startswith('zh/')}/{room}/{kind}", page)
    return list(found.values())


def main() -> None:
    """Take the pictures, or ask axe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("shots", type=Path)
    parser.add_argument("--axe", action="store_true", help="ask axe instead of taking pictures")
    parser.add_argument("--cards", action="store_true", help="draw the announcements' cards as PNG instead")
    parser.add_argument("--only", default="", help="pages whose path holds this")
    options = parser.parse_args()
    if why := missing():
        sys.exit(why)
    options.shots.mkdir(parents=True, exist_ok=True)
    chosen = [page for page in kinds(options.folder) if options.only in page]
    with served(options.folder) as address:
        if options.cards:
            _draw_cards(options.folder, options.shots, address)
            return
        visits = [
            {
                "url": address + page,
                "width": width,
                "dark": how == "dark",
                "media": "print" if how == "print" else None,
                "axe": options.axe,
                "shot": None if options.axe else str(options.shots / _name(page, width, how)),
            }
            for page in chosen
            for width, how in LOOKS
        ]
        reports = browse(visits)
    for report in reports:
        for problem in (*report["refused"], *report["console"], *report.get("axe", ())):
            print(f"{report['url']}: {problem}")
        if report["overflow"] > 0:
            print(f"{report['url']}: {report['overflow']} px wider than the screen")
    print(f"{len(reports)} visits of {len(chosen)} pages")


def _draw_cards(folder: Path, shots: Path, address: str) -> None:
    found = [card.relative_to(folder).as_posix() for card in sorted(folder.rglob("card.svg"))]
    size = {"width": 1200, "height": 630, "full": False}
    browse(
        [
            {"url": address + card, "shot": str(shots / card.replace("/", "_")) + ".png", **size}
            for card in found
        ]
    )
    print(f"{len(found)} cards in {shots}")


def _name(page: str, width: int, how: str) -> str:
    flat = page.removesuffix("/index.html").removesuffix(".html").replace("/", "_")
    return f"{flat}-{width}{how and f'-{how}'}.png"


if __name__ == "__main__":
    main()

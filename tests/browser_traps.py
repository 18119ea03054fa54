"""What a page can try in a browser, and that it gets nowhere: inward, to files, out of its bounds.

One table, ``TRAPS``. ``python -m tests.browser_traps`` opens each in Chromium with listeners on this machine's
loopback addresses (TCP and UDP) and prints how it ended, how soon, in how much memory, and how many of them
were reached. Requests are answered as the crawl answers them, by its own guard and a scripted resolver.
"""
# ruff: noqa: E501 - a table reads best with a row a line

import argparse
import asyncio
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from blocklist.model import Failure, Host
from crawler.browser import Asked, Rendered, Supplied, find_chromium, process, render
from crawler.browser.visit import OWN_S
from crawler.fetch.failures import VisitError
from crawler.fetch.guard import Guard

URL = "http://trap.example/"
HEADERS = {"User-Agent": "Trap/1", "Accept-Language": "en", "Referer": "https://chat.platform.example/"}
_HTML = (("Content-Type", "text/html; charset=utf-8"),)
_SCRIPT = (("Content-Type", "text/javascript"),)


@dataclass(frozen=True, kw_only=True)
class Trap:
    """One page; ``TCP``, ``SIX`` and ``UDP`` in its text stand for the listeners' ports."""

    name: str
    page: str
    fields: tuple[tuple[str, str], ...] = _HTML
    status: int = 200
    more: Mapping[str, str] = field(default_factory=dict)
    """Other paths of the site: scripts."""
    ends: str = ""
    """What its problem or failure must say; empty: it is seen like any page."""


def script(code: str) -> str:
    return f"<title>Trap</title><p id=p>a page with a script</p><script>{code}</script>"


_IN = "http://127.0.0.1:TCP/"
_ENDLESS = "longer in the browser than allowed"
INWARD = (
    Trap(name="fetch", page=script(f"fetch('{_IN}',{{mode:'no-cors'}});fetch('http://[::1]:SIX/',{{mode:'no-cors'}});fetch('http://localhost:TCP/',{{mode:'no-cors',keepalive:true}})")),
    Trap(name="xhr", page=script("for(const a of ['127.1','0x7f.1','2130706433','127.0.0.1.','[::ffff:127.0.0.1]']){const x=new XMLHttpRequest();x.open('GET','http://'+a+':TCP/');x.send()}")),
    Trap(name="websocket", page=script("new WebSocket('ws://127.0.0.1:TCP/');new WebSocket('ws://[::1]:SIX/');new WebSocket('ws://localhost:TCP/')")),
    Trap(name="webtransport", page=script("try{new WebTransport('https://127.0.0.1:UDP/')}catch(e){}")),
    Trap(name="webrtc", page=script("const r=new RTCPeerConnection({iceServers:[{urls:'stun:127.0.0.1:UDP'},{urls:'turn:127.0.0.1:UDP?transport=udp',username:'a',credential:'b'},{urls:'turn:127.0.0.1:TCP?transport=tcp',username:'a',credential:'b'}]});r.createDataChannel('x');r.createOffer().then(o=>r.setLocalDescription(o))")),
    Trap(name="iframe", page=script("") + f"<iframe src='{_IN}'></iframe><object data='{_IN}'></object><embed src='{_IN}'>"),
    Trap(name="picture", page=script("") + f"<img src='{_IN}i.png'><video src='{_IN}v' autoplay></video><link rel=stylesheet href='{_IN}s.css'><link rel=icon href='{_IN}f.ico'>"),
    Trap(name="hints", page=f"<link rel=preconnect href='{_IN}'><link rel=dns-prefetch href='//localhost:TCP'><link rel=prefetch href='{_IN}p'><link rel=preload as=script href='{_IN}s'><link rel=modulepreload href='{_IN}m'>" + script("")),
    Trap(name="speculation", page=f'<script type=speculationrules>{{"prerender":[{{"urls":["{_IN}","/x"],"eagerness":"immediate"}}]}}</script>' + script("")),
    Trap(name="beacon", page=script(f"navigator.sendBeacon('{_IN}','x');new EventSource('{_IN}')")),
    Trap(name="worker", page=script("new Worker('/w.js');new SharedWorker('/w.js')"), more={"/w.js": f"setInterval(()=>fetch('{_IN}',{{mode:'no-cors'}}),1);new WebSocket('ws://127.0.0.1:TCP/')"}),
    Trap(name="blob-worker", page=script(f"new Worker(URL.createObjectURL(new Blob([\"fetch('{_IN}',{{mode:'no-cors'}});new WebSocket('ws://127.0.0.1:TCP/')\"])))")),
    Trap(name="service-worker", page=script("navigator.serviceWorker&&navigator.serviceWorker.register('/w.js')"), more={"/w.js": f"fetch('{_IN}',{{mode:'no-cors'}})"}),
    Trap(name="form", page=f"<form id=f method=post action='{_IN}'><input name=a value=b></form>" + script("f.submit()")),
    Trap(name="location", page=script(f"location.replace('{_IN}')"), ends="is not a public address"),
    Trap(name="meta-refresh", page=f"<meta http-equiv=refresh content='0;url={_IN}'>" + script(""), ends="is not a public address"),
    Trap(name="redirect", page="", status=302, fields=(("Location", _IN),), ends="is not a public address"),
    Trap(name="metadata", page=script("location='http://169.254.169.254/latest/meta-data/'"), ends="is not a public address"),
    Trap(name="rebinding", page=script("let n=0;setInterval(()=>{if(n++<9)fetch('http://rebind.example:TCP/'+n,{mode:'no-cors'})},500)")),
    Trap(name="fetch-from-a-click", page=script("") + f"<button onclick=\"location='{_IN}'\">Continue</button>"),
)  # fmt: skip
FILES = (
    Trap(name="file-frame", page=script("") + "<iframe src='file:///etc/passwd'></iframe><iframe src='view-source:file:///etc/passwd'></iframe>"),
    Trap(name="file-location", page=script("try{location='file:///etc/passwd'}catch(e){p.textContent=e}")),
    Trap(name="file-redirect", page="", status=302, fields=(("Location", "file:///etc/passwd"),), ends="no browser goes"),
    Trap(name="chrome-pages", page=script("try{location='chrome://settings'}catch(e){};window.open('chrome://gpu')")),
    Trap(name="data-frame", page=script("") + f"<iframe src=\"data:text/html,<script>fetch('{_IN}',{{mode:'no-cors'}})</script>\"></iframe>"),
    Trap(name="javascript-frame", page=script("") + f"<iframe src=\"javascript:fetch('{_IN}',{{mode:'no-cors'}})\"></iframe>"),
    Trap(name="download", page=script("const a=document.createElement('a');a.href='data:application/octet-stream,x';a.download='x.exe';a.click();location='/x.exe'"), more={"/x.exe": "MZ\x00"}),
)  # fmt: skip
BOUNDS = (
    Trap(name="endless-loop", page=script("for(;;);"), ends=_ENDLESS),
    Trap(name="endless-later", page=script("setTimeout(()=>{for(;;);},3000)"), ends=_ENDLESS),
    Trap(name="endless-microtasks", page=script("(function f(){Promise.resolve().then(f)})()"), ends=_ENDLESS),
    Trap(name="endless-worker", page=script("for(let i=0;i<50;i++)new Worker(URL.createObjectURL(new Blob(['for(;;);'])))")),
    Trap(name="timers", page=script("for(let i=0;i<2000;i++)setInterval(()=>{p.textContent+='x'},1)"), ends="?"),
    Trap(name="memory", page=script("const a=[];for(;;)a.push(new Uint8Array(1<<24).fill(7))"), ends="?"),
    Trap(name="heap", page=script("const a=[];for(;;)a.push('x'.repeat(100)+a.length)"), ends="?"),
    Trap(name="markup", page=script("for(;;)document.body.append(document.createElement('p'))"), ends="?"),
    Trap(name="document-write", page=script("for(let i=0;i<1e6;i++)document.write('<p>x'.repeat(99))"), ends="?"),
    Trap(name="alerts", page=script("for(let i=0;i<300;i++){alert(i);confirm(i);prompt(i)}"), ends="?"),
    Trap(name="windows", page=script("for(let i=0;i<300;i++)window.open('/x'+i);")),
    Trap(name="frames-in-frames", page="<p>frames</p><iframe src='/?x'></iframe><iframe src='/?y'></iframe>" + script("")),
    Trap(name="unload", page=script("onbeforeunload=()=>'stay';location='/y'"), more={"/y": script("")}, ends="?"),
    Trap(name="print", page=script("print();Notification.requestPermission();navigator.geolocation.getCurrentPosition(()=>{})")),
    Trap(name="history", page=script("for(let i=0;i<1000;i++)history.pushState({},'','/'+i)")),
    Trap(name="ever-onward", page=script("location='/?'+Math.random()"), ends="?"),
    Trap(name="many-requests", page=script("for(let i=0;i<5000;i++)fetch('/s'+i)")),
    Trap(name="styles", page="<style>" + "p{background:url(/a)}" * 20_000 + "</style>" + script("")),
)  # fmt: skip
TRAPS = (*INWARD, *FILES, *BOUNDS)


class Listeners:
    """Sockets on this machine's loopback addresses that count who comes."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        self._sockets: list[socket.socket] = []
        self.tcp = self._listen(socket.AF_INET, "127.0.0.1", socket.SOCK_STREAM)
        self.udp = self._listen(socket.AF_INET, "127.0.0.1", socket.SOCK_DGRAM)
        try:
            self.six = self._listen(socket.AF_INET6, "::1", socket.SOCK_STREAM)
        except OSError:  # a machine without IPv6 has nobody to dial there
            self.six = self.tcp

    def _listen(self, family: socket.AddressFamily, address: str, kind: socket.SocketKind) -> int:
        listener = socket.socket(family, kind)
        listener.bind((address, 0))
        self._sockets.append(listener)
        if kind == socket.SOCK_STREAM:
            listener.listen()
        threading.Thread(target=self._count, args=(listener, kind), daemon=True).start()
        return int(listener.getsockname()[1])

    def _count(self, listener: socket.socket, kind: socket.SocketKind) -> None:
        with suppress(OSError):
            while True:
                if kind == socket.SOCK_STREAM:
                    client, peer = listener.accept()
                    client.close()
                else:
                    _, peer = listener.recvfrom(2048)
                self.reached.append(f"{kind.name} {peer}")

    def filled(self, text: str) -> str:
        """Put the ports where a trap names them."""
        return text.replace("TCP", str(self.tcp)).replace("SIX", str(self.six)).replace("UDP", str(self.udp))

    def close(self) -> None:
        for listener in self._sockets:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()


@contextmanager
def listening() -> Iterator[Listeners]:
    listeners = Listeners()
    try:
        yield listeners
    finally:
        listeners.close()


@dataclass(kw_only=True)
class Sprung:
    """What became of one trap."""

    rendered: Rendered
    seconds: float
    memory_mb: float
    asked: list[str]

    @property
    def end(self) -> str:
        if self.rendered.problem is not None:
            return self.rendered.problem[1]
        return str(self.rendered.error) if self.rendered.error else "seen"


async def spring(trap: Trap, listeners: Listeners, *, own_s: float = OWN_S) -> Sprung:
    """Open one trap in Chromium."""
    answers: dict[str, int] = {}
    asked_for: list[str] = []

    async def lookup(name: str) -> Sequence[str]:
        answers[name] = answers.get(name, 0) + 1
        return (
            ("127.0.0.1",)
            if name == "localhost" or (answers[name] > 1 and name.startswith("rebind"))
            else ("93.184.216.34",)
        )

    guard = Guard(lookup=lookup)

    async def supply(asked: Asked) -> Supplied:
        parts = urlsplit(asked.url)
        asked_for.append(asked.url)
        await guard.route(Host((parts.hostname or "").strip("[]")), parts.port or 80)
        if parts.hostname != "trap.example":
            raise VisitError(Failure.REFUSED, "nobody is there")
        path = parts.path
        if path in trap.more:
            made = trap.more[path]
            return Supplied(
                status=200,
                fields=_HTML if made.startswith("<") else _SCRIPT,
                body=listeners.filled(made).encode(),
            )
        fields = tuple((name, listeners.filled(value)) for name, value in trap.fields)
        return Supplied(status=trap.status, fields=fields, body=listeners.filled(trap.page).encode())

    program = find_chromium()
    assert program is not None
    most = [0]
    asks = process.Chromium.memory

    def noting(chromium: process.Chromium) -> int:
        most.append(asks(chromium))
        return most[-1]

    process.Chromium.memory = noting  # type: ignore[method-assign] # noted, not changed
    started = time.monotonic()
    try:
        rendered = await render(URL, supply, program=program, headers=HEADERS, own_s=own_s)
    finally:
        process.Chromium.memory = asks  # type: ignore[method-assign]
    return Sprung(
        rendered=rendered, seconds=time.monotonic() - started, memory_mb=max(most) / 1e6, asked=asked_for
    )


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("names", nargs="*", help="traps to open (all)")
    options = arguments.parse_args()
    wrong = 0
    with listening() as listeners:
        for trap in TRAPS:
            if options.names and trap.name not in options.names:
                continue
            sprung = asyncio.run(spring(trap, listeners))
            right = fits(trap, sprung)
            wrong += not right
            print(
                f"{'ok   ' if right else 'WRONG'} {trap.name:20} {sprung.seconds:5.1f} s {sprung.memory_mb:5.0f} MB  {len(sprung.asked):3} asked, {sprung.rendered.knocks:3} at the wall  {sprung.end[:70]}",
                flush=True,
            )
        print(
            f"{len(listeners.reached)} connections or packets reached this machine's addresses; {wrong} traps ended otherwise than they must"
        )
    return int(bool(listeners.reached) or bool(wrong))


def fits(trap: Trap, sprung: Sprung) -> bool:
    """Whether it ended as its row says."""
    if trap.ends == "?":  # however it ends, it ends
        return True
    return sprung.end == "seen" if not trap.ends else trap.ends in sprung.end


if __name__ == "__main__":
    sys.exit(main())

"""The hostile farm: what a page, a server or a name can do to a crawler, and the end it must come to.

One table, ``ATTACKS``; a row is a host of its own. ``python -m tests.hostile_farm`` serves it on a port that
it prints, for whoever wants to look. Sizes are far above any sane limit and made while they are sent.
"""
# ruff: noqa: E501 - a table reads best with a row a line

import gzip
import socket
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.raw_web import PAGE, RawWeb, Wire

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
MB = 1_000_000

Deed = Callable[[Wire], None]


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One host, what it does when asked, and what a visit to it must end with."""

    name: str
    does: Deed
    ends: str | None
    """The failure's kind; None: there is a page, and it is read."""
    robots: Deed | None = None
    """None: there is no robots.txt."""
    scheme: str = "http"
    busy: str | None = None
    """What it may end with besides where the farm's flood starves its own answer."""

    @property
    def host(self) -> str:
        return f"{self.name}.farm.example"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}/"


# --- how an answer goes out ---------------------------------------------------------------------------


def says(*parts: bytes, then: Deed | None = None) -> Deed:
    def deed(wire: Wire) -> None:
        for part in parts:
            wire.send(part)
        if then is not None:
            then(wire)

    return deed


def page(
    body: bytes | Callable[[], bytes], *fields: bytes, type_: bytes = b"text/html; charset=utf-8"
) -> Deed:
    def deed(wire: Wire) -> None:
        made = body if isinstance(body, bytes) else body()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: " + type_ + b"\r\nContent-Length: %d\r\n" % len(made)
        wire.send(head + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + made)

    return deed


def packed(body: Callable[[], bytes], coding: bytes) -> Deed:
    return page(body, b"Content-Encoding: " + coding)


def leads(target: bytes, status: bytes = b"302 Found", body: bytes = b"") -> Deed:
    return says(
        b"HTTP/1.1 " + status + b"\r\nLocation: " + target + b"\r\nContent-Length: %d\r\n\r\n" % len(body),
        body,
    )


def meta(target: str) -> Deed:
    return page(f'<meta http-equiv="refresh" content="0; url={target}">'.encode())


def flood(data: bytes) -> Deed:
    return lambda wire: wire.endless(data)


def silence(wire: Wire) -> None:
    wire.pause()


def drip(data: bytes) -> Deed:
    def deed(wire: Wire) -> None:
        while True:
            for byte in data:
                wire.send(bytes([byte]))
                wire.pause(0.2)

    return deed


def reset(wire: Wire) -> None:
    wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def onward(scheme: bytes) -> Deed:
    """Lead to the next number, for ever."""

    def deed(wire: Wire) -> None:
        number = int(b"0" + bytes(filter(lambda byte: 48 <= byte < 58, wire.asked[-1].split()[1])))
        if scheme == b"meta":
            meta(f"/{number + 1}")(wire)
        else:
            leads(b"/%d" % (number + 1))(wire)

    return deed


def repeated(piece: bytes, size: int = int(1.9 * MB)) -> Callable[[], bytes]:
    return lambda: PAGE + piece * (size // len(piece))


def nested(opening: bytes, closing: bytes = b"", depth: int = 100_000) -> Callable[[], bytes]:
    return lambda: opening * depth + b"<p>the bottom</p>" + closing * depth


def bomb(times: int = 1) -> Callable[[], bytes]:
    return lambda: _bomb(times)


@cache
def _bomb(times: int) -> bytes:
    body = bytes(50 * MB) if times == 1 else _bomb(times - 1)
    return gzip.compress(body, compresslevel=1, mtime=0)


def rules(lines: Iterable[bytes]) -> Deed:
    return page(b"User-agent: *\n" + b"\n".join(lines), type_=b"text/plain")


# --- the table ----------------------------------------------------------------------------------------

_CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
_WIRE = [
    Attack(name="header-flood", does=says(HEAD, then=flood(b"X-A: " + b"a" * 900 + b"\r\n")), ends="too-large"),
    Attack(name="header-without-end", does=says(HEAD + b"X-A: ", then=flood(b"a" * 9000)), ends="too-large"),
    Attack(name="many-small-headers", does=says(HEAD, then=flood(b"a:\r\n" * 999)), ends="too-large"),
    Attack(name="status-line-without-end", does=says(b"HTTP/1.1 200 ", then=flood(b"OK" * 4000)), ends="too-large"),
    Attack(name="interim-flood", does=flood(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), ends="too-large"),
    Attack(name="continue-flood", does=flood(b"HTTP/1.1 100 Continue\r\n\r\n"), ends="too-large"),
    Attack(name="header-drip", does=says(HEAD, then=drip(b"X-Slow: please wait\r\n")), ends="timeout"),
    Attack(name="status-drip", does=drip(b"HTTP/1.1 200 OK please wait"), ends="timeout"),
    Attack(name="body-drip", does=says(_CHUNKED, then=drip(b"1\r\nx\r\n")), ends="timeout"),
    Attack(name="silence", does=silence, ends="timeout"),
    Attack(name="silence-after-headers", does=says(HEAD + b"Content-Length: 9\r\n\r\n", then=silence), ends="timeout"),
    Attack(name="hang-up", does=says(), ends="network"),
    Attack(name="reset", does=reset, ends="network"),
    Attack(name="no-head", does=says(b"<p>only a body, as in 1991</p>\n"), ends="malformed"),
    Attack(name="binary-noise", does=says(bytes(range(256)) * 40), ends="malformed"),
    Attack(name="another-protocol", does=says(b"SSH-2.0-OpenSSH_9.6\r\n"), ends="malformed"),
    Attack(name="http2-frames", does=says(b"\x00\x00\x12\x04" + bytes(23)), ends="malformed"),
    Attack(name="odd-status", does=says(b"HTTP/1.1 2x0 OK\r\n\r\n"), ends="malformed"),
    Attack(name="status-zero", does=says(b"HTTP/1.1 000 No\r\nContent-Length: 0\r\n\r\n"), ends="malformed"),
    Attack(name="status-999", does=says(b"HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n"), ends="malformed"),
    Attack(name="switching", does=says(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", then=silence), ends="timeout"),
    Attack(name="negative-length", does=says(HEAD + b"Content-Length: -5\r\n\r\n" + PAGE), ends="malformed"),
    Attack(name="two-lengths", does=says(HEAD + b"Content-Length: 3\r\nContent-Length: 9\r\n\r\nabc"), ends="malformed"),
    Attack(name="length-of-a-galaxy", does=says(HEAD + b"Content-Length: 9" + b"9" * 16 + b"\r\n\r\n"), ends="too-large"),
    Attack(name="length-past-counting", does=says(HEAD + b"Content-Length: 9" + b"9" * 60 + b"\r\n\r\n"), ends="too-large"),
    Attack(name="cut-short", does=says(HEAD + b"Content-Length: 9000\r\n\r\n" + PAGE), ends="network"),
    Attack(name="chunks-cut-short", does=says(_CHUNKED + b"ffff\r\n" + PAGE), ends="network"),
    Attack(name="chunks-of-nonsense", does=says(_CHUNKED + b"zz\r\n"), ends="network"),
    Attack(name="chunk-past-counting", does=says(_CHUNKED + b"f" * 30 + b"\r\n" + PAGE), ends="network"),
    Attack(name="chunk-extension-flood", does=says(_CHUNKED + b"1;", then=flood(b"a" * 9000)), ends="timeout"),
    Attack(name="empty-chunk-drip", does=says(_CHUNKED, then=drip(b"1 \r\n")), ends="network"),
    Attack(name="trailer-flood", does=says(_CHUNKED + b"0\r\n", then=flood(b"X-T: " + b"a" * 900 + b"\r\n")), ends="too-large"),
    Attack(name="null-in-header", does=says(HEAD + b"X-A: a\x00b\r\nContent-Length: 0\r\n\r\n"), ends="malformed"),
    Attack(name="fold-flood", does=says(HEAD + b"X-A: a\r\n", then=flood(b" b\r\n" * 999)), ends="too-large"),
    Attack(name="unknown-transfer-coding", does=says(HEAD + b"Transfer-Encoding: rot13\r\n\r\n" + PAGE), ends="malformed"),
    Attack(name="tls-silence", does=silence, ends="timeout", scheme="https"),
    Attack(name="tls-noise", does=says(bytes(range(256)) * 9), ends="tls", scheme="https"),
    Attack(name="tls-alert", does=says(b"\x15\x03\x03\x00\x02\x02\x28"), ends="tls", scheme="https"),
    Attack(name="tls-plain-http", does=says(HEAD + b"Content-Length: 0\r\n\r\n"), ends="tls", scheme="https"),
    Attack(name="tls-hang-up", does=says(), ends="tls", scheme="https"),
    Attack(name="tls-record-flood", does=flood(b"\x16\x03\x03\x40\x00" + bytes(0x4000)), ends="tls", scheme="https", busy="timeout"),
]  # fmt: skip
_BODIES = [
    Attack(name="endless-body", does=says(_CHUNKED, then=flood(b"fff\r\n" + b"x" * 0xFFF + b"\r\n")), ends="too-large"),
    Attack(name="endless-unchunked", does=says(HEAD + b"\r\n", then=flood(b"<p>on and on" * 999)), ends="too-large"),
    Attack(name="gzip-bomb", does=packed(bomb(), b"gzip"), ends="too-large"),
    Attack(name="double-gzip-bomb", does=packed(bomb(2), b"gzip, gzip"), ends="too-large"),
    Attack(name="deflate-bomb", does=packed(lambda: zlib.compress(bytes(50 * MB), 1), b"deflate"), ends="too-large"),
    Attack(name="bomb-of-members", does=packed(lambda: gzip.compress(bytes(MB), 1) * 60, b"gzip"), ends="too-large"),
    Attack(name="empty-members", does=packed(lambda: gzip.compress(b"") * 90_000, b"gzip"), ends=None),
    Attack(name="fifty-codings", does=packed(bomb(), b"gzip" + b", gzip" * 49), ends="malformed"),
    Attack(name="gzip-of-nonsense", does=packed(lambda: b"\x1f\x8bnot gzip", b"gzip"), ends="malformed"),
    Attack(name="gzip-cut-short", does=packed(lambda: gzip.compress(PAGE * 99)[:-30], b"gzip"), ends="malformed"),
    Attack(name="brotli-unasked", does=packed(lambda: b"\x8b\x02\x80" + bytes(range(200)), b"br"), ends="not-html"),
    Attack(name="redirect-with-a-huge-body", does=says(b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n", then=flood(b"x" * 9999)), ends="bad-redirect"),
    Attack(name="error-with-a-huge-body", does=says(b"HTTP/1.1 404 No\r\n\r\n", then=flood(b"x" * 9999)), ends="http-4xx"),
    Attack(name="film-without-end", does=says(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n", then=flood(b"x" * 9999)), ends="not-html"),
    Attack(name="picture-called-page", does=page(b"\x89PNG\r\n\x1a\n" + bytes(99)), ends="not-html"),
    Attack(name="film-called-page", does=page(b"\x00\x00\x00\x20ftypisom" + bytes(99)), ends="not-html"),
    Attack(name="archive-called-text", does=page(b"PK\x03\x04" + bytes(99), type_=b"text/plain"), ends="not-html"),
    Attack(name="program-called-page", does=page(b"\x7fELF" + bytes(99)), ends="not-html"),
    Attack(name="type-without-end", does=page(PAGE, type_=b"text/html; " + b"a=b;" * 9000), ends=None),
    Attack(name="null-bytes", does=page(b"<p>a\x00b" * 9000), ends=None),
]  # fmt: skip
_MARKUP = [
    Attack(name="deep-divs", does=page(nested(b"<div>")), ends=None),
    Attack(name="half-a-million-deep", does=page(nested(b"<b>", depth=500_000)), ends=None),
    Attack(name="deep-tables", does=page(nested(b"<table><tr><td>", depth=50_000)), ends=None),
    Attack(name="deep-lists", does=page(nested(b"<ul><li>", depth=90_000)), ends=None),
    Attack(name="deep-forms", does=page(nested(b"<form><fieldset>", depth=60_000)), ends=None),
    Attack(name="deep-svg", does=page(nested(b"<svg><g>", depth=90_000)), ends=None),
    Attack(name="deep-template", does=page(nested(b"<template>", depth=90_000)), ends=None),
    Attack(name="formatting-bomb", does=page(nested(b"<a><b><i><u><s>", depth=40_000)), ends=None),
    Attack(name="million-attributes", does=page(lambda: b"<p " + b"a=b " * 450_000 + b">x"), ends=None),
    Attack(name="different-attributes", does=page(lambda: b"<p " + b" ".join(b"a%d=1" % n for n in range(150_000)) + b">x"), ends=None),
    Attack(name="attribute-without-end", does=page(repeated(b"<p title='") ), ends=None),
    Attack(name="tag-without-end", does=page(repeated(b"<p ")), ends=None),
    Attack(name="comment-without-end", does=page(repeated(b"<!-- ")), ends=None),
    Attack(name="entity-flood", does=page(repeated(b"&amp;&#x10FFFF;&#0;&CounterClockwiseContourIntegral;")), ends=None),
    Attack(name="laughs", does=page(b'<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><html xmlns="http://www.w3.org/1999/xhtml"><p>&b;</p></html>', type_=b"application/xhtml+xml"), ends=None),
    Attack(name="outside-entity", does=page(b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><p>&a;</p>', type_=b"text/xml"), ends=None),
    Attack(name="title-without-end", does=page(lambda: b"<title>" + b"ivory " * 300_000), ends=None),
    Attack(name="plaintext", does=page(repeated(b"<plaintext>")), ends=None),
    Attack(name="hundred-thousand-links", does=page(repeated(b'<a href="/x">buy</a>')), ends=None),
    Attack(name="select-flood", does=page(repeated(b"<select><option>1")), ends=None),
    Attack(name="refresh-flood", does=page(repeated(b'<meta http-equiv=refresh content="9;url=/x">')), ends=None),
    Attack(name="script-flood", does=page(repeated(b"<script>var a='</scr'+'ipt>'</script>")), ends=None),
    Attack(name="json-ld-deep", does=page(lambda: b'<script type="application/ld+json">' + b"[" * 500_000 + b"</script>" + PAGE), ends=None),
    Attack(name="json-ld-number", does=page(lambda: b'<script type="application/ld+json">{"@type":"Product","offers":{"price":' + b"9" * 500_000 + b"}}</script>" + PAGE), ends=None),
    Attack(name="style-flood", does=page(repeated(b"<p style='display:none;display:block;'>x")), ends=None),
]  # fmt: skip
_TEXT = [
    Attack(name="one-long-word", does=page(repeated(b"a")), ends=None),
    Attack(name="digits", does=page(repeated(b"1")), ends=None),
    Attack(name="digits-and-dashes", does=page(repeated(b"1-")), ends=None),
    Attack(name="at-signs", does=page(repeated(b"a@")), ends=None),
    Attack(name="dots", does=page(repeated(b"a.b@c.")), ends=None),
    Attack(name="slashes", does=page(repeated(b"http://")), ends=None),
    Attack(name="prices", does=page(repeated(b"$1.$2,3 ")), ends=None),
    Attack(name="spaces", does=page(repeated(b" \t\n")), ends=None),
    Attack(name="zero-width", does=page(repeated("\u200b\u200d\u2060\ufeff".encode())), ends=None),
    Attack(name="combining", does=page(repeated("e\u0301\u0302\u0303".encode() * 9)), ends=None),
    Attack(name="both-directions", does=page(repeated("\u202ea\u202db\u2066".encode())), ends=None),
    Attack(name="ligatures-that-grow", does=page(repeated("\ufdfa".encode())), ends=None),
    Attack(name="han-without-end", does=page(repeated("加微信".encode())), ends=None),
    Attack(name="broken-utf8", does=page(repeated(b"\xff\xfe\xc0\x80\xed\xa0\x80")), ends=None),
    Attack(name="utf-7", does=page(b"+ADw-script+AD4-" * 999, type_=b"text/html; charset=utf-7"), ends=None),
    Attack(name="utf-16-unmarked", does=page(lambda: ("<p>garden birds " * 9000).encode("utf-16-le")), ends=None),
    Attack(name="charset-of-nonsense", does=page(PAGE, type_=b"text/html; charset=rot13"), ends=None),
    Attack(name="charset-of-python", does=page(PAGE, type_=b"text/html; charset=unicode_escape"), ends=None),
    Attack(name="charset-that-unpacks", does=page(lambda: zlib.compress(bytes(50 * MB)), type_=b"text/html; charset=zlib_codec"), ends="not-html"),
    Attack(name="iso-2022-flood", does=page(repeated(b"\x1b$B\x1b(B"), type_=b"text/html; charset=iso-2022-jp"), ends=None),
]  # fmt: skip
_HOPS = [
    Attack(name="loop", does=leads(b"/"), ends="too-many-hops"),
    Attack(name="ever-onward", does=onward(b"http"), ends="too-many-hops"),
    Attack(name="meta-onward", does=onward(b"meta"), ends="too-many-hops"),
    Attack(name="to-a-file", does=leads(b"file:///etc/passwd"), ends="bad-redirect"),
    Attack(name="to-data", does=leads(b"data:text/html,hi"), ends="bad-redirect"),
    Attack(name="to-script", does=leads(b"javascript:alert(1)"), ends="bad-redirect"),
    Attack(name="to-ftp", does=leads(b"ftp://127.0.0.1/"), ends="bad-redirect"),
    Attack(name="to-gopher", does=leads(b"gopher://127.0.0.1:6379/_INFO"), ends="bad-redirect"),
    Attack(name="to-userinfo", does=leads(b"http://a:b@127.0.0.1/"), ends="bad-redirect"),
    Attack(name="to-nowhere", does=says(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"), ends="bad-redirect"),
    Attack(name="to-a-very-long-url", does=leads(b"/" + b"a" * 60_000), ends="bad-redirect"),
    Attack(name="to-nulls", does=leads(b"http://a%00b.example/"), ends="bad-redirect"),
    Attack(name="choices", does=leads(b"/x", b"300 Multiple Choices"), ends="bad-redirect"),
    Attack(name="to-loopback", does=leads(b"http://127.0.0.1/"), ends="blocked-address"),
    Attack(name="to-a-number", does=leads(b"http://2130706433/"), ends="blocked-address"),
    Attack(name="to-octal", does=leads(b"http://0177.0.0.1/"), ends="blocked-address"),
    Attack(name="to-hex", does=leads(b"http://0x7f.1/"), ends="blocked-address"),
    Attack(name="to-mapped", does=leads(b"http://[::ffff:127.0.0.1]/"), ends="blocked-address"),
    Attack(name="to-nat64", does=leads(b"http://[64:ff9b::7f00:1]/"), ends="blocked-address"),
    Attack(name="to-6to4", does=leads(b"http://[2002:7f00:1::]/"), ends="blocked-address"),
    Attack(name="to-metadata", does=leads(b"http://169.254.169.254/latest/meta-data/"), ends="blocked-address"),
    Attack(name="to-wide-digits", does=leads("http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/".encode()), ends="blocked-address"),
    Attack(name="to-another-port", does=leads(b"http://other.farm.example:22/"), ends="blocked-address"),
    Attack(name="meta-to-loopback", does=meta("http://127.0.0.1/"), ends="blocked-address"),
    Attack(name="meta-to-a-file", does=meta("file:///etc/passwd"), ends=None),
    Attack(name="refresh-to-metadata", does=page(PAGE, b"Refresh: 0; url=http://169.254.169.254/"), ends="blocked-address"),
    Attack(name="location-in-interim", does=says(b"HTTP/1.1 103 Hi\r\nLocation: http://127.0.0.1/\r\n\r\n", HEAD + b"Content-Length: 5\r\n\r\n<p>hi"), ends=None),
]  # fmt: skip
_ROBOTS = [
    Attack(name="robots-endless", does=page(PAGE), robots=says(HEAD + b"\r\n", then=flood(b"Allow: /\n" * 999)), ends="robots"),
    Attack(name="robots-bomb", does=page(PAGE), robots=packed(bomb(), b"gzip"), ends="robots"),
    Attack(name="robots-silence", does=page(PAGE), robots=silence, ends="timeout"),
    Attack(name="robots-drip", does=page(PAGE), robots=says(_CHUNKED, then=drip(b"1\r\n#\r\n")), ends="timeout"),
    Attack(name="robots-500", does=page(PAGE), robots=says(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"), ends="robots"),
    Attack(name="robots-loop", does=page(PAGE), robots=leads(b"/robots.txt"), ends=None),
    Attack(name="robots-inside", does=page(PAGE), robots=leads(b"http://169.254.169.254/"), ends="blocked-address"),
    Attack(name="robots-of-stars", does=page(PAGE), robots=rules([b"Disallow: /" + b"*a" * 5000 + b"$"] * 20), ends=None),
    Attack(name="robots-of-rules", does=page(PAGE), robots=rules(b"Disallow: /%d*" % n for n in range(20_000)), ends=None),
    Attack(name="robots-of-agents", does=page(PAGE), robots=page(b"".join(b"User-agent: a%d\n" % n for n in range(20_000)) + b"Disallow:\n"), ends=None),
    Attack(name="robots-of-nonsense", does=page(PAGE), robots=page(bytes(range(256)) * 999), ends=None),
    Attack(name="robots-crawl-delay", does=page(PAGE), robots=rules([b"Crawl-delay: 1e308", b"Disallow:"]), ends=None),
    Attack(name="robots-refuses", does=page(PAGE), robots=rules([b"Disallow: /"]), ends="robots"),
]  # fmt: skip

ATTACKS = (*_WIRE, *_BODIES, *_MARKUP, *_TEXT, *_HOPS, *_ROBOTS)
_BY_HOST = {attack.host.encode(): attack for attack in ATTACKS}


# --- the server ---------------------------------------------------------------------------------------


def _serve(wire: Wire) -> None:
    """Do what the host that was asked for does; of TLS only the name in the clear is read."""
    first = wire.socket.recv(1, socket.MSG_PEEK)
    if first == b"\x16":
        hello = wire.socket.recv(65_536)
        for host, attack in _BY_HOST.items():
            if host in hello:
                attack.does(wire)
        return
    while request := wire.request():
        fields = dict(line.partition(b": ")[::2] for line in request.split(b"\r\n")[1:])
        attack = _BY_HOST[fields[b"Host"].partition(b":")[0]]
        if request.split()[1] != b"/robots.txt":
            attack.does(wire)
            return
        if attack.robots is not None:
            attack.robots(wire)
            return
        wire.send(NO_ROBOTS)


@contextmanager
def farm() -> Iterator[str]:
    """Serve all attacks from a process of its own; gives ``127.0.0.1:PORT``."""
    command = [sys.executable, "-m", "tests.hostile_farm"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().decode().split()[0]
        finally:
            process.terminate()


def main() -> None:
    for times in (1, 2):  # packed before somebody waits for it
        bomb(times)()
    web = RawWeb(_serve)
    print(f"{web.address} serves {len(ATTACKS)} attacks; end with Ctrl-C", flush=True)
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    web.close()


if __name__ == "__main__":
    main()

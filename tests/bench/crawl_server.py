"""The crawl benchmark's web: one asyncio process, plain and TLS, the same landing pages for every host.

``python tests/bench/crawl_server.py [SECONDS]`` prints the two ports; it answers so much later. As little work as can be: pages are made before,
/robots.txt is 404. Listens on all of 127.0.0.0/8, so that every page can have an address of its own.
"""
# ruff: noqa: E501, RUF001 - markup, and Chinese has commas of its own

import asyncio
import random
import ssl
import sys

import trustme

VARIANTS = 60  # different pages
MEAN_BYTES = 69_000  # of a landing page with its styles and scripts inline
GOODS = ("seeds", "spades", "bird tables", "watering cans", "beehives", "种子", "花盆", "园艺手套", "喂鸟器")
SAID = (
    "Made to last and tried by our own gardeners in all weathers.",
    "Sent the same day if ordered before noon, and taken back for a month.",
    "耐用，园丁亲自试用，当天发货，三十天内可退。",
    "Read how our neighbours use it in a small garden.",
    "适合阳台和小花园，附使用说明。",
)


def page(number: int) -> bytes:
    """Write a shop for gardeners, in English and Chinese, with the markup that shops have."""
    dice = random.Random(number)
    size = max(12_000, dice.lognormvariate(0, 0.45) * MEAN_BYTES * 0.9)
    parts = [_head(number, dice, int(size * 0.42)), _menu(dice), "<main class='container-fluid px-4'>"]
    written = sum(len(part.encode()) for part in parts)
    item = 0
    while written < size:
        parts.append(_card(number, item, dice))
        written += len(parts[-1].encode())
        item += 1
    parts.append("</main>" + _menu(dice) + "<footer>Garden friends, open daily 9-17</footer></body></html>")
    return "".join(parts).encode()


def _head(number: int, dice: random.Random, size: int) -> str:
    names = [f".c{dice.randrange(9999)}-{word}" for word in ("btn", "nav", "card", "row", "col")]
    rule = "{{display:flex;margin:{}px;color:#{:06x};transition:all .2s ease-in-out}}"
    styles, scripts = [], []
    while sum(map(len, styles)) < size // 2:
        styles.append(dice.choice(names) + rule.format(dice.randrange(40), dice.randrange(1 << 24)))
    while sum(map(len, scripts)) < size // 2:
        scripts.append(
            f"window.a{dice.randrange(9999)}=function(e){{return e.target.dataset.id<{dice.random()}}};"
        )
    meta = "".join(
        f'<meta property="og:{name}" content="Garden {number}">' for name in ("title", "site_name")
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Garden {number} 园艺</title>'
        f'<meta name="description" content="All for the garden, 一切为了花园">{meta}'
        f"<style>{''.join(styles)}</style><script>{''.join(scripts)}</script></head><body class='home page'>"
    )


def _menu(dice: random.Random) -> str:
    links = "".join(
        f'<li class="nav-item dropdown"><a class="nav-link" href="/c/{n}?ref=menu" data-id="{dice.randrange(999)}">'
        f"{GOODS[n % len(GOODS)]}</a></li>"
        for n in range(24)
    )
    return f'<nav class="navbar navbar-expand-lg"><ul class="navbar-nav me-auto">{links}</ul></nav>'


def _card(number: int, place: int, dice: random.Random) -> str:
    item = dice.choice(GOODS)
    sizes = ", ".join(f"/img/{number}/{place}-{w}w.webp {w}w" for w in (320, 640, 960, 1280))
    return (
        f'<div class="col-12 col-md-6 col-lg-4 mb-4" data-product="{dice.randrange(10**9)}" data-pos="{place}">'
        f'<div class="card h-100 shadow-sm"><a href="/p/{place}?ref=home" class="stretched-link" rel="noopener">'
        f'<img loading="lazy" class="card-img-top" src="/img/{number}/{place}.jpg" srcset="{sizes}" alt="{item}"></a>'
        f'<div class="card-body d-flex flex-column"><h3 class="card-title h6">{item} no. {place * number % 97}</h3>'
        f'<p class="card-text text-muted small">{dice.choice(SAID)}</p><span class="price fw-bold">'
        f'${dice.randrange(4, 60)}.50</span><button type="button" class="btn btn-primary btn-sm mt-auto" '
        f'data-action="cart#add">Add to cart</button></div></div></div>'
    )


class Answers(asyncio.Protocol):
    """Says a page to whoever asks, 404 to /robots.txt."""

    def __init__(self, pages: list[bytes], later_s: float) -> None:
        self._pages = pages
        self._later_s = later_s
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._asked += data
        while (end := self._asked.find(b"\r\n\r\n")) >= 0:
            request, self._asked = self._asked[:end], self._asked[end + 4 :]
            if b" /robots.txt " in request:
                self._say(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            else:
                host = request.partition(b"ost: ")[2].partition(b"\r\n")[0]
                self._say(self._pages[sum(host) % len(self._pages)])

    def _say(self, answer: bytes) -> None:
        if self._later_s:
            asyncio.get_running_loop().call_later(self._later_s, self._transport.write, answer)
        else:
            self._transport.write(answer)


async def serve(later_s: float) -> None:
    """Serve until terminated."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
    answers = [head % len(body) + body for body in map(page, range(VARIANTS))]
    entrance = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("*.example").configure_cert(entrance)
    loop = asyncio.get_running_loop()
    ports = []
    for context in (None, entrance):
        server = await loop.create_server(
            lambda: Answers(answers, later_s), "0.0.0.0", 0, backlog=1024, ssl=context
        )
        ports.append(server.sockets[0].getsockname()[1])
    print(*ports, sum(map(len, answers)) // VARIANTS, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0))

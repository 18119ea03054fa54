# ruff: noqa: E501, RUF001 - a table reads best by rows; Chinese writes full width
"""States: pages that say nothing are known for what they are, and short shops stay readable."""

import pytest

from blocklist.model import PageState
from blocklist.privacy import Pseudonymiser
from crawler.read import read_page, read_text

PEOPLE = Pseudonymiser(b"k" * 32)
S = PageState


def state(body, content_type="text/html; charset=utf-8"):
    return read_page(body.encode(), content_type=content_type, url=None, pseudonymiser=PEOPLE)


SAY_NOTHING = [
    ("", S.EMPTY),
    ("   \n", S.EMPTY),
    ("<html><body></body></html>", S.EMPTY),
    ("<frameset><frame src=a><frame src=b></frameset>", S.EMPTY),
    ('<body><div id="app"></div><script src=a.js></script>', S.SCRIPT_ONLY),
    ('<body><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript><script src=a.js></script>', S.SCRIPT_ONLY),
    ("<title>Shop</title><noscript>请启用 JavaScript 后继续访问本站</noscript><script src=a.js></script>", S.SCRIPT_ONLY),
    ("<script>window.location.href='/next'</script>", S.SCRIPT_ONLY),
    ("<title>x</title><script>document.write('x')</script>", S.SCRIPT_ONLY),
    ("<title>Sale</title><img src=a.jpg><img src=b.jpg>", S.IMAGE_ONLY),
    ("<title>促销</title><p><img src=a.jpg></p>", S.IMAGE_ONLY),
    ("<h1>pens.example</h1><p>This domain is for sale. Make an offer on this domain today.</p>", S.PARKED),
    ("<title>pens.example</title><p>Buy this domain. Related searches</p>", S.PARKED),
    ("<h1>pens.example</h1><p>This domain is for sale! Buy now for $2,995</p>", S.PARKED),
    ("<p>该域名正在出售，如有意向请联系。</p>", S.PARKED),
    ("<p>This account has been suspended. Contact your hosting provider.</p>", S.PARKED),
    ("<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1><p>If you see this page, the web server is installed.</p>", S.DEFAULT_SERVER),
    ("<h1>It works!</h1>", S.DEFAULT_SERVER),
    ("<title>Apache2 Ubuntu Default Page: It works</title><p>This is the default welcome page used to test it.</p>", S.DEFAULT_SERVER),
    ("<title>IIS Windows Server</title><img src=iis.png>", S.DEFAULT_SERVER),
    ("<title>没有找到站点</title><p>您的请求在Web服务器中没有找到对应的站点！</p>", S.DEFAULT_SERVER),
    ("<title>404 Not Found</title><h1>Not Found</h1><p>The requested URL was not found on this server.</p>", S.ERROR),
    ("<h1>Oops</h1><p>The page you are looking for could not be found.</p>", S.ERROR),
    ("<title>403 Forbidden</title><h1>Forbidden</h1>", S.ERROR),
    ("<title>提示</title><p>您访问的页面不存在或已被删除</p>", S.ERROR),
    ("<p>该商品已失效，请返回首页看看其他的内容</p>", S.ERROR),
    ("<title>Just a moment...</title><p>Checking your browser before accessing pens.example</p>", S.CAPTCHA),
    ("<title>安全验证</title><p>请完成安全验证后继续访问</p>", S.CAPTCHA),
    ("<p>拖动滑块，完成滑动验证</p>", S.CAPTCHA),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), SAY_NOTHING)
def test_pages_that_say_nothing_have_a_state_and_a_reason(html, expected):
    found = state(html)
    assert found.state is expected
    assert found.state_reason


READABLE = [
    "<noscript>Please enable JavaScript</noscript><h1>Pens</h1><p>Fine pens and ink of all colours, made by hand in our own workshop and sent to you within two days, with love.</p>",
    '<div id="app"></div><p>出售各种手工茶叶，联系微信 teashop88</p><script>location.href</script>',
    "<p>Accounts for sale. If your account is suspended we replace it within a day.</p>",
    "<title>Pens</title><h1>Fine pens</h1><p>Blue pen $5</p><button>Add to cart</button>",
    "<title>茶</title><p>铁观音 300元 立即购买</p>",
    "<p>出售茶叶，联系微信 teashop88</p>",
    '<div id="app"><h1>Fine pens and ink</h1><p>Ordinary words that a server has rendered for its readers.</p></div><script></script>',
    "<title>Pens</title><p>Our old shop was not found by many, so here is the new one: pens from $5, buy now.</p>",
    "<h1>Error coins</h1><p>Rare coins with minting errors, 404 of them in stock, from €20.</p>",
    "<p>"
    + "An article about parked domains says that this domain is for sale is a common phrase. " * 30
    + "</p>",
    "<p>" + "登录时需要安全验证，这是一篇介绍验证码历史的文章，内容很长。" * 60 + "</p>",
    "<title>How to fix 404 Not Found</title><p>"
    + "Explains why servers say that a page was not found. " * 30
    + "</p>",
    "<h1>Sale</h1><img src=a.jpg><p>Twelve fine pens in a wooden box, gift wrapped.</p>",
    "<noscript>Please enable JavaScript</noscript><p>" + "Pens of all colours, made by hand. " * 30 + "</p>",
    "<p>2020年平安证券开户送礼活动现已开始</p>",
]


@pytest.mark.parametrize("html", READABLE)
def test_short_shops_and_articles_stay_readable(html):
    found = state(html)
    assert (found.state, found.state_reason) == (S.READABLE, "")


@pytest.mark.parametrize(
    ("text", "expected"), [("卖茶叶", S.READABLE), ("hi", S.READABLE), ("", S.EMPTY), ("  ", S.EMPTY)]
)
def test_a_message_is_readable_however_short(text, expected):
    assert read_text(text, title="", url=None, pseudonymiser=PEOPLE).state is expected


def test_binary_data_is_no_page():
    found = read_page(
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, content_type="", url=None, pseudonymiser=PEOPLE
    )
    assert (found.state, found.state_reason) == (S.EMPTY, "binary data and no text")

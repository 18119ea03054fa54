"""The service answers in the reader's language: by Accept-Language, and by a link that is remembered."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.model import Post
from blocklist.service.doors import Side
from blocklist.service.tongues import preferred
from tests.service_desk import open_desk

pytestmark = pytest.mark.edge

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}


@pytest.fixture
def desk(tmp_path):
    with open_desk(tmp_path / "ws") as opened:
        yield opened


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", "en"),
        ("zh", "zh"),
        ("zh-TW, en;q=0.8", "zh"),
        ("en, zh;q=0.9", "en"),
        ("fr, zh;q=0.2", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("fr, *", "en"),
        ("zh;q=broken, en;q=0.1", "en"),
        ("zh;q=nan", "en"),
    ],
)
def test_the_browser_s_preference_is_read_by_its_weights(header, wanted):
    assert preferred(header, ("en", "zh")) == wanted


@given(st.text(max_size=80))
def test_whatever_a_header_says_some_language_answers(header):
    assert preferred(header, ("en", "zh")) in {"en", "zh"}


def test_a_page_says_its_language_and_leads_to_the_same_page_in_the_other(desk):
    page = desk.public.get("/appeals/new", params={"entry": "LG-1"}, headers=CHINESE)
    assert '<html lang="zh-Hans">' in page.text
    assert page.headers["content-language"] == "zh-Hans"
    assert "Accept-Language" in page.headers["vary"]
    assert "对条目提出申诉" in page.text
    assert 'href="/appeals/new?entry=LG-1&amp;lang=en"' in page.text


def test_the_link_is_remembered_and_is_stronger_than_the_browser(desk):
    client = desk.public
    asked = client.get("/report?lang=zh")
    assert re.search(r"language=zh; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax", asked.headers["set-cookie"])
    assert "举报链接" in client.get("/report").text
    assert "Report a link" in client.get("/report?lang=en", headers=CHINESE).text
    assert "set-cookie" not in client.get("/report?lang=xx").headers


def test_what_is_refused_is_said_in_the_reader_s_language_with_its_values(desk):
    answer = desk.public.post("/appeals/new", data={"entry": "LG-NOSUCH", "statement": "x"}, headers=CHINESE)
    assert answer.status_code == 422
    assert "没有该编号的条目" in answer.text
    assert 'href="/?lang=en"' in answer.text  # a form's answer has no address of its own
    mo = desk.as_person("mo", Post.MODERATOR)
    mo.client.headers.update(CHINESE)
    refused = mo.post("/cases/2", do="confirm", reason="x", category="news")
    assert "政策中没有类别 news" in refused.text
    assert "此处不对审核员开放" in mo.get("/people").text


def test_programs_are_told_in_english_whatever_they_prefer(desk):
    answer = desk.public.post("/api/shares", json={"url": "x"}, headers=CHINESE)
    assert answer.json()["detail"] == "give a key that holds: Authorization: Bearer lg_…"


ENGLISH = re.compile(r"[A-Za-z]{3,}(?: [a-z]{2,}){2,}")
"""Three words in a row, which no name or rule of the pages here has."""


def test_no_page_of_the_desk_speaks_english_to_who_reads_chinese(desk):
    desk.public.post(
        "/appeals/new", data={"entry": desk.workspace.entries.current()[0].id, "statement": "误"}
    )
    pages = {
        Post.SENIOR: ["/", "/cases/2", "/cases/2/batch", "/proposals", "/batches", "/appeals", "/appeals/1",
                      "/blind", "/figures"],
        Post.ADMIN: ["/people", "/audit"],
    }  # fmt: skip
    for post, paths in pages.items():
        browser = desk.as_person(post.value, post)
        browser.client.headers.update(CHINESE)
        for path in paths:
            page = browser.get(path).text
            main = page[page.index("<body") :]
            text = re.sub(r'<(code|pre|span lang="en"|q)\b.*?</\1>|<[^>]*>', " ", main, flags=re.DOTALL)
            text = re.sub(r'<span lang="en">.*?</span>', " ", text)
            assert ENGLISH.findall(text) == [], path
    login = desk.client(Side.STAFF).get("/login", headers=CHINESE).text
    assert "登录" in login

"""Edited announcements: a draft comes back, its counts cannot lie, its words do no harm."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from blocklist.commands.announce import announce
from blocklist.errors import InputError
from blocklist.model import Label, Listing, Scope, Words
from blocklist.public import site_pages
from blocklist.public.drafts import check_draft, counts_of, parse_draft, write_draft
from blocklist.public.markdown import html, plain
from blocklist.store import open_workspace
from tests.list_makers import entry
from tests.list_workspace import visited
from tests.sample_site import AMENDED, HOSTILE, Site, sample_announcement, sample_context
from tests.site_reader import read_html

MADE = sample_announcement("2026-11-22", 7)
TEXT = write_draft(MADE, Words(language="en", title='A "title"', body="Words.\n\n+++ not the end\n"))
NOBODY = [
    "write to someone@mail.example",
    "call +86 138 1234 5678",
    "call 138**1234**5678 now",
    "WeChat: abc_12345",
]


# --- the file ---------------------------------------------------------------------------------------------


def test_a_draft_comes_back_as_it_was_written() -> None:
    found = parse_draft(TEXT, "x.md")
    assert (found.slug, found.since, found.until) == (MADE.slug, MADE.since, MADE.until)
    assert found.words == Words(language="en", title='A "title"', body="Words.\n\n+++ not the end")
    assert found.counts == counts_of(MADE)
    check_draft(found, MADE)
    assert parse_draft("\ufeff" + TEXT.replace("\n", "\r\n"), "x.md") == found


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-10:00"])
def test_a_moment_that_utc_does_not_have_is_named_with_its_line(moment: str) -> None:
    text = re.sub("since = .*", f"since = {moment}", TEXT)
    with pytest.raises(InputError, match=r"x\.md line 4: .* is no moment in UTC"):
        parse_draft(text, "x.md")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=200))
def test_any_words_come_back_or_are_refused_in_one_line(body: str) -> None:
    try:
        found = parse_draft(write_draft(MADE, Words(language="en", title="T", body=body)), "x.md")
    except InputError as problem:
        said = str(problem)
    else:
        said = ""
        assert found.words.body == body.strip()
    assert "\n" not in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("+++\n", "---\n", "is no draft"),
        ("links_blocked = 1204", "links_blocked = 1205", "links_blocked is 1205 in the draft and 1204"),
        ("removed = 18", "killed = 18", "counts are not edited"),
        ('"Har****"', '"Hardman"', "is not masked"),
        ('"Har****"', '"Zoe****"', "is no example of this period"),
        ('slug = "2026-11-22"', 'slug = "../../x"', "is no slug"),
        ('slug = "2026-11-22"', "", "slug is missing"),
        ('language = "en"', 'language = "en"\nsecret = 1', "secret is no setting"),
        ('title = "A \\"title\\""', 'title = ""', "give a title"),
        ('title = "A \\"title\\""', 'title = "Call +8613812345678"', "leave people out"),
        ("since = 2026", "since = x2026", "see https://toml.io"),
        *(("Words.", words, "leave people out") for words in NOBODY),
        ("Words.", "w" * 20_001, "too many"),
    ],
)
def test_what_cannot_be_announced_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(InputError, match=re.escape(said)) as caught:
        check_draft(parse_draft(TEXT.replace(old, new, 1), "x.md"), MADE)
    assert str(caught.value).startswith("x.md")
    assert "\n" not in str(caught.value)


# --- the words --------------------------------------------------------------------------------------------

ELEMENTS = {
    "p", "h2", "h3", "h4", "em", "strong", "a", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
MARKDOWN = st.lists(
    st.sampled_from([
        "# ", "### ", "- ", "> ", "**", "_", "`", "```", "[a](", ")", "![", "](", "|",
        "<https://evil.example/>",
        "https://evil.example/", "http://", "javascript:alert(1)", "<script>", "<img src=x onerror=alert(1)>",
        "\n", "\n\n", "&#60;", "\\", "{{ 7*7 }}", "\u202e", "\x00", "+8613812345678", "a@b.example",
        "| - |\n",
    ])
    | st.text(max_size=5),
    max_size=24,
).map("".join)  # fmt: skip


def listed(address: str) -> bool:
    return "evil" in address


@given(MARKDOWN)
def test_no_markdown_becomes_anything_but_plain_elements(source: str) -> None:
    page = read_html(str(html(source, listed)).encode(errors="replace"))
    assert page.problems == []
    assert {tag for tag, _ in page.elements} <= ELEMENTS
    assert {name for tag, names in page.elements for name in names} <= {"href", "rel", "start"}
    assert all(href.startswith("https://") and "evil" not in href for href in page.values("href"))
    levels = [1, *(int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[2-4]", tag))]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for shown in (page.text, plain(source)):
        assert "13812345678" not in shown
        assert "evil.example" not in shown
        assert "\u202e" not in shown


def test_links_to_listed_pages_are_words_and_others_are_links() -> None:
    shown = str(
        html("[law](https://law.example/) [shop](https://evil.example/) [up](../x) [j](javascript:x)", listed)
    )
    assert read_html(shown.encode()).values("href") == ["https://law.example/"]


def test_blanks_between_emphasis_stay() -> None:
    assert html("a **b** c", listed) == "<p>a <strong>b</strong> c</p>\n"


def test_a_link_that_is_listed_later_stops_being_one() -> None:
    words = (Words(language="en", title="T", body="[see](https://law.example/x)"),)
    for entries, hrefs in (((), 1), ((entry(Scope.HOST, "law.example/", 1),), 0)):
        pages = dict(
            site_pages(
                sample_context(
                    0,
                    listing=Listing(entries=entries, aliases=(), tombstones=(), review=()),
                    announcements=(replace(MADE, words=words),),
                )
            )
        )
        page = read_html(pages["announcements/2026-11-22/index.html"])
        assert sum("law.example" in href for href in page.values("href")) == hrefs


# --- on the site ------------------------------------------------------------------------------------------


def pages_of(*announcements, base: str = "") -> dict[str, bytes]:
    return dict(site_pages(sample_context(3, announcements=announcements, site=Site(base_url=base))))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_in_every_form_of_an_announcement(text: str) -> None:
    """Text, card, both feeds and the page, in a title, a body, a reason; from names and ids too."""
    words = tuple(Words(language=code, title=text, body=text) for code in ("en", "zh"))
    made = replace(
        MADE,
        words=words,
        examples=(text, "Har****", "13812345678", "a@b.example"),
        accounts={text: 3},
        amendments=(replace(AMENDED[0], reason=text),),
    )
    plain_one = replace(
        made,
        words=tuple(replace(one, title="T", body="B") for one in words),
        accounts={"x": 3},
        examples=("Har****",),
    )
    found, quiet = pages_of(made), pages_of(plain_one)
    for root in ("", "zh/"):
        folder = f"{root}announcements/{made.slug}"
        card = ET.fromstring(found[f"{folder}/card.svg"])
        assert {one.tag.rpartition("}")[2] for one in card.iter()} == {"svg", "title", "rect", "text"}
        items = orjson.loads(found[f"{root}feed.json"])["items"]
        assert len(items) == 1
        ET.fromstring(found[f"{root}feed.xml"])
        page = read_html(found[f"{folder}/index.html"])
        assert page.problems == []
        assert not {tag for tag, _ in page.elements} & {"script", "img", "iframe", "style", "object"}
        assert page.values("href") == read_html(quiet[f"{folder}/index.html"]).values("href")
        for name in ("index.html", "announcement.txt", "card.svg"):
            body = found[f"{folder}/{name}"].decode()
            for bad in ("evil.example", "13812345678", "a@b.example", "\u202e", "\x1b"):
                assert bad not in body, name


def test_a_withdrawn_announcement_says_so_and_nothing_else_in_every_form() -> None:
    gone = replace(MADE, slug="2026-11-15", published_at=MADE.since, amendments=AMENDED)
    pages = pages_of(MADE, gone, base="https://g.example/")
    for root in ("", "zh/"):
        folder = f"{root}announcements/2026-11-15"
        for name in ("index.html", "announcement.txt", "card.svg"):
            body = pages[f"{folder}/{name}"].decode()
            assert "1,204" not in body
            assert "Har****" not in body
        assert "It counted a week twice." in pages[f"{folder}/announcement.txt"].decode()
        items = {one["url"]: one for one in orjson.loads(pages[f"{root}feed.json"])["items"]}
        item = items[f"https://g.example/{folder}/index.html"]
        assert "It counted a week twice." in item["content_text"]
        assert item["date_modified"] > item["date_published"]
    assert "Withdrawn: announcement of" in pages["feed.xml"].decode()
    assert "1,204" in pages["announcements/2026-11-22/announcement.txt"].decode()


def test_what_is_new_and_what_was_wrong_is_said() -> None:
    older = replace(MADE, slug="2026-11-15", until=MADE.since, links_blocked=7, categories={"tobacco": 7})
    text = read_html(pages_of(MADE, older)["announcements/2026-11-22/index.html"]).text
    assert "In the period before, 7 links were blocked." in text
    assert "For the first time among them: Controlled drugs" in text
    first = read_html(pages_of(older)["announcements/2026-11-15/index.html"]).text
    assert "What is new" not in first
    stones = sample_context(0).listing.tombstones
    wrong = [one.id for one in stones if one.reason == "error" and MADE.since < one.removed_at <= MADE.until]
    assert all(f"{one}" in text for one in wrong)


# --- the command ------------------------------------------------------------------------------------------


def run(workspace: Path, *arguments: object):
    return CliRunner().invoke(announce, [str(one) for one in arguments], obj=workspace)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return visited(
        tmp_path / "ws", {"http://shop.example/": Label.CONTRABAND}, at=datetime(2026, 1, 5, tzinfo=UTC)
    )


def drafted(workspace: Path, until: str = "2026-02-01") -> list[Path]:
    result = run(workspace, "--since", "2026-01-01", "--until", until, "--draft", workspace / "drafts")
    assert result.exit_code == 0, result.output
    return [Path(line) for line in result.output.splitlines()]


@pytest.mark.edge
def test_drafts_are_edited_published_corrected_and_withdrawn(workspace: Path) -> None:
    files = drafted(workspace)
    assert [path.name for path in files] == ["2026-02-01.en.md", "2026-02-01.zh.md"]
    files[0].write_text(files[0].read_text().replace("Links blocked", "Stalls blocked"))
    assert "Stalls blocked" in run(workspace, *files).stdout
    with open_workspace(workspace, create=False) as opened:
        assert opened.announcements.all() == ()
    assert run(workspace, *files, "--publish").exit_code == 0
    assert "say why" in str(run(workspace, *files, "--publish").exception)
    files[0].write_text(files[0].read_text().replace("Stalls", "Shops"))
    assert run(workspace, files[0], "--publish", "--because", "Shops, not stalls.").exit_code == 0
    with open_workspace(workspace, create=False) as opened:
        (kept,) = opened.announcements.all()
    assert [one.title for one in kept.words] == [
        "Shops blocked for selling illegal and contraband goods",
        "关于屏蔽销售违法违禁物品链接的公告",
    ]
    assert [(one.withdrawn, one.reason) for one in kept.amendments] == [(False, "Shops, not stalls.")]
    assert kept.amendments[0].others == {}
    again = ["--since", "2026-01-15", "--until", "2026-02-03", "--publish"]
    assert isinstance(run(workspace, *again).exception, InputError)
    twice = ("--because", "Counted twice.", "--because", "en=Again.")
    assert "twice for 'en'" in str(run(workspace, "--withdraw", kept.slug, *twice).exception)
    both = ("--because", "Counted twice.", "--because", "zh=重复计数。")
    assert run(workspace, "--withdraw", kept.slug, *both).exit_code == 0
    with open_workspace(workspace, create=False) as opened:
        (gone,) = opened.announcements.all()
    assert [gone.amendments[-1].reason_in(code) for code in ("en", "zh", "de")] == [
        "Counted twice.", "重复计数。", "Counted twice.",
    ]  # fmt: skip
    assert isinstance(run(workspace, files[0], "--publish", "--because", "x").exception, InputError)
    assert run(workspace, *again).exit_code == 0
    with open_workspace(workspace, create=False) as opened:
        assert [one.withdrawn for one in opened.announcements.all()] == [False, True]


@pytest.mark.edge
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give one of"),
        (["--withdraw", "2020-01-01", "--because", "x"], "no announcement of that name"),
        (["--since", "2026-01-01", "--draft", "x", "--publish"], "--draft goes with"),
        (["--since", "2026-01-01", "--because", "x"], "--because goes with"),
        (["--withdraw", "2020-01-01", "--because", "x", "--until", "2026-01-01"], "--until goes with"),
    ],
)
def test_what_is_asked_wrongly_is_refused(workspace: Path, arguments: list[str], said: str) -> None:
    result = run(workspace, *arguments)
    assert isinstance(result.exception, InputError)
    assert said in str(result.exception)


@pytest.mark.edge
def test_a_draft_is_never_written_over_and_drafts_belong_together(workspace: Path) -> None:
    files = drafted(workspace)
    again = run(workspace, "--since", "2026-01-01", "--until", "2026-02-01", "--draft", workspace / "drafts")
    assert "is there already" in str(again.exception)
    others = drafted(workspace, "2026-02-02")
    assert "make them alike" in str(run(workspace, files[0], others[1]).exception)
    assert "of the same language" in str(run(workspace, files[0], files[0]).exception)
    files[0].write_bytes(b"\xff\xfe")
    assert "is not UTF-8" in str(run(workspace, files[0]).exception)
    files[1].write_text(files[1].read_text().replace('language = "zh"', 'language = "xx"'))
    assert "has no language 'xx'" in str(run(workspace, files[1]).exception)


@pytest.mark.edge
def test_a_reason_names_no_person(workspace: Path) -> None:
    run(workspace, "--since", "2026-01-01", "--until", "2026-02-01", "--publish")
    result = run(workspace, "--withdraw", "2026-02-01", "--because", "call +8613812345678")
    assert "leave people out" in str(result.exception)

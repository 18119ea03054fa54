"""``classify``: one saved page, a text or a batch, judged offline; the workspace stays as it was."""

# ruff: noqa: RUF001 - Chinese pages with their own punctuation

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from blocklist.errors import InputError, UrlError
from crawler.commands.classify import classify

HTML = """<!doctype html><html><head><title>Mountain Vendor</title></head><body>
<h1>Buy cocaine online</h1><p>1 g $80, 5 g $350. We ship worldwide, stealth packaging.</p>
<p>Order now on Telegram @mountainvendor77, Bitcoin accepted.</p></body></html>"""
TEA = """<!doctype html><html><head><title>Tea</title></head><body><h1>Green tea from the hills</h1>
<p>Picked by hand in spring and dried in the sun. Add to cart, $12 a tin, free shipping.</p></body></html>"""


def run(workspace: Path, *arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(
        classify, arguments, obj=workspace, input=stdin, catch_exceptions=False, standalone_mode=False
    )


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "saved" / "page.html"
    path.parent.mkdir()
    path.write_text(HTML, encoding="utf-8")
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "workspace"
    path.mkdir()
    return path


def test_a_saved_page_is_judged_and_nothing_is_made(workspace: Path, saved: Path) -> None:
    found = orjson.loads(run(workspace, str(saved), "--json").output)
    assert {"label", "category", "grade", "confidence", "evidence", "policy"} <= set(found)
    assert (found["label"], found["category"], found["grade"]) == ("contraband", "controlled-drugs", 4)
    assert "mountainvendor77" not in orjson.dumps(found).decode()
    assert not list(workspace.iterdir())


def test_without_json_a_person_reads_the_label_and_the_reason(workspace: Path, saved: Path) -> None:
    said = run(workspace, str(saved)).output
    assert said.startswith("contraband (controlled-drugs, grade 4), confidence ")
    assert "offers controlled drugs for sale" in said


def test_explain_shows_the_evidence(workspace: Path, saved: Path) -> None:
    said = run(workspace, str(saved), "--explain").output
    assert "speaks for it:" in said
    assert "controlled-drugs/goods/cocaine" in said


def test_a_clear_page_exits_zero_too(workspace: Path, saved: Path) -> None:
    saved.write_text(TEA, encoding="utf-8")
    result = run(workspace, str(saved), "--json", "--url", "https://tea.example/")
    assert orjson.loads(result.output)["label"] == "clear"
    assert result.exit_code == 0


def test_standard_input_and_plain_text_are_read(workspace: Path, tmp_path: Path) -> None:
    text = "长期对外代开发票，增值税专用发票，点数优惠，先验票后付款，加微信"
    assert (
        orjson.loads(run(workspace, "-", "--json", stdin=text.encode()).output)["category"]
        == "fake-documents"
    )
    path = tmp_path / "note.txt"
    path.write_text(text, encoding="utf-8")
    assert orjson.loads(run(workspace, str(path), "--json").output)["category"] == "fake-documents"


def test_a_batch_gives_one_line_each_and_reports_what_it_cannot_use(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    rows: list[object] = [
        {"id": "a", "html": HTML, "url": "https://shop.example/"},
        {"id": "b", "title": "Tea", "text": "Green tea from the hills, picked by hand in spring."},
        {"id": "c"},
        {"id": "d", "text": "x", "url": "javascript:alert(1)"},
        [1],
    ]
    path.write_bytes(b"\n".join(orjson.dumps(row) for row in rows) + b"\n{broken\n\n")
    result = run(workspace, str(path))
    lines = [orjson.loads(line) for line in result.stdout.splitlines()]
    assert [line.get("label") for line in lines] == ["contraband", "clear", None, None, None, None]
    assert [line.get("id") for line in lines[:2]] == ["a", "b"]
    assert [line.get("line") for line in lines[2:]] == [3, 4, 5, 6]
    assert all(line["error"] for line in lines[2:])
    assert "line 3:" in result.stderr
    assert result.exit_code == 0


def test_what_cannot_be_read_is_named_with_its_cure(workspace: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.html: cannot be read"):
        run(workspace, str(tmp_path / "nowhere.html"))
    with pytest.raises(InputError, match=r"nowhere\.jsonl: cannot be read"):
        run(workspace, str(tmp_path / "nowhere.jsonl"))


def test_an_address_that_is_none_is_refused(workspace: Path, saved: Path) -> None:
    with pytest.raises(UrlError):
        run(workspace, str(saved), "--url", "javascript:alert(1)")


@pytest.mark.parametrize(
    "body", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"cocaine for sale", b"PK\3\4\0\0", bytes(range(256))]
)
def test_binary_data_is_no_page(workspace: Path, tmp_path: Path, body: bytes) -> None:
    (tmp_path / "picture").write_bytes(body)
    with pytest.raises(InputError, match="is binary data"):
        run(workspace, str(tmp_path / "picture"))


def test_a_page_in_utf_16_is_text(workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes("<html><p>Green tea from the hills.</p></html>".encode("utf-16-le"))
    assert run(workspace, str(tmp_path / "page.html")).exit_code == 0


def test_a_batch_may_begin_with_a_byte_order_mark(workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "pages.jsonl").write_bytes(b'\xef\xbb\xbf{"id": "1", "text": "Green tea."}\n')
    assert orjson.loads(run(workspace, str(tmp_path / "pages.jsonl")).stdout)["id"] == "1"

"""TOML with line numbers."""

import pytest

from blocklist.errors import ConfigError
from blocklist.toml_source import parse_toml

DOCUMENT = '''# a comment
top = 1
[crawl]
delay = 2
"odd key" = 3
[list.guards]
files = [
  "a",
]
[[terms]]
word = "one"
[[terms]]
word = "two"
note = """
[not.a.header]
word = 5
"""
[terms.more]
deep.er = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("crawl",), 3),
        (("crawl", "delay"), 4),
        (("crawl", "odd key"), 5),
        (("list", "guards", "files"), 7),
        (("terms", 0, "word"), 11),
        (("terms", 1, "word"), 13),
        (("terms", 1, "note"), 14),
        (("terms", 1, "more", "deep", "er"), 19),
    ],
)
def test_a_key_is_found_on_its_line(path, line):
    assert parse_toml(DOCUMENT, "x.toml", ConfigError).where(*path) == f"x.toml line {line}"


def test_an_absent_key_is_placed_at_the_nearest_table_above():
    assert parse_toml(DOCUMENT, "x.toml", ConfigError).where("crawl", "nothing") == "x.toml line 3"


def test_text_inside_a_multi_line_string_is_no_header():
    assert ("not", "a", "header") not in parse_toml(DOCUMENT, "x.toml", ConfigError).lines


def test_a_syntax_error_names_the_file_and_the_line():
    with pytest.raises(ConfigError, match=r"x\.toml: .*line 1"):
        parse_toml("a = = 1", "x.toml", ConfigError)


@pytest.mark.parametrize("text", [f"a = {'1' * 5000}", f"a = {'[' * 5000}"], ids=["long", "deep"])
def test_what_the_reader_gives_up_on_is_refused_as_any_other_error(text):
    with pytest.raises(ConfigError, match=r"^x: "):
        parse_toml(text, "x", ConfigError)


def test_a_line_is_what_toml_calls_one():
    """Python's own splitlines also splits at U+2028, which a text in quotes may hold."""
    assert parse_toml('a = "x\u2028\x85y"\r\nb = 1\n', "x", ConfigError).where("b") == "x line 2"

"""The progress bar: what a person sees, and that nobody else does."""

import sys

import pytest

from blocklist.commands.bar import bar_line, progress_bar


@pytest.mark.parametrize(
    ("done", "of", "line"),
    [
        (0, 200, "site [------------------------------]   0%  0 files"),
        (1_000, 2_000, "site [###############---------------]  50%  1,000 files"),
        (2_500, 2_000, "site [##############################] 100%  2,500 files"),
        (7, 0, "site [------------------------------]   0%  7 files"),
    ],
)
def test_the_bar_fills_and_never_overflows(done: int, of: int, line: str) -> None:
    assert bar_line("site", "files", done, of) == line


@pytest.mark.parametrize("terminal", [True, False])
def test_only_a_terminal_has_one(
    terminal: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    with progress_bar("site", "files") as tell:
        tell(1, 2)
        tell(1, 2)
        tell(2, 2)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\r") == (2 if terminal else 0)

"""Coverage-guided fuzzing of what reads strangers' bytes: ``python tests/fuzz_atheris.py TARGET …``.

Targets: ``decode`` (bytes to text), ``extract`` (bytes to page), ``normalise`` (text folded, offsets kept)
and ``judge`` (bytes to verdict). Stands apart from the test run and needs ``pip install atheris`` (Linux,
Python 3.11 and later; no dependency of the project). ``fuzz_read`` mutates whole pages blindly and bounds
time and memory; this one follows the branches of our own code to inputs that nobody thought of. What follows
the target are libFuzzer's options, as in ``python tests/fuzz_atheris.py judge -max_total_time=60``. Exit code
other than 0: a finding, whose input libFuzzer leaves in the current folder.
"""

import sys
from collections.abc import Callable

import atheris

with atheris.instrument_imports(include=["crawler.read", "crawler.judge"]):
    from blocklist.policy import load_policy
    from blocklist.privacy import Pseudonymiser
    from crawler.judge import judge
    from crawler.read import read_page
    from crawler.read.decode import decode
    from crawler.read.normalise import normalise

PEOPLE = Pseudonymiser(b"f" * 32)
POLICY = load_policy()


def fuzz_decode(data: bytes) -> None:
    """Any bytes are some text in some charset."""
    text, charset = decode(
        data[1:], ("", "text/html", "text/html; charset=gb18030")[data[0] % 3] if data else ""
    )
    assert isinstance(text, str)
    assert charset == charset.lower()


def fuzz_extract(data: bytes) -> None:
    """Any bytes are some page, and its parts point into its blocks."""
    page = read_page(data, content_type="text/html", url=None, pseudonymiser=PEOPLE)
    for part in (*page.prices, *page.contacts):
        assert 0 <= part.block < max(1, len(page.blocks))


def fuzz_normalise(data: bytes) -> None:
    """Every place of a folded text leads back into the text as written."""
    text = data.decode("utf-8", "replace")
    found = normalise(text)
    for at in range(len(found.text)):
        start, end = found.span(at, at + 1)
        assert 0 <= start <= end <= len(text)


def fuzz_judge(data: bytes) -> None:
    """Any page has a verdict, and one that may be published has a category and evidence."""
    page = read_page(data, content_type="text/html", url=None, pseudonymiser=PEOPLE)
    said = judge(page, POLICY)
    assert 0 <= said.confidence <= 1
    assert not said.publishable or (said.category is not None and said.evidence)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "decode": fuzz_decode,
    "extract": fuzz_extract,
    "normalise": fuzz_normalise,
    "judge": fuzz_judge,
}


def main() -> None:
    """Fuzz the target that the first argument names; the others are libFuzzer's."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"name a target: {', '.join(TARGETS)}")
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()

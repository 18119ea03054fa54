"""Reads a built site the way strangers do: a strict HTML parser, the links of each page, the words on it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from posixpath import dirname, join, normpath

VOID = frozenset({"meta", "link", "img", "br", "hr", "input"})


@dataclass
class Read:
    """What a page holds."""

    elements: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """Each start tag and the names of its attributes, in order."""
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def values(self, name: str) -> list[str]:
        return [value for _, found, value in self.attributes if found == name]

    def inside(self, tag: str) -> int:
        return sum(found == tag for found, _ in self.elements)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = Read()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.read.elements.append((tag, tuple(name for name, _ in attrs)))
        self.read.attributes += [(tag, name, value or "") for name, value in attrs]
        if len({name for name, _ in attrs}) != len(attrs):
            self.read.problems.append(f"<{tag}> says an attribute twice")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.read.problems.append(f"</{tag}> closes nothing at line {self.getpos()[0]}")

    def handle_data(self, data: str) -> None:
        self.read.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.read.problems.append(f"a comment: {data!r}")

    def handle_pi(self, data: str) -> None:
        self.read.problems.append(f"a processing instruction: {data!r}")

    def unknown_decl(self, data: str) -> None:
        self.read.problems.append(f"an unknown declaration: {data!r}")


def read_html(body: bytes) -> Read:
    """Parse a page; `problems` names what does not balance."""
    parser = _Parser()
    parser.feed(body.decode())
    parser.close()
    if parser.open:
        parser.read.problems.append(f"left open: {parser.open}")
    return parser.read


def target(page: str, href: str) -> str:
    """Return the path, relative to the site, that `href` on `page` leads to."""
    return normpath(join(dirname(page), href.partition("#")[0]))

"""The pages we wrote ourselves: where they lie and what each of them is.

``tests/pages/<lang>/<category>/<kind>-<slug>.html``, with ``goods.txt`` beside them: the goods terms of the
category that its offers and their innocent twins share, one a line. They were written from the categories'
definitions by people who had read neither the policy nor the judge nor the shared corpus; so this room
imports neither.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

ROOT = Path(__file__).parent / "pages"
LANGUAGES = ("en", "zh")
OFFER = "offer"
INNOCENT_KINDS = (
    "licensed-shop",
    "news",
    "law",
    "health-advice",
    "harm-reduction",
    "museum",
    "fiction",
    "research",
    "forum",
    "recall-notice",
    "satire",
    "police-notice",
    "private-sale",
    "lawful-shop",
    "lawful-finance",
    "pharmacy",
    "charity",
    "software-vendor",
    "game-shop",
    "job-ad",
    "court-report",
    "customs-faq",
    "encyclopedia",
    "review",
    "recipe",
    "school-exercise",
    "auction",
    "classified-ad",
    "club",
    "course",
    "customs-notice",
    "insurer",
)
KINDS = (OFFER, *INNOCENT_KINDS)
DECLARED = re.compile(rb"charset=[\"']?([\w-]+)")  # some Chinese pages are gbk or gb18030, and say so


@dataclass(frozen=True, kw_only=True)
class OwnPage:
    """One page; everything it claims to be is read from its path."""

    path: Path

    @property
    def lang(self) -> str:
        return self.path.parent.parent.name

    @property
    def category(self) -> str:
        return self.path.parent.name

    @property
    def kind(self) -> str:
        """One of ``KINDS``; empty where the name starts with none of them."""
        return next((kind for kind in KINDS if self.path.name.startswith(f"{kind}-")), "")

    @property
    def is_offer(self) -> bool:
        return self.kind == OFFER

    @property
    def address(self) -> str:
        """``en/tobacco/news-raid``: how a failing test names the page."""
        return f"{self.lang}/{self.category}/{self.path.stem}"

    @property
    def body(self) -> bytes:
        return self.path.read_bytes()

    @property
    def charset(self) -> str:
        """The encoding the page declares; UTF-8 where it declares none."""
        declared = DECLARED.search(self.body)
        return declared[1].decode("ascii") if declared else "utf-8"

    @property
    def source(self) -> str:
        """The markup as text."""
        return self.body.decode(self.charset)

    @cached_property
    def text(self) -> str:
        """What the page says: title, meta descriptions and body without scripts, case folded."""
        tree = LexborHTMLParser(self.source)
        for node in tree.css("script, style"):
            node.decompose()
        metas = (node.attributes.get("content") or "" for node in tree.css("meta"))
        root = tree.root.text(separator=" ") if tree.root else ""
        return " ".join((root, *metas)).casefold()


def own_pages(lang: str) -> tuple[OwnPage, ...]:
    """All pages of one language, by path; empty where the folder does not exist."""
    return tuple(OwnPage(path=path) for path in sorted((ROOT / lang).glob("*/*.html")))


def goods_terms(lang: str, category: str) -> tuple[str, ...]:
    """The goods terms of a category as its writer used them, case folded."""
    lines = (ROOT / lang / category / "goods.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip().casefold() for line in lines if line.strip())

"""The same entries for Hugo and Pelican: content files, templates and settings.

Each gets what is easiest for it: facts in the front matter, the excerpts as ready HTML in the body, the
frame of a page as fixed text out of one of our own. Both make a page an entry and language, the list and its
categories paged by 60, and feeds; Hugo the domains' initials too. Neither makes pages by date, plots, shards
or digests, and neither masks or defangs: that is done before.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from blocklist.model import Entry
from blocklist.public.text import address, harmless

PAGE = 60
TITLES = {"en": "Linkgazette", "zh": "链接公报"}
_LABELS = {
    "en": ("Listed for", "Grade", "First seen", "Listed", "Last verified", "Expires", "Policy", "Evidence"),
    "zh": ("列入原因", "级别", "首次发现", "列入", "最近核实", "到期", "规则", "证据"),
}


def body_of(entry: Entry) -> str:
    """Return the excerpts as HTML."""
    found = "".join(f"<li><q>{html.escape(harmless(one.excerpt))}</q></li>\n" for one in entry.evidence)
    return f'<section class="reason"><ul>\n{found}</ul></section>\n'


def facts_of(entry: Entry) -> dict[str, str]:
    """Return what a page shows beside them, each as text."""
    return {
        "id": entry.id,
        "address": address(entry.expression),
        "category": entry.category,
        "grade": str(entry.grade),
        "first": f"{entry.first_seen:%Y-%m-%d}",
        "listed": f"{entry.listed_at:%Y-%m-%dT%H:%M:%SZ}",
        "verified": f"{entry.verified_at:%Y-%m-%d}",
        "expires": f"{entry.expires_at:%Y-%m-%d}",
        "policy": entry.policy,
        "evidence": entry.evidence_digest,
    }


def frames(page: str) -> tuple[str, str]:
    """Return the fixed text before and after the middle of one of our own pages."""
    head, _, rest = page.partition('<main id="main">')
    main, _, tail = rest.partition("</main>")
    notice = re.search(r'<section class="notice">.*?</section>', main, re.DOTALL)
    head = re.sub(r"LG-[A-Z2-7]{10}", "LG", head)
    return head + '<main id="main">', (notice[0] if notice else "") + "</main>" + tail


def _main(language: str, value: dict[str, str], body: str) -> str:
    """Return the middle of an entry's page; ``value`` is how a template writes each fact."""
    names = ("category", "grade", "first", "listed", "verified", "expires", "policy", "evidence")
    facts = "".join(
        f"<div><dt>{label}</dt><dd>{value[name]}</dd></div>\n"
        for label, name in zip(_LABELS[language], names, strict=True)
    )
    return (
        f'<h1 class="address">{value["address"]}</h1>\n<p class="over">{value["id"]}</p>\n'
        f'<dl class="facts">{facts}</dl>\n{body}\n'
    )


def hugo(folder: Path, entries: Iterable[Entry], pages: dict[str, str]) -> None:
    """Write a Hugo site; ``pages`` is one of our entry pages in each language."""
    config = {
        "baseURL": "https://gazette.example/",
        "title": TITLES["en"],
        "defaultContentLanguage": "en",
        "paginate": PAGE,
        "disableKinds": ["sitemap", "robotsTXT", "404"],
        "taxonomies": {"category": "categories", "initial": "domains"},
        "services": {"rss": {"limit": 20}},
        "languages": {
            name: {"title": TITLES[name], "contentDir": f"content/{name}", "weight": place}
            for place, name in enumerate(TITLES, start=1)
        },
        "markup": {"goldmark": {"renderer": {"unsafe": True}}},
    }
    _write(folder / "config.json", json.dumps(config))
    value = {name: f"{{{{ .Params.{name} }}}}" for name in facts_of_names()} | {
        "listed": '<time>{{ .Date.Format "2 January 2006" }}</time>',
        "category": "{{ with index .Params.categories 0 }}"
        '<a href="/categories/{{ . }}/">{{ . }}</a>{{ end }}',
    }
    rows = (
        '<table class="list">{{ range $paginator.Pages }}<tr><td><a href="{{ .RelPermalink }}">'
        "{{ .Params.address }}</a></td><td>{{ index .Params.categories 0 }}</td><td>{{ .Params.grade }}</td>"
        '<td>{{ .Date.Format "2 Jan 2006" }}</td></tr>\n{{ end }}</table>'
        '<nav>{{ if $paginator.HasPrev }}<a href="{{ $paginator.Prev.URL }}">newer</a>{{ end }}'
        '{{ if $paginator.HasNext }}<a href="{{ $paginator.Next.URL }}">older</a>{{ end }}</nav>'
    )
    for name, page in pages.items():
        head, tail = frames(page)
        suffix = "" if name == "en" else f".{name}"
        single = head + _main(name, value, "{{ .Content }}") + tail
        _write(folder / f"layouts/_default/single{suffix}.html", single)
        listing = "{{ $paginator := .Paginate .RegularPages }}" + head + rows + tail
        _write(folder / f"layouts/_default/list{suffix}.html", listing)
        _write(folder / f"layouts/index{suffix}.html", head + "<h1>{{ .Title }}</h1>" + tail)
    for entry in entries:
        facts = facts_of(entry)
        front: dict[str, object] = facts | {
            "title": entry.id,
            "date": facts["listed"],
            "categories": [entry.category],
        }
        front["domains"] = [entry.host[0]]
        del front["category"], front["listed"]
        text = f"{json.dumps(front, ensure_ascii=False, indent=1)}\n\n{body_of(entry)}"
        for name in pages:
            _write(folder / f"content/{name}/entries/{entry.id}.html", text)


def facts_of_names() -> tuple[str, ...]:
    """Return the names of the facts."""
    return ("id", "address", "grade", "first", "verified", "expires", "policy", "evidence")


def pelican(folder: Path, entries: Iterable[Entry], pages: dict[str, str]) -> None:
    """Write a Pelican site; ``pages`` as for ``hugo``."""
    settings = {
        "SITENAME": TITLES["en"],
        "SITEURL": "https://gazette.example",
        "PATH": str(folder / "content"),
        "OUTPUT_PATH": str(folder / "out"),
        "THEME": str(folder / "theme"),
        "TIMEZONE": "UTC",
        "DEFAULT_LANG": "en",
        "DEFAULT_PAGINATION": PAGE,
        "ARTICLE_URL": "entries/{slug}/",
        "ARTICLE_SAVE_AS": "entries/{slug}/index.html",
        "ARTICLE_LANG_URL": "{lang}/entries/{slug}/",
        "ARTICLE_LANG_SAVE_AS": "{lang}/entries/{slug}/index.html",
        "DIRECT_TEMPLATES": ["index"],
        "PAGINATED_TEMPLATES": {"index": None, "category": None},
        "AUTHOR_SAVE_AS": "",
        "TAG_SAVE_AS": "",
        "FEED_ALL_ATOM": "feed.xml",
        "FEED_MAX_ITEMS": 20,
        "CATEGORY_FEED_ATOM": None,
        "TRANSLATION_FEED_ATOM": None,
        "AUTHOR_FEED_ATOM": None,
        "AUTHOR_FEED_RSS": None,
        "STATIC_PATHS": [],
        "CACHE_CONTENT": False,
        "TYPOGRIFY": False,
        "SLUGIFY_SOURCE": "basename",
    }
    _write(folder / "settings.py", "".join(f"{name} = {value!r}\n" for name, value in settings.items()))
    value = {name: f"{{{{ article.{name}|e }}}}" for name in facts_of_names()} | {
        "listed": '<time>{{ article.date.strftime("%d %B %Y") }}</time>',
        "category": '<a href="/{{ article.category.url }}">{{ article.category }}</a>',
    }
    (head, tail), (chinese_head, chinese_tail) = frames(pages["en"]), frames(pages["zh"])
    _write(
        folder / "theme/templates/article.html",
        "{% if article.lang == 'zh' %}"
        + chinese_head
        + _main("zh", value, "{{ article.content }}")
        + chinese_tail
        + "{% else %}"
        + head
        + _main("en", value, "{{ article.content }}")
        + tail
        + "{% endif %}",
    )
    rows = (
        '<table class="list">{% for one in articles_page.object_list %}<tr><td><a href="/{{ one.url }}">'
        "{{ one.address|e }}</a></td><td>{{ one.category }}</td><td>{{ one.grade }}</td>"
        "<td>{{ one.date.strftime('%d %b %Y') }}</td></tr>\n{% endfor %}</table>"
        '<nav>{% if articles_page.has_previous() %}<a href="/{{ articles_previous_page.url }}">newer</a>'
        '{% endif %}{% if articles_page.has_next() %}<a href="/{{ articles_next_page.url }}">older</a>'
        "{% endif %}</nav>"
    )
    for name in ("index", "category"):
        _write(folder / f"theme/templates/{name}.html", head + rows + tail)
    (folder / "theme/static").mkdir(parents=True)
    for entry in entries:
        for name in pages:
            _write(folder / f"content/{name}/{entry.id}.html", "".join(_pelican_page(entry, name)))


def _pelican_page(entry: Entry, language: str) -> Iterator[str]:
    facts = facts_of(entry)
    yield f"<html><head><title>{entry.id}</title>\n"
    front = facts | {
        "slug": entry.id,
        "lang": language,
        "date": facts["listed"],
        "category": entry.category,
    }
    for name, value in front.items():
        yield f'<meta name="{name}" content="{html.escape(value)}" />\n'
    yield f"</head><body>{body_of(entry)}</body></html>\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)

"""Messages of the site: `python tests/site_catalogue.py` brings the catalogues up to date with the templates.

New messages appear empty, gone ones are dropped; then translate what is empty. The test beside it fails while
anything is missing or stale.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "site" / "locale"
ROOMS = (
    *(ROOT / "blocklist" / room for room in ("public", "casework", "service")),
    ROOT / "site" / "templates",
)
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


def messages() -> Catalog:
    """Return every message of the templates and of the rooms that speak to people, in a stable order."""
    catalog = Catalog(project="Linkgazette", charset="utf-8")
    for folder in ROOMS:
        methods = [("**.html", "jinja2"), ("**.py", "python")]
        found = extract_from_dir(
            folder,
            method_map=methods,
            keywords=KEYWORDS,
            options_map={"**.html": {"trimmed": "true", "silent": "false"}},
        )
        for name, _line, message, comments, context in found:
            # Without line numbers: a moved line is no change for a translator.
            catalog.add(message, None, [(Path(name).name, None)], auto_comments=comments, context=context)
    return catalog


def read(code: str) -> Catalog:
    """Return the catalogue of a language as it is."""
    with (LOCALE / code / "LC_MESSAGES" / "messages.po").open("rb") as source:
        return read_po(source, locale=code)


def languages() -> list[str]:
    """Return the codes of all catalogues."""
    return sorted(path.parts[-3] for path in LOCALE.glob("*/LC_MESSAGES/messages.po"))


def written(catalog: Catalog) -> bytes:
    """Return the catalogue's file."""
    out = BytesIO()
    write_po(
        out,
        catalog,
        width=100,
        omit_header=False,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    lines = out.getvalue().decode().splitlines(keepends=True)
    # Dates and tool versions change without a message changing.
    return "".join(
        line for line in lines if not line.startswith(('"POT-Creation', '"PO-Revision', '"Generated-By'))
    ).encode()


if __name__ == "__main__":
    for code in languages():
        catalog = read(code)
        catalog.update(messages(), no_fuzzy_matching=True)
        (LOCALE / code / "LC_MESSAGES" / "messages.po").write_bytes(written(catalog))
        empty = [message.id for message in catalog if message.id and not message.string]
        print(f"{code}: {len(catalog)} messages, {len(empty)} to translate")

"""Names of encodings: what a label means to a browser, as a Python codec and as the name we report.

Labels follow the WHATWG Encoding Standard (https://encoding.spec.whatwg.org/#names-and-labels) for the
encodings that pages use. Only codecs named here are ever looked up, so that a page cannot ask for ``zip``
or ``idna``.
"""

import re

CODECS = {
    "utf-8": "utf-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "hz-gb-2312": "hz",
    "euc-kr": "cp949",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "windows-1252": "cp1252",
    "windows-1253": "cp1253",
    "windows-1254": "cp1254",
    "windows-1255": "cp1255",
    "windows-1256": "cp1256",
    "windows-1257": "cp1257",
    "windows-1258": "cp1258",
    "windows-874": "cp874",
    "iso-8859-2": "iso8859_2",
    "iso-8859-5": "iso8859_5",
    "iso-8859-6": "iso8859_6",
    "iso-8859-7": "iso8859_7",
    "iso-8859-8": "iso8859_8",
    "iso-8859-15": "iso8859_15",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "ibm866": "cp866",
    "macintosh": "mac_roman",
}
"""Reported name to Python codec."""

MULTIBYTE = frozenset({"utf-8", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr"})

_ALIASES = {
    "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-16": "utf-16le", "unicode": "utf-16le",
    "gb2312": "gb18030", "gb_2312-80": "gb18030", "gb-2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "cp936": "gb18030", "ms936": "gb18030", "chinese": "gb18030", "iso-ir-58": "gb18030",
    "gb_2312": "gb18030",
    "big5-hkscs": "big5", "cn-big5": "big5", "x-x-big5": "big5", "cp950": "big5", "big-5": "big5",
    "sjis": "shift_jis", "shift-jis": "shift_jis", "x-sjis": "shift_jis", "windows-31j": "shift_jis",
    "ms_kanji": "shift_jis", "cp932": "shift_jis", "x-euc-jp": "euc-jp", "euc_jp": "euc-jp",
    "ks_c_5601-1987": "euc-kr", "ksc5601": "euc-kr", "korean": "euc-kr", "windows-949": "euc-kr",
    "iso-8859-1": "windows-1252", "iso8859-1": "windows-1252", "latin1": "windows-1252", "l1": "windows-1252",
    "ascii": "windows-1252", "us-ascii": "windows-1252", "cp1252": "windows-1252", "x-cp1252": "windows-1252",
    "iso_8859-1": "windows-1252", "iso88591": "windows-1252", "iso-8859-9": "windows-1254",
    "cp1251": "windows-1251", "x-cp1251": "windows-1251", "win-1251": "windows-1251", "koi8": "koi8-r",
    "cp1250": "windows-1250", "cp1254": "windows-1254", "tis-620": "windows-874",
    "iso-8859-11": "windows-874",
    "latin2": "iso-8859-2", "cyrillic": "iso-8859-5", "x-mac-roman": "macintosh", "cp866": "ibm866",
}  # fmt: skip

_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,>/]{1,40})", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]{0,600}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.+-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml\b[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.+-]{1,40})", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_PRESCAN = 4096  # bytes; the standard says 1024, pages with long comments first need more


def canonical(label: str) -> str:
    """Return the reported name that a label stands for; empty: none that we read."""
    name = label.strip().lower()
    name = _ALIASES.get(name, name)
    return name if name in CODECS else ""


def from_header(content_type: str) -> str:
    """Return the name that an HTTP Content-Type declares; empty: none."""
    found = _HEADER.search(content_type)
    return canonical(found[1]) if found else ""


def from_markup(body: bytes) -> str:
    """Return the name that ``<meta>`` or the XML declaration gives within the first bytes; empty: none.

    A page that can say so in ASCII is not UTF-16, whatever it says: the standard reads that as UTF-8.
    """
    head = _COMMENT.sub(b"", body[:_PRESCAN])
    found = _META.search(head) or _XML.search(head)
    name = canonical(found[1].decode("ascii")) if found else ""
    return "utf-8" if name.startswith("utf-16") else name

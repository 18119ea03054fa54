"""Letters that look like others: a Cyrillic ``c`` inside a Latin word is a trick, in a Russian one it is not.

Only a token that mixes scripts is changed, and towards the script that the rest of the token speaks for.
One character always becomes one character. Pairs follow Unicode TR 39 ``confusables.txt``, cut down to the
letters that sellers use; ``STYLIZED`` letters (small capitals, squared and circled ones that NFKC
leaves alone, those in brackets) carry no meaning of their own and are folded everywhere.
"""

import re
import unicodedata

_STRONG_CYRILLIC = dict(
    zip("аеорсухіјѕһӏԁԛԝѵАВЕКМНОРСТУХІЈЅҺӀԌԜЅҮҮүҽѡ", "aeopcyxijshldqwvABEKMHOPCTYXIJSHlGWSYYyew", strict=True)
)
_WEAK_CYRILLIC = dict(zip("вкмнтгпзбчьяёїґ", "bkmhtrn364breir", strict=True))
_STRONG_GREEK = dict(zip("αοορνικυχγετωΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϹϳϝ", "aoopvikuxyetwABEZHIKMNOPTYXcCjf", strict=True))
_WEAK_GREEK = dict(zip("βδησμπςθφλ", "bdnounsofa", strict=True))
_ARMENIAN = dict(zip("օոսցհզՏԼՕՍ", "onughqSLOU", strict=True))

_STRONG = _STRONG_CYRILLIC | _STRONG_GREEK | _ARMENIAN
LOOKALIKES = _STRONG | _WEAK_CYRILLIC | _WEAK_GREEK
"""Letter of another script to the Latin letter that it resembles."""
_LATIN = str.maketrans(LOOKALIKES)
_TO_CYRILLIC = dict(zip("aeopcyxijsABEKMHOPCTYXk", "аеорсухіјѕАВЕКМНОРСТУХк", strict=True))
_CYRILLIC = str.maketrans(_TO_CYRILLIC)

FOREIGN = ((0x370, 0x3FF), (0x400, 0x52F), (0x531, 0x586))
"""First and last letter of Greek, Cyrillic and Armenian."""
_FOREIGN = "\u0370-\u03ff\u0400-\u052f\u0531-\u0586"
_FOREIGN_LETTER = re.compile(f"[{_FOREIGN}]")
_MIXED = re.compile(
    f"[{_FOREIGN}](?:[0-9]{{0,3}}[A-Za-z]|"
    + "|".join(f"(?<=[A-Za-z]{'[0-9]' * digits}[{_FOREIGN}])" for digits in range(4))
    + ")"
)
"""A Latin letter beside another; every pattern here begins with a set, which is found five times as fast."""
_MIXED_FOREIGN = re.compile(
    f"[{_FOREIGN}](?:(?<=[\u0370-\u03ff])[\u0400-\u052f\u0531-\u0586]"
    "|(?<=[\u0400-\u052f])[\u0370-\u03ff\u0531-\u0586]|(?<=[\u0531-\u0586])[\u0370-\u052f])"
)
_TOKEN = re.compile(r"[^\W_]{2,64}+")
_LATIN_LETTER = re.compile("[A-Za-z]")
_SAMPLE = 3_000  # characters that tell whether a text is disguised throughout
_FEWEST = 4  # words in mixed letters
_OUTNUMBER = 2  # such words for each in the other script; a bilingual page has hardly any

STYLIZED: dict[int, str] = {
    **dict(zip(
        map(ord, "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡıℓɩᴦƅɗƒ"), "abcdefghijklmnoprstuvwyzagilirbdf", strict=True)),
    **{0x249C + i: chr(97 + i) for i in range(26)},
    **{0x1F110 + i: chr(97 + i) for i in range(26)},
    **{0x1F130 + i: chr(97 + i) for i in range(26)},
    **{0x1F150 + i: chr(97 + i) for i in range(26)},
    **{0x1F170 + i: chr(97 + i) for i in range(26)},
    **{0x1F1E6 + i: chr(97 + i) for i in range(26)},
    **dict(zip(map(ord, "⺼⻄⻅⻆⻈⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻫⻬⻮⻰"),
               "肉西见角讠贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齐齿龙", strict=True)),
    **{code: unicodedata.normalize("NFKC", chr(code))[1] for code in range(0x3220, 0x3244)},
}  # fmt: skip
"""Code point to the plain letter, for letters that are only a style."""


def is_mixed(text: str) -> bool:
    """Whether some word mixes Latin, Cyrillic, Greek or Armenian letters."""
    if text.isascii() or _FOREIGN_LETTER.search(text) is None:
        return False
    return _MIXED.search(text) is not None or _MIXED_FOREIGN.search(text) is not None


def unmix(text: str) -> str:
    """Each token that mixes Latin with Cyrillic or Greek, in the script it pretends to; same length.

    Where most such words are mixed, the text is Latin in disguise, and the words that chance left in letters
    of one other script are Latin too.
    """
    if not is_mixed(text):
        return text
    undone = _TOKEN.sub(_one_script, text)
    return _TOKEN.sub(_as_latin, text) if _is_masked(text[:_SAMPLE], undone[:_SAMPLE]) else undone


def _is_masked(text: str, undone: str) -> bool:
    tokens = [(match[0], undone[match.start() : match.end()]) for match in _TOKEN.finditer(text)]
    mixed = sum(before != after and after.isascii() for before, after in tokens)
    foreign = sum(_FOREIGN_LETTER.search(after) is not None for _, after in tokens)
    return mixed >= max(_FEWEST, _OUTNUMBER * foreign)


def _as_latin(match: re.Match[str]) -> str:
    token = match[0]
    return token if token.isascii() else token.translate(_LATIN)


def _one_script(match: re.Match[str]) -> str:
    token = match[0]
    if token.isascii():
        return token
    foreign = set(_FOREIGN_LETTER.findall(token))
    if _MIXED.search(token) is None:  # no language writes one word in two of these scripts
        pretends = _MIXED_FOREIGN.search(token) is not None and LOOKALIKES.keys() >= foreign
        return token.translate(_LATIN) if pretends else token
    if _STRONG.keys() >= foreign:
        return token.translate(_LATIN)
    if _TO_CYRILLIC.keys() >= set(_LATIN_LETTER.findall(token)):
        return token.translate(_CYRILLIC)
    return token.translate(_LATIN)

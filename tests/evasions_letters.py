"""Evasions in the letters themselves: what a spammer types instead of a word, on any text.

Written from how such text is seen to be written, by someone who had read neither the policy nor what undoes
them. Each takes a text and a source of chance and gives the text as it would be posted; none knows which
words matter, so each changes all words or a fixed share of them.
"""

# ruff: noqa: RUF001 - look-alikes are what this is about
import re
import unicodedata
from collections.abc import Callable
from random import Random

TextEvasion = Callable[[str, Random], str]

LATIN = re.compile(r"[A-Za-z]{3,}")
HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
WORD = re.compile(r"[A-Za-z]{3,}|[\u4e00-\u9fff]{2,}")


def each_word(text: str, change: Callable[[str], str], words: re.Pattern[str] = WORD) -> str:
    return words.sub(lambda found: change(found[0]), text)


# spacing


def spaced_some(text: str, chance: Random) -> str:
    """Every second word set apart letter by letter: c o c a i n e, 发 票."""
    gap = chance.choice((" ", " ", "\u00a0", "\u2009", "\u3000"))
    return each_word(text, lambda word: gap.join(word) if chance.random() < 0.5 else word)


def spaced_all(text: str, chance: Random) -> str:
    """All words set apart, wider gaps between words."""
    return each_word(re.sub(r"[ \t]+", "   ", text), " ".join)


def spaced_level(text: str, chance: Random) -> str:
    """A space after every character, as wide within words as between them."""
    return "\n".join(" ".join(line.replace(" ", "")) for line in text.split("\n"))


def dotted(text: str, chance: Random) -> str:
    """Another sign between the letters of every word: v-i-s-a, 发*票."""
    return each_word(text, lambda word: chance.choice(".-_*|·~/+").join(word))


def dotted_once(text: str, chance: Random) -> str:
    """One sign within every word: cas.ino, 发/票."""

    def broken(word: str) -> str:
        at = chance.randrange(1, len(word))
        return (
            word[:at]
            + chance.choice((".", "-", "_", "*", "|", "·", "~", "/", "+", " ", "'", ","))
            + word[at:]
        )

    return each_word(text, broken)


# controls that show nothing

_NOTHING = "".join(
    map(chr, (0xAD, 0x34F, 0x61C, 0x115F, 0x180E, *range(0x200B, 0x2010), 0x2060, 0x2062, 0x2063))
) + "".join(map(chr, (0x3164, 0xFE0E, 0xFEFF, 0xE0041)))


def zero_width(text: str, chance: Random) -> str:
    """A character of no width after every other letter."""
    return each_word(
        text, lambda word: "".join(c + chance.choice(_NOTHING) if chance.random() < 0.6 else c for c in word)
    )


def bidi_embedded(text: str, chance: Random) -> str:
    """Direction controls that change nothing to the eye: isolates and embeddings around single letters."""
    pairs = (("\u202a", "\u202c"), ("\u2066", "\u2069"), ("\u202d", "\u202c"), ("\u2068", "\u2069"))

    def wrapped(word: str) -> str:
        at = chance.randrange(len(word))
        start, end = chance.choice(pairs)
        return word[:at] + start + word[at] + end + word[at + 1 :]

    return each_word(text, wrapped)


def bidi_reversed(text: str, chance: Random) -> str:
    """Words written backwards between override controls, which turn them round again."""
    return each_word(text, lambda word: f"\u202e{word[::-1]}\u202c" if chance.random() < 0.5 else word)


# confusables

_LOOKALIKES = {
    "a": "аɑα", "b": "Ьƅ", "c": "сϲᴄ", "d": "ԁɗ", "e": "еҽ", "f": "ƒϝ", "g": "ɡց", "h": "һհ", "i": "іıι",
    "j": "јϳ", "k": "кκ", "l": "ӏℓⅼ", "m": "ⅿм", "n": "ոո", "o": "оοօ", "p": "рρ", "q": "ԛզ", "r": "гᴦ",
    "s": "ѕꜱ", "t": "тτ", "u": "υսᴜ", "v": "ѵνᴠ", "w": "ԝѡᴡ", "x": "хχ", "y": "уү", "z": "ᴢʐ",
    "A": "АΑ", "B": "ВΒ", "C": "СϹ", "E": "ЕΕ", "H": "НΗ", "I": "ІΙ", "J": "Ј", "K": "КΚ", "M": "МΜ",
    "N": "Ν", "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "ХΧ", "Y": "ҮΥ", "Z": "Ζ",
}  # fmt: skip


def lookalikes(text: str, chance: Random) -> str:
    """More than half of the Latin letters from Cyrillic, Greek, Armenian or small capitals."""

    def swapped(word: str) -> str:
        return "".join(
            chance.choice(_LOOKALIKES[c]) if c in _LOOKALIKES and chance.random() < 0.6 else c for c in word
        )

    return each_word(text, swapped, LATIN)


_ALPHABETS = (  # first capital, first small letter; the holes in them are letterlike symbols, left plain here
    (0x1D400, 0x1D41A), (0x1D434, 0x1D44E), (0x1D468, 0x1D482), (0x1D4D0, 0x1D4EA), (0x1D56C, 0x1D586),
    (0x1D5A0, 0x1D5BA), (0x1D5D4, 0x1D5EE), (0x1D608, 0x1D622), (0x1D63C, 0x1D656), (0x1D670, 0x1D68A),
    (0x24B6, 0x24D0), (0x1F110, 0x249C), (0x1F130, 0x1F130), (0x1F150, 0x1F150), (0x1F170, 0x1F170),
)  # fmt: skip
_SMALL_CAPITALS = dict(zip("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", strict=True))


def _styled(word: str, capital: int, small: int) -> str:
    found = []
    for c in word:
        code = ord(c) - 0x61 + small if c.islower() else ord(c) - 0x41 + capital
        styled = chr(code)
        found.append(styled if unicodedata.category(styled) not in {"Cn", "Mn"} else c)
    return "".join(found)


def styled(text: str, chance: Random) -> str:
    """Each word in another alphabet: mathematical, circled, squared, in brackets, small capitals."""

    def dressed(word: str) -> str:
        at = chance.randrange(len(_ALPHABETS) + 1)
        if at == len(_ALPHABETS):
            return "".join(_SMALL_CAPITALS.get(c, c) for c in word.lower())
        return _styled(word, *_ALPHABETS[at])

    return each_word(text, dressed, LATIN)


def accented(text: str, chance: Random) -> str:
    """Marks over, under and through the letters: c̷àśi̇ńö."""
    marks = "".join(
        map(chr, (*range(0x300, 0x305), 0x307, 0x308, 0x30A, 0x30C, 0x323, 0x327, *range(0x331, 0x339)))
    )

    def marked(word: str) -> str:
        raw = "".join(c + chance.choice(marks) if chance.random() < 0.6 else c for c in word)
        return unicodedata.normalize("NFC", raw) if chance.random() < 0.5 else raw

    return each_word(text, marked)


def _compatible_han() -> dict[str, str]:
    ranges = (range(0x2F00, 0x2FD6), range(0xF900, 0xFB00), range(0x2F800, 0x2FA20), range(0x3220, 0x32FF))
    table: dict[str, str] = {}
    for block in ranges:
        for code in block:
            plain = unicodedata.normalize("NFKC", chr(code)).strip("()")
            if len(plain) == 1 and "\u4e00" <= plain <= "\u9fff":
                table.setdefault(plain, chr(code))
    return table


_COMPATIBLE = _compatible_han()


def radicals(text: str, chance: Random) -> str:
    """Han characters as their radicals, compatibility twins and circled forms."""
    return text.translate(str.maketrans(_COMPATIBLE))


def full_width(text: str, chance: Random) -> str:
    """All of ASCII in full width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


# letters replaced by signs and pictures

_LEET = {
    "a": "4@", "b": "8", "e": "3", "g": "9", "i": "1!", "l": "1|", "o": "0", "s": "5$", "t": "7+", "z": "2",
}  # fmt: skip


def _leet(word: str, chance: Random, share: float) -> str:
    return "".join(
        chance.choice(_LEET[c.lower()]) if c.lower() in _LEET and chance.random() < share else c for c in word
    )


def leet_some(text: str, chance: Random) -> str:
    """Two letters in five as digits and signs, where one resembles them."""
    return each_word(text, lambda word: _leet(word, chance, 0.4), LATIN)


def leet_all(text: str, chance: Random) -> str:
    """Every letter that has a look-alike digit or sign."""
    return each_word(text, lambda word: _leet(word, chance, 1), LATIN)


def stretched(text: str, chance: Random) -> str:
    """Letters held down: viiisaaa."""
    return each_word(text, lambda word: "".join(c * chance.choice((1, 1, 2, 4)) for c in word), LATIN)


def emoji_letters(text: str, chance: Random) -> str:
    """Regional indicators, squared and negative letters, keycaps for digits."""

    def pictured(word: str) -> str:
        base = chance.choice((0x1F1E6, 0x1F130, 0x1F170))
        gap = "\u200b" if base == 0x1F1E6 else ""
        return gap.join(
            chr(base + ord(c) - 0x61) + ("\ufe0f" if base == 0x1F170 else "") for c in word.lower()
        )

    once = each_word(text, lambda word: pictured(word) if chance.random() < 0.5 else word, LATIN)
    return re.sub(r"[0-9]", lambda digit: digit[0] + "\ufe0f\u20e3", once)


def emoji_between(text: str, chance: Random) -> str:
    """A picture between the letters of every second word."""
    gaps = "🔥✨💯⭐👉🚀🎉❤💎🌟"
    return each_word(text, lambda word: chance.choice(gaps).join(word) if chance.random() < 0.5 else word)


_PICTURED = {
    r"pills?|tablets?|medications?|medicines?|meds|drugs?": "💊", r"guns?|pistols?|firearms?": "🔫",
    r"weed|cannabis|marijuana|buds?": "🍁", r"cards?": "💳", r"money|cash": "💰", r"dollars?|usd": "💵",
    r"casinos?|slots?": "🎰", r"cigarettes?|smokes?": "🚬", r"diplomas?|degrees?": "🎓",
    r"passports?": "🛂", r"watch(?:es)?": "⌚",
    r"handbags?|bags?": "👜", r"ship(?:s|ping|ped)?|delivery": "📦",
    r"order|buy|cart": "🛒", r"phone|call": "📞", r"e-?mails?": "📧", r"mushrooms?": "🍄", r"snow": "❄️",
    r"needles?|injections?|syringes?": "💉", r"knife|knives": "🔪", r"discounts?|off": "💯", r"hot": "🔥",
    r"药": "💊", r"枪": "🔫", r"烟": "🚬", r"钱|款": "💰", r"卡": "💳", r"发票|票": "🧾", r"手机": "📱",
    r"电话": "☎️", r"包": "👜", r"表": "⌚", r"酒": "🍺", r"车": "🚗", r"学历|文凭": "🎓", r"护照": "🛂",
    r"彩票|彩": "🎰", r"麻将": "🀄", r"牌": "🃏", r"骰子|色子": "🎲", r"微信": "💬", r"冰": "🧊",
    r"叶子|麻": "🍁",
    r"刀": "🔪", r"奖金|奖": "🏆", r"元": "💴",
}  # fmt: skip
_PICTURES = [
    (re.compile(rf"\b(?:{words})\b" if words.isascii() else words, re.IGNORECASE), picture)
    for words, picture in _PICTURED.items()
]


def emoji_words(text: str, chance: Random) -> str:
    """Things that have a picture as their picture, three times in four."""
    for words, picture in _PICTURES:
        text = words.sub(lambda found, picture=picture: picture if chance.random() < 0.75 else found[0], text)
    return text

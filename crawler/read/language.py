"""The language of a page that does not say: by script, and for Latin letters by the little words."""

import re
from collections.abc import Sequence

from blocklist.model import Block
from crawler.read.confusables import is_mixed
from crawler.read.normalise import normalise

_SAMPLE = 2_000  # characters
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("th", re.compile("[\u0e01-\u0e5b]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
_SHARE = 0.08  # of the sample; Chinese pages are full of ASCII too
_WORDS = {
    "en": "the and of to for with you your is are this from",
    "de": "der die und das ist nicht mit für von sie ein eine",
    "fr": "le les des et est pour dans une vous avec sur du",
    "es": "el los las de que para con una por del su es",
    "pt": "não uma para com os das do você em mais são",
    "it": "il che di per una con della sono gli non",
    "nl": "het een van en niet voor met zijn dat",
    "vi": "và của các không cho được là có những",
    "id": "yang dan di untuk dengan tidak ini dari",
    "pl": "nie się jest na że do dla oraz jak",
    "tr": "ve bir için bu ile çok daha olarak",
}
_LITTLE = {
    word: {tag for tag, words in _WORDS.items() if word in words.split()}
    for words in _WORDS.values()
    for word in words.split()
}
_LATIN = re.compile(r"[a-zà-ÿąćęłńśźżığşơưạ-ỹđ]+")
_ENOUGH = 3  # little words


def guess_language(blocks: Sequence[Block]) -> str:
    """Return a BCP 47 primary tag; empty: too little to tell."""
    sample, left = [], _SAMPLE
    for block in blocks:
        if left <= 0:
            break
        sample.append(block.text[:left])
        left -= len(sample[-1])
    text = " ".join(sample)
    if is_mixed(text):  # letters of another script inside words are a disguise, not a language
        text = normalise(text).text
    for tag, letters in () if text.isascii() else _SCRIPTS:
        if len(letters.findall(text)) > _SHARE * len(text):
            return tag
    counts = dict.fromkeys(_WORDS, 0)
    for word in _LATIN.findall(text.lower()):
        for tag in _LITTLE.get(word, ()):
            counts[tag] += 1
    best = max(counts, key=lambda tag: counts[tag])
    return best if counts[best] >= _ENOUGH else ""

# ruff: noqa: RUF001 - look-alike characters are what is tested
"""Disguised words: each trick undone, what is written quoted, and ordinary words left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.model import Judgement, Label
from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from crawler.judge import judge
from crawler.judge.disguise import Disguises
from crawler.judge.hits import Sought, believed
from crawler.judge.homophones import Homophones
from crawler.read import read_text
from crawler.read.normalise import normalise
from crawler.read.offsets import codes_of
from crawler.read.readings import _differs, _heard, _wide_letters, letters_of, sounded
from crawler.read.sounds import is_syllables, spoken


def _sought(*words: str) -> list[Sought]:
    return [Sought(number, word, (), (number,)) for number, word in enumerate(words)]


GOODS = (
    "viagra",
    "pills",
    "cocaine",
    "heroin",
    "casino",
    "xanax",
    "no prescription",
    "buy now",
    "diplomas",
    "gun",
)
LATIN = Disguises(_sought(*GOODS))
CHINESE = ("发票", "代开发票", "枪支", "办证", "毒品")
HAN = Homophones(_sought(*CHINESE))


def _found(text: str) -> list[tuple[str, str, bool]]:
    """Words, what is written for them, and whether they are guessed."""
    plain = normalise(text)
    return [
        (words[hit.word], text[slice(*plain.span(hit.start, hit.end))], hit.guessed)
        for automaton, words in ((LATIN, GOODS), (HAN, CHINESE))
        for hit in automaton.find(plain.text)
    ]


UNDONE = [
    ("spaced letters", "buy v i a g r a", "viagra", "v i a g r a"),
    ("spaced level, word after word", "g e t p i l l s n o w", "pills", "p i l l s"),
    ("dotted", "c.o.c.a.i.n.e", "cocaine", "c.o.c.a.i.n.e"),
    ("the sign is also a letter", "d+i+p+l+o+m+a+s", "diplomas", "d+i+p+l+o+m+a+s"),
    ("parted once", "via.gra", "viagra", "via.gra"),
    ("parted by a symbol", "pi*lls", "pills", "pi*lls"),
    ("a letter set apart", "c ocaine", "cocaine", "c ocaine"),
    ("pictures between the letters", "p🔥i🔥l🔥l🔥s", "pills", "p🔥i🔥l🔥l🔥s"),
    ("digits", "v1agra c0ca1ne", "viagra", "v1agra"),
    ("signs", "p!||s, ca$ino", "pills", "p!||s"),
    ("all that has a look-alike", "(45!n0 c45!n0", "casino", "c45!n0"),
    ("accents", "vìágrà", "viagra", "vìágrà"),
    ("strokes and marks", "c\u0337o\u0336c\u0335a\u0338ine", "cocaine", "c\u0337o\u0336c\u0335a\u0338ine"),
    ("look-alikes throughout", "сосаіпе", "cocaine", "сосаіпе"),
    ("another gap between words", "no_prescription", "no prescription", "no_prescription"),
    ("words run together", "noprescription", "no prescription", "noprescription"),
    ("a plural", "v-i-a-g-r-a-s", "viagra", "v-i-a-g-r-a"),
    ("Chinese, spaced", "代 开 发 票", "代开发票", "代 开 发 票"),
    ("Chinese, starred", "发*票", "发票", "发*票"),
    ("Chinese, pictures between", "枪🔥支", "枪支", "枪🔥支"),
]


@pytest.mark.parametrize(
    ("text", "word", "written"), [row[1:] for row in UNDONE], ids=[row[0] for row in UNDONE]
)
def test_a_disguised_word_is_read(text, word, written):
    assert (word, written, False) in _found(text)


GUESSED = [
    ("spelt as it sounds", "vyagra", "viagra", "vyagra"),
    ("another letter for the sound", "kasino", "casino", "kasino"),
    ("letters held down", "xanax cocaaaaine", "cocaine", "cocaaaaine"),
    ("a picture", "best 💊 here", "pills", "💊"),
    ("pinyin among characters", "代开fa票", "代开发票", "代开fa票"),
    ("one of two characters in pinyin", "fa票", "发票", "fa票"),
    ("a homophone", "代开发飘", "代开发票", "代开发飘"),
    ("two homophones in a long word", "代凯发瓢", "代开发票", "代凯发瓢"),
    ("pinyin throughout", "请找 daikaifapiao", "代开发票", "daikaifapiao"),
    ("a picture among characters", "代开🧾", "代开发票", "代开🧾"),
    ("pinyin of a longer sentence", "qingwen daikaifapiaoma", "代开发票", "daikaifapiao"),
    ("pinyin of two syllables", "微信 fapiao", "发票", "fapiao"),
    ("a usual sign within two characters", "卖枪'支的", "枪支", "枪'支"),
]


@pytest.mark.parametrize(
    ("text", "word", "written"), [row[1:] for row in GUESSED], ids=[row[0] for row in GUESSED]
)
def test_a_likeness_in_sound_is_a_guess(text, word, written):
    assert (word, written, True) in _found(text)


INNOCENT = [
    ("plain words are found plainly", "buy viagra pills now, no prescription"),
    ("two words that spell a third", "the hero in this story, via grandma, spills"),
    ("a sentence ends between", "He is my hero. Intrigued?"),
    ("part of another word", "vi agrarian; caterpi11s; ca.sinologist"),
    ("quantities", "100mg 5g iphone15 $5 p1"),
    ("short words are not sought", "g.u.n"),
    ("digits are no words", "33 1111 0055 811"),
    ("sounds too short to tell", "pylls"),
    ("Chinese words parted by a space", "自发 票据"),
    ("a list in Chinese", "开发、票据。枪，支出"),
    ("a homophone of two characters", "法票 强制 读品"),
]


@pytest.mark.parametrize("text", [row[1] for row in INNOCENT], ids=[row[0] for row in INNOCENT])
def test_ordinary_words_stay_what_they_are(text):
    assert _found(text) == []


@pytest.mark.parametrize(
    ("letters", "read"),
    [
        ("", True),
        ("qingwen", True),
        ("xian", True),
        ("ping", True),
        ("shop", False),
        ("b", False),
        ("aeoe", True),
    ],
)
def test_syllables_of_pinyin_are_told(letters, read):
    assert is_syllables(letters) is read


DOUBTFUL = ("微信 fapiao", "年底发-票样", "pytanie o kasyno")


@pytest.mark.parametrize("text", DOUBTFUL)
def test_what_may_be_chance_is_believed_beside_another_disguise(text):
    plain = normalise(text).text
    alone = [*LATIN.find(plain), *HAN.find(plain)]
    assert {hit.doubtful for hit in alone} == {True}
    assert believed(alone, plain) == []
    both = normalise(f"{text} banzheng").text
    assert len(believed([*LATIN.find(both), *HAN.find(both)], both)) > len(alone)


@pytest.mark.parametrize(("goods", "doubtful"), [(True, False), (False, True)])
def test_a_long_word_misspelt_is_believed_by_itself_if_it_names_goods(goods, doubtful):
    (hit,) = Disguises([Sought(0, "cocaine", (), (0,), goods=goods)]).find("cocayne")
    assert (hit.guessed, hit.doubtful) == (True, doubtful)


def test_half_a_word_is_not_heard_in_letters_alone():
    assert [*Disguises(_sought("line号批发")).find("sneaker linea line, grau")] == []


def test_a_word_is_not_heard_in_one_much_shorter():
    assert [*Disguises([Sought(0, "xxx collection", (), (0,), goods=True)]).find("my collection")] == []


def test_a_word_of_the_policy_is_no_misspelling_of_another():
    words = _sought("kontakt", "contact", "casino")
    assert [*Disguises(words).find("contact us, kontakt")] == []
    assert [hit.word for hit in Disguises(words).find("contact kasino")] == [2]


TRICKY = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from(list("viagrpls01!|+@. -*¶发票fapiao💊🧾ꞌ\u0301"))),
    max_size=60,
)


@given(TRICKY)
def test_any_text_is_read_and_every_find_lies_within(text):
    plain = normalise(text).text
    for automaton in (LATIN, HAN):
        for hit in automaton.find(plain):
            assert 0 <= hit.start < hit.end <= len(plain)


@given(TRICKY)
def test_a_reading_knows_where_its_letters_stand(text):
    plain = normalise(text).text
    reading = sounded(plain)
    assert len(reading.groups) == len(reading.text) + 1
    assert len(reading.letters) == len(reading.places)
    assert all(0 <= place < len(plain) for place in reading.places)
    for at in range(len(reading.text)):
        assert reading.groups[at] <= reading.first(at) < reading.groups[at + 1]
        assert reading.groups[at] < reading.last(at) <= reading.groups[at + 1]
    heard = spoken(plain)
    assert len(heard.text) == len(heard.places)


@given(TRICKY)
def test_letters_of_one_byte_are_those_of_four(text):
    plain = normalise(text).text
    letters, places = letters_of(plain)
    wide, wide_places = _wide_letters(codes_of(plain))
    assert letters.tolist() == wide.tolist()
    assert places.tolist() == wide_places.tolist()
    one, other = sounded(plain), _heard(wide, wide_places, _differs(wide))
    assert (one.text, one.groups.tolist()) == (other.text, other.groups.tolist())


SOUNDS = [
    ("offphone", "ofone"),
    ("phphone", "ffone"),
    ("sapphire", "safire"),
    ("ck", "k"),
    ("ks", "k"),
    ("ea", "e"),
]


@pytest.mark.parametrize(("written", "heard"), SOUNDS)
def test_words_sound(written, heard):
    assert sounded(written).text == heard


@pytest.mark.parametrize(
    "piece", ["a", "v i ", "1!", "via", "发", "fa票", "💊", "*", "pi11s ", "a+", "v.i.a.g.r.a."]
)
def test_a_hundred_thousand_of_anything_takes_no_time(piece):
    text = normalise(piece * (100_000 // len(piece))).text
    started = time.process_time()
    list(LATIN.find(text))
    list(HAN.find(text))
    assert time.process_time() - started < 4


def _judged(words: str) -> Judgement:
    page = read_text(words, title="", url=None, pseudonymiser=Pseudonymiser(bytes(32)))
    return judge(page, load_policy(None))


@pytest.mark.parametrize(
    ("written", "category"),
    [
        ("r3p11c4 w4+ch35 f0r 541e, 0rd3r n0w, 5h1p5 w0r1dw1d3", "counterfeit-goods"),
        ("ϹОCΑΙΝΕ fоr ѕаlе, оrdеr nоw, ѕhірѕ wоrldwіdе", "controlled-drugs"),
        ("νіаցга fоr ѕаlе wіthоut рrеѕсrірtіоn, оrdеr nоw", "medicines"),
        ("coooocaaiiine foor saaale nooow, ordeeer heeere, shiiips worldwiiide", "controlled-drugs"),
        ("coc.aine fo-r sa/le, or_der no*w, shi'ps world~wide", "controlled-drugs"),
        ("0.5 G Co|caine 90% to-p gra.de. 0.02 B~TC, sh'ips NL", "controlled-drugs"),
        ("本公'司长期代'开各类发*票，税'点优惠，可先验'票后付'款，电+话联/系", "fake-documents"),
    ],
)
def test_an_offer_disguised_throughout_is_seen_and_not_listed_for_its_guesses(
    written: str, category: str
) -> None:
    said = _judged(written)
    assert said.category == category
    assert said.label in (Label.CONTRABAND, Label.UNSURE)


def test_what_is_only_guessed_lists_no_page() -> None:
    said = _judged("coooocaaiiine foor saaale nooow, 50 USD peer graaam, ordeeer heeere, shiiips worldwiiide")
    assert said.category == "controlled-drugs"
    assert not said.publishable


def test_disguise_without_an_offer_is_no_offer() -> None:
    assert _judged("coooocaaiiine iiis baaad foor yooour heeealth, my teeeacher saaaid").category is None


ENGLISH = (
    "Buy cocaine online from our shop with discreet shipping. You will get the best price; all orders are "
    "tracked. Cocaine 80 USD per gram, order now on Telegram, this is the shop for you and your friends."
)
RUSSIAN = (
    "Купить кокаин в нашем магазине: быстрая доставка по всей России, гарантия качества, лучшие цены. Кокаин "
    "5000 руб за грамм, закажите сейчас, пишите в телеграм. USBкабель и 3Dпринтер в подарок."
)
_MASK = str.maketrans("aceopsxyijhdABCEHKMOPTX", "асеорѕхуіјһԁАВСЕНКМОРТХ")


def test_letters_of_another_script_make_no_other_language() -> None:
    plain, masked = _judged(ENGLISH), _judged(ENGLISH.translate(_MASK))
    assert (plain.label, plain.publishable) == (Label.CONTRABAND, True)
    assert (masked.label, masked.publishable, masked.category) == (Label.CONTRABAND, True, plain.category)


@pytest.mark.parametrize("written", [RUSSIAN, RUSSIAN.translate(str.maketrans("аеору", "aeopy"))])
def test_a_russian_page_waits_for_a_person_whatever_its_letters(written: str) -> None:
    said = _judged(written)
    assert (said.label, said.category) == (Label.CONTRABAND, "controlled-drugs")
    assert not said.publishable
    assert "in a language (ru)" in said.reason

"""Who speaks: a seller's own words accuse, what is quoted, reported, denied, asked or warned of does not."""

# ruff: noqa: RUF001 - Russian is written in Cyrillic

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.model import Block, BlockKind, Judgement, Label, Page
from blocklist.policy import VoiceKind, load_policy
from blocklist.privacy import Pseudonymiser
from crawler.judge import judge
from crawler.judge.explain import explain
from crawler.judge.lexicon import lexicon_of
from crawler.judge.negation import upright_and_turned
from crawler.judge.signals import find, text_of
from crawler.judge.voice import Voice, voice_of
from crawler.read import read_page

POLICY = load_policy(None)
LEXICON = lexicon_of(POLICY)

OFFER = """
<h1>Replica watches, AAA superclone</h1><p>Order now, we ship worldwide in discreet packaging.</p>
<li>Replica Rolex Submariner $198 Add to cart</li><li>Replica Rolex Daytona $220 Add to cart</li>
<li>Replica Omega $180 Add to cart</li><p>Payment by Bitcoin. WhatsApp us for a price list.</p>
"""
OFFER_ZH = """
<h1>高仿手表 一比一复刻 精仿劳力士</h1><p>厂家直销,全国包邮,货到付款,支持担保。</p>
<li>劳力士 高仿 980元</li><li>欧米茄 复刻 880元</li><li>卡地亚 精仿 760元</li>
<p>现货,下单加微信,批发价优惠,招代理。</p>
"""
NEWS = """
<h1>Stall holder jailed for replica watches</h1>
<p>A stall holder was jailed on Monday after investigators bought a replica Rolex from him, a court heard.</p>
<p>His page read: "AAA superclone, order now, $198, we ship worldwide, WhatsApp us". Prosecutors said he sold
nine hundred replica watches. "They were seized at the port", a spokesman told reporters.</p>
"""
GUIDE = """
<h1>Replica watches: what to know</h1><ul><li>"AAA superclone, order now, $198" is how they write</li>
<li>Investigators found nickel in a replica Rolex</li><li>"We ship worldwide" means customs wait</li></ul>
"""
NEWS_ZH = """
<h1>摊主销售高仿手表获刑</h1><p>据悉,被告人通过网店销售高仿劳力士,法院判处其有期徒刑一年。</p>
<p>警方通报称,其广告写道:“一比一复刻,980元,货到付款,下单加微信”。民警查获复刻手表九百块,记者在庭审现场看到。</p>
"""


def read(markup: str) -> Page:
    return read_page(
        f"<html><body>{markup}</body></html>".encode(),
        content_type="text/html; charset=utf-8",
        url=None,
        pseudonymiser=Pseudonymiser(bytes(32)),
    )


def judged(markup: str) -> Judgement:
    return judge(read(markup), POLICY)


def voice(markup: str) -> Voice:
    page = read(markup)
    text = text_of(page)
    heard = find(text, LEXICON)
    return voice_of(page, text, heard, upright_and_turned(heard, text, LEXICON)[0], LEXICON)


def own_words(markup: str) -> set[str]:
    text = text_of(read(markup)).text
    return {text[one.start : one.end].lower() for one in voice(markup).own}


@pytest.mark.parametrize("markup", [OFFER, OFFER_ZH])
def test_a_seller_speaks_himself(markup):
    assert voice(markup).share == 0
    assert judged(markup).publishable


@pytest.mark.parametrize("markup", [NEWS, NEWS_ZH])
def test_a_reporter_repeats_a_sellers_words_and_sells_nothing(markup):
    assert voice(markup).mostly_tells
    assert judged(markup).label is Label.CLEAR


STRANGERS = {
    "German news": """<h1>Kokain per Messenger: Haft</h1>
        <p>Die Polizei hat nach Angaben der Staatsanwaltschaft 4 kg Kokain beschlagnahmt.
        In der Nachricht stand: \u201eKokain 80 \u20ac/g, jetzt bestellen, WhatsApp\u201c.</p>""",
    "Russian news": """<h1>Продавца кокаина осудили</h1>
        <p>По данным следствия, он писал: «Кокаин 1 г 12000 руб, купить, закладки, пишите в телеграм».
        Полиция изъяла 3 кг, суд приговорил его к девяти годам.</p>""",
    "Spanish news": """<h1>Condenado por vender cocaína</h1>
        <p>Según la policía, fue detenido con 3 kg de cocaína.
        El mensaje decía: «Cocaína 60 € el gramo, envío discreto, comprar ahora, WhatsApp».</p>""",
    "French news": """<h1>Cocaïne livrée comme une pizza</h1>
        <p>Selon les enquêteurs, leur message disait : « Cocaïne 70 € le gramme, livraison rapide,
        commander en ligne ». La police a interpellé deux hommes.</p>""",
    "a novel": """<h1>The night chemist</h1>
        <p>He slid the list across the bar. "Xanax, two dollars a pill, no prescription, I ship anywhere,
        order now," he said. "And Viagra?" "A dollar. Telegram me."</p>""",
    "a forum": """<h1>Got a weird DM</h1>
        <p>Someone DM'd me: "fullz, dumps with pin, cvv 20$ each, fresh, escrow accepted".
        Is this a scam? What should I do?</p><p>Yes, it is a scam. Report it.</p>""",
    "a Chinese forum": """<h1>请问这种广告是真的吗</h1>
        <p>今天收到短信:“代开发票,专用发票6个点,先开票后付款,加微信”,请问这合法吗?</p>
        <p>楼下:违法的,赶紧举报。</p>""",
    "a Chinese law": """<h1>管制刀具管理规定</h1><p>第一条 本规定所称管制刀具,是指匕首、弹簧刀。</p>
        <p>第二条 任何单位和个人不得销售、邮寄、定做匕首、弹簧刀,违者处罚款500元。</p>
        <p>第三条 销售弩的,没收现货并处罚款。</p>""",
}


@pytest.mark.parametrize("kind", STRANGERS)
def test_nobody_is_accused_for_what_others_offered(kind):
    assert judged(STRANGERS[kind]).label is Label.CLEAR


DISCLAIMED = [
    (OFFER, "<p>Nothing here is for sale: this site is satire.</p>"),
    (OFFER, "<p>A fictional shop for the classroom. Discussion questions: which words warn you?</p>"),
    (OFFER_ZH, "<p>以上广告由七年级同学编的,店是假的。</p>"),
    (OFFER_ZH, "<p>本站内容纯属虚构。</p>"),
]


@pytest.mark.parametrize(("offer", "said"), DISCLAIMED)
def test_a_page_that_says_it_is_not_meant_waits_for_a_person(offer, said):
    assert judged(offer).publishable
    found = judged(offer + said)
    assert (found.publishable, found.label) == (False, Label.CONTRABAND)
    assert "a person must see who speaks" in found.reason


@pytest.mark.parametrize(
    "title", ["Recall: AAA superclone watches", "Has anyone bought here?", "谨防高仿手表"]
)
def test_a_title_that_tells_leaves_the_page_to_a_person(title):
    page = read(OFFER)
    titled = replace(page, title=title, blocks=(Block(kind=BlockKind.TITLE, text=title), *page.blocks))
    assert judge(page, POLICY).publishable
    assert not judge(titled, POLICY).publishable


def test_order_now_and_a_price_list_nobody_by_themselves():
    """As in satire: the words that sell are those of any shop, and nothing sells just these goods."""
    story = "Colin has sold weed since 1996. Now he has a menu: cocaine, ketamine, ecstasy pills, 80 GBP."
    said = f"<h1>Cocaine with a loyalty app</h1><p>{story} Order now, get a free tote bag!</p>"
    assert not judged(said).publishable
    assert judged(said + "<p>Cocaine 1 g 80 GBP, 5 g 350 GBP, telegram me to order.</p>").publishable


def test_a_pharmacy_that_asks_for_a_prescription_is_not_listed_unseen():
    shop = """<h1>Oak Street Pharmacy</h1><p>Registered pharmacy, licence no 1112. A valid prescription is
        required. Our pharmacist is here to help.</p><li>Viagra 50 mg $12 Add to cart</li>
        <li>Tramadol 50 mg $9 Add to cart</li><p>We ship to your door; 14-day returns. VAT number 88.</p>"""
    assert not judged(shop).publishable


@pytest.mark.parametrize(
    "told",
    [
        'The banner reads "order now" in red.',
        "The banner reads \u201corder now\u201d in red.",
        "\u300corder now\u300d stood there.",
        '广告写着"order now"三个字。',
        "Prosecutors said that customers could order now.",
        "We never sell replicas to those who order now.",
        "Does anyone know whether I should order now?",
        "Beware of a page that says order now.",
        "Según la fiscalía, order now.",
        "По данным следствия, order now.",
        "Order now, heißt es laut Polizei.",
    ],
)
def test_what_is_told_is_not_said(told):
    assert "order now" not in own_words(f"<p>{told}</p><p>Replica watch.</p>")
    assert "order now" in own_words("<p>Replica watch. Order now.</p>")


def test_a_telling_word_reaches_to_the_end_of_its_sentence_and_no_further():
    assert "order now" in own_words("<p>Police arrested a man. Order now.</p>")
    assert "order now" in own_words("<p>Police arrested a man</p><p>Order now</p>")


@pytest.mark.parametrize("bar", ["Share: Facebook X WhatsApp Email", "分享到 微信 微博 WhatsApp"])
def test_a_bar_for_sharing_invites_nobody(bar):
    assert "whatsapp" in own_words("<p>Replica watch. WhatsApp us.</p>")
    assert "whatsapp" not in own_words(f"<p>Replica watch.</p><p>{bar}</p>")


QUOTED = """<p>Funded by the Research Council. Annotators coded each advertisement; this one is typical:</p>
<blockquote>Uncut cocaine, 1 gram 70 EUR, order now, message me on Telegram @example_quoted</blockquote>
<p>{}</p>"""


def test_a_block_of_quotation_is_told_with_its_prices_and_contacts():
    found = voice(QUOTED.format("The corpus is not published. " * 6))
    assert found.page.prices == ()
    assert found.page.contacts == ()
    assert judged(QUOTED.format("The corpus is not published. " * 6)).category is None


def test_a_page_that_is_mostly_a_quotation_quotes_nobody():
    quoted = QUOTED.format("Yes.").partition("</p>")[2]
    found = voice(f"<p>Annotators say:</p>{quoted}")
    assert found.page.prices


def test_told_prices_are_no_price_list():
    assert len(voice('<p>Rolex $198.</p><p>He wrote "Rolex $198, Omega $180".</p>').page.prices) == 1


NEWS_BESIDE = (
    "<p>Police arrested a man who was selling fakes, according to reports. A spokesman told us more.</p>"
)
MUSEUM = "<h2>Museum of watches</h2><p>Opening hours: ten to six. Free admission to the exhibition.</p>"
LICENSED = "<p>Licensed dealer, licence no 1234. Proof of age and photo id required. VAT number 99.</p>"


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        (NEWS_BESIDE, "who speaks"),
        (MUSEUM, "who speaks"),
        (LICENSED, "as much excuses it"),
    ],
)
def test_a_seller_who_claims_to_be_somebody_else_is_seen_but_not_listed_unseen(claim, why):
    judgement = judged(OFFER + claim)
    assert judgement.label is Label.CONTRABAND
    assert not judgement.publishable
    assert why in judgement.reason


def test_one_quoted_review_does_not_hide_an_offer():
    assert judged(OFFER + '<p>"My watch came in a week, great shop", says Ben.</p>').publishable


@pytest.mark.parametrize(
    "contact",
    [
        "WhatsApp us on +1 202 555 0155.",
        "Telegram @replica_example",
        "<li>Rolex replica $90</li><li>Omega replica $80</li><li>Gucci replica $70</li>",
    ],
)
def test_telling_clears_nobody_of_whom_a_buyer_can_buy(contact):
    assert judged(NEWS + f"<p>Replica watches: {contact} Order now.</p>").label is not Label.CLEAR


def test_who_speaks_is_explained():
    told = explain(judged(GUIDE))
    assert "sells nothing in its own voice" in told
    assert "counterfeit-goods/voice/report" in told


def test_every_kind_of_voice_has_words_in_english_and_chinese():
    assert {one.id for one in POLICY.voices} == set(VoiceKind)
    for one in POLICY.voices:
        assert any(word.isascii() for word in one.words)
        assert any("\u4e00" <= word[0] <= "\u9fff" for word in one.words)


@given(st.text(alphabet='ab".!?\u201c\u201d\u300c\u300d\u3002¶ <>\n', max_size=60))
def test_any_text_has_a_voice(words):
    heard = voice(f"<p>{words} police said order now $5</p>")
    assert 0 <= heard.share <= 1
    assert heard.places >= 0


def test_a_page_that_is_not_accused_claims_no_confidence():
    said = judged(NEWS)
    assert said.label is Label.CLEAR
    assert said.confidence > 0
    assert explain(said).startswith(f"clear, not accused (its words alone score {said.confidence:.3f} of 1)")

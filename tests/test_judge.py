"""The judge: what it may say of which page, why, and that nothing a page holds makes it fall over."""

# ruff: noqa: RUF001, E501 - pages as people write them, Chinese ones with their own punctuation

import dataclasses
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.model import (
    Block,
    BlockKind,
    EvidenceKind,
    Failure,
    Judgement,
    Label,
    Offer,
    Page,
    PageState,
    Price,
)
from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from crawler.judge import SUPPRESSED, explain, is_suppressed, judge, unreachable
from crawler.judge.lexicon import lexicon_of
from crawler.read import read_page, read_text

POLICY = load_policy(None)
OFFER = """Buy cocaine online, Colombian fishscale, 1 g 80
We ship worldwide, stealth packaging, Bitcoin only. Order now on Telegram: @mountainvendor77"""
NEWS = "Police said that officers seized cocaine in the harbour. Two men were arrested and charged."


def judged(text: str, title: str = "") -> Judgement:
    return judge(read_text(text, title=title, url=None, pseudonymiser=Pseudonymiser(bytes(32))), POLICY)


def blank(state: PageState, *blocks: Block) -> Page:
    return Page(url=None, state=state, state_reason="as the test says", blocks=blocks)


def test_an_offer_is_contraband_with_goods_and_selling_as_evidence() -> None:
    found = judged(OFFER)
    assert found.label is Label.CONTRABAND
    assert found.category == "controlled-drugs"
    assert found.grade == 4
    assert found.publishable
    assert found.policy == POLICY.digest
    kinds = {one.kind for one in found.evidence}
    assert EvidenceKind.GOODS in kinds
    assert EvidenceKind.OFFER in kinds


def test_goods_without_an_offer_are_clear() -> None:
    found = judged(
        "Cocaine is a plant alkaloid that was isolated in the nineteenth century from coca leaves."
    )
    assert found.label is Label.CLEAR
    assert found.category is None
    assert "not offered" in found.reason


def test_an_offer_without_goods_is_clear() -> None:
    found = judged(
        "Order now! Free worldwide shipping, discreet packaging, we accept Bitcoin, add to cart today."
    )
    assert found.label is Label.CLEAR
    assert found.reason == "the page names no goods of the policy"


def test_what_excuses_is_listed_against() -> None:
    found = judged(NEWS)
    assert found.label is Label.CLEAR
    assert any(one.kind is EvidenceKind.EXCUSE and one.weight < 0 for one in found.evidence)


@pytest.mark.parametrize("state", [state for state in PageState if state is not PageState.READABLE])
def test_a_page_that_cannot_be_read_is_unsure_with_its_reason(state: PageState) -> None:
    found = judge(blank(state), POLICY)
    assert found.label is Label.UNSURE
    assert found.category is None
    assert "as the test says" in found.reason
    assert [one.kind for one in found.evidence] == [EvidenceKind.STATE]


def test_an_unreadable_page_that_still_names_an_offer_goes_to_a_moderator() -> None:
    page = blank(PageState.IMAGE_ONLY, Block(kind=BlockKind.TITLE, text=OFFER))
    found = judge(page, POLICY)
    assert found.label is Label.UNSURE
    assert found.category == "controlled-drugs"
    assert not found.publishable


def test_too_little_text_is_unsure() -> None:
    assert judged("Hello").label is Label.UNSURE


@pytest.mark.parametrize("failure", list(Failure))
def test_unreachable_is_neither_clear_nor_unsure(failure: Failure) -> None:
    found = unreachable(failure, "no route", POLICY)
    assert found.label is Label.UNREACHABLE
    assert failure in found.reason
    assert "no route" in found.reason
    assert not found.publishable


def test_contacts_in_excerpts_are_masked() -> None:
    found = judged(OFFER)
    assert not any("mountainvendor77" in one.excerpt for one in found.evidence)
    assert any("****" in one.excerpt for one in found.evidence)


def test_excerpts_quote_the_page_and_not_the_normalised_text() -> None:
    found = judged("代開發票，増值稅專用發票，點數優惠，可先驗票後付款，有需要請來電洽談，聯繫人王經理")
    assert found.category == "fake-documents"
    assert any("代開發票" in one.excerpt for one in found.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "代 开 发 票，增 值 税 发 票，验票后付款，加微信",
        "代.开.发.票，普通发票，验票后付款，加微信",
        "Buy c.o.c.a.i.n.e online, discreet shipping, order now on Telegram, 1 g 80 USD",
        "Buy c0caine and her0in online, discreet shipping, order now on Telegram, 1 g 80 USD",
        "Buy сосaine and heroin online, discreet shipping, order now on Telegram, 1 g 80 USD",
        "Ｂｕｙ ｃｏｃａｉｎｅ online, discreet shipping, order now on Telegram, 1 g 80 USD",
        "Buy co\u200bcaine and her\u200boin online, discreet shipping, order now on Telegram, 1 g 80 USD",
    ],
)
def test_disguise_does_not_help(text: str) -> None:
    assert judged(text).label is Label.CONTRABAND


def test_what_is_denied_is_no_evidence() -> None:
    found = judged(
        "Our boutique never sells replicas. No replica watches, no fake watches. Add to cart. Rolex 1999."
    )
    assert found.label is Label.CLEAR


@pytest.mark.parametrize(
    "words",
    [
        "We do not stock switchblades, stun guns or any brass knuckles. Knife sharpener $30, add to cart, in stock.",
        "Switchblades, stun guns and brass knuckles: not sold here. Knife sharpener $30, add to cart.",
        "Switchblades and stun guns brought to our counter are refused. Knife sharpener $30, add to cart.",
        "本店不销售弹簧刀、电击器和匕首。磨刀石30元,加入购物车,现货包邮。",
        "弹簧刀、电击器一律不卖。磨刀石30元,加入购物车,现货包邮。",
    ],
)
def test_a_negation_turns_a_whole_list_and_a_denial_what_came_before(words: str) -> None:
    assert judged(words).label is Label.CLEAR


def test_a_list_after_a_full_stop_is_not_denied() -> None:
    found = judged(
        "We never sell air rifles. Switchblades and stun guns $30, add to cart, in stock, we ship worldwide."
    )
    assert found.label is not Label.CLEAR


def test_lawful_goods_without_a_mark_are_never_published() -> None:
    found = judged("Viagra, Cialis and Levitra in stock. Add to cart, order now, free delivery, contact us.")
    assert not found.publishable
    assert found.label is not Label.CONTRABAND


def test_circumstances_raise_the_grade() -> None:
    text = "出售迷药、听话水，无色无味，货到付款，加微信下单，现货包邮"
    plain = judged("出售银行卡四件套、对公账户，现货，飞机联系，支持担保交易，价格优惠")
    worse = judged("出售银行卡四件套、对公账户，洗钱专用，现货，飞机联系，支持担保交易，价格优惠")
    assert judged(text).grade == 4
    assert (plain.grade, worse.grade) == (3, 4)


def test_hidden_goods_weigh_less_than_seen_ones() -> None:
    def page(*, hidden: bool) -> Page:
        sale = Block(kind=BlockKind.TEXT, text="Order now, worldwide shipping.")
        goods = Block(kind=BlockKind.TEXT, text="cocaine heroin", hidden=hidden)
        return Page(url=None, state=PageState.READABLE, blocks=(goods, sale))

    assert judge(page(hidden=True), POLICY).confidence < judge(page(hidden=False), POLICY).confidence


def test_prices_and_declared_offers_count_as_selling() -> None:
    goods = Block(
        kind=BlockKind.TEXT, text="Cocaine and heroin, the best of the mountain. Purity guaranteed."
    )
    bare = Page(url=None, state=PageState.READABLE, blocks=(goods,))
    priced = dataclasses.replace(
        bare,
        prices=(Price(text="$80", amount=80, currency="USD", block=0),) * 2,
    )
    declared = dataclasses.replace(bare, offers=(Offer(source="json-ld", name="Cocaine 1 g", price="80"),))
    plain = judge(bare, POLICY).confidence
    assert judge(priced, POLICY).confidence > plain
    assert judge(declared, POLICY).confidence > plain
    assert any(one.kind is EvidenceKind.PRICE for one in judge(priced, POLICY).evidence)
    assert any(one.rule == "controlled-drugs/offer/json-ld" for one in judge(declared, POLICY).evidence)


def test_suspicion_of_abuse_of_children_suppresses_everything() -> None:
    found = judged(
        "Forbidden: underage porn folder for sale. Buy now, price list on Telegram, pay with Bitcoin."
    )
    assert is_suppressed(found)
    assert found.label is Label.UNSURE
    assert found.reason == SUPPRESSED
    assert found.evidence == ()
    assert found.category is None
    assert found.confidence == 0


@pytest.mark.parametrize(
    "text",
    [
        "The ministry's law against child pornography: it is illegal and shall be punished, prosecutors said. Buy the book in our shop.",
        "Children's toys for sale: buy now, add to cart, free shipping. Books for children and minors, low prices.",
    ],
)
def test_law_news_and_toys_are_not_suppressed(text: str) -> None:
    assert not is_suppressed(judged(text))


def test_explain_says_what_spoke_for_and_against() -> None:
    said = explain(judged(OFFER + "\nA review of the novel: chapter one, says the encyclopedia."))
    assert said.splitlines()[0].startswith("contraband (controlled-drugs, grade 4), confidence")
    assert "speaks for it:" in said
    assert "controlled-drugs/goods/cocaine" in said
    assert explain(judged(NEWS)).count("speaks against it:") == 1
    assert "policy " + POLICY.digest[:12] in said


def test_the_same_page_gets_the_same_judgement() -> None:
    assert judged(OFFER) == judged(OFFER)


def test_an_edited_policy_judges_anew() -> None:
    strict = dataclasses.replace(
        POLICY,
        digest="another",
        categories={
            name: dataclasses.replace(category, publish=1.0) for name, category in POLICY.categories.items()
        },
    )
    page = read_text(OFFER, title="", url=None, pseudonymiser=Pseudonymiser(bytes(32)))
    assert judge(page, POLICY).publishable
    assert not judge(page, strict).publishable
    assert judge(page, strict).policy == "another"


WORDS = st.sampled_from(
    ["cocaine", "buy now", "代开发票", "加微信", "no", "不卖", "¶", "$80", "1 g", "\u200b", "v i a g r a", "𝕔", "\ud800",
     "viagra", "child", "porn", "", " ", "的", "…", "#", "no prescription", "充100送100"]
)  # fmt: skip
PAGES = st.builds(
    Page,
    url=st.none(),
    state=st.sampled_from(list(PageState)),
    title=st.text(max_size=20),
    blocks=st.lists(
        st.builds(
            Block,
            kind=st.sampled_from(list(BlockKind)),
            text=st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join)),
            hidden=st.booleans(),
            boilerplate=st.booleans(),
        ),
        max_size=8,
    ).map(tuple),
    prices=st.lists(
        st.builds(
            Price, text=st.text(max_size=5), amount=st.floats(), currency=st.sampled_from(["USD", ""]),
            block=st.integers(-2, 12),
        ),
        max_size=3,
    ).map(tuple),
    offers=st.lists(st.builds(Offer, source=st.just("json-ld"), name=st.text(max_size=20)), max_size=2).map(tuple),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(PAGES)
def test_no_page_makes_the_judge_raise_and_its_words_hold(page: Page) -> None:
    found = judge(page, POLICY)
    assert 0 <= found.confidence <= 1
    assert (found.category is None) == (found.grade == 0)
    if found.label is Label.CONTRABAND:
        assert found.category is not None
        assert page.state is PageState.READABLE
    if found.publishable:
        assert found.label is Label.CONTRABAND
        selling = (EvidenceKind.OFFER, EvidenceKind.PRICE, EvidenceKind.CONTACT)
        assert any(one.kind is EvidenceKind.GOODS for one in found.evidence)
        assert any(one.kind in selling for one in found.evidence)
    if found.label is Label.CLEAR:
        assert page.state is PageState.READABLE
    assert explain(found)
    assert judge(page, POLICY) == found


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_and_judged(body: bytes) -> None:
    page = read_page(body, content_type="text/html", url=None, pseudonymiser=Pseudonymiser(bytes(32)))
    assert judge(page, POLICY).label in set(Label)


@pytest.mark.long
@pytest.mark.parametrize(
    "text",
    [
        "cocaine " * 60_000,
        "no " * 100_000,
        "buy now cocaine 1 g " * 20_000,
        "代开发票" * 80_000,
        "a" * 1_000_000,
    ],
)
def test_long_pages_end_in_time(text: str) -> None:
    page = Page(url=None, state=PageState.READABLE, blocks=(Block(kind=BlockKind.TEXT, text=text),))
    lexicon_of(POLICY)  # built once for all pages
    start = time.process_time()
    judge(page, POLICY)
    assert time.process_time() - start < 20  # seconds of CPU: what is quadratic takes minutes


def test_hidden_and_disguised_goods_are_noted() -> None:
    sale = Block(
        kind=BlockKind.TEXT, text="Order now, worldwide shipping, heroin 1 g $90, stealth packaging."
    )
    goods = Block(kind=BlockKind.TEXT, text="cocaine, buy cocaine online", hidden=True)
    found = judge(Page(url=None, state=PageState.READABLE, blocks=(goods, sale)), POLICY)
    assert "controlled-drugs/evasion/hidden-cocaine" in {one.rule for one in found.evidence}
    disguised = judged("Buy c.o.c.a.i.n.e online, stealth shipping, order now on Telegram, 1 g 80 USD")
    assert "controlled-drugs/evasion/disguised-cocaine" in {one.rule for one in disguised.evidence}


def test_a_sentence_of_single_letters_is_read_too() -> None:
    text = " ".join("Buy cocaine and heroin online, telegram, bitcoin, 1 g".replace(" ", ""))
    found = judged(text + "\nWorldwide shipping, order now, 1 g 80 USD")
    assert found.category == "controlled-drugs"
    assert (
        judged("The pseudoscience of heroinesque novelties, order now, 80 USD, worldwide shipping.").category
        is None
    )


def test_goods_named_in_passing_are_never_published() -> None:
    """A shop of genuine goods once wrote one sentence about the replicas that it refuses."""
    shelf = "\n".join(
        f"Silk scarf number {number}, sewn by hand. $220. In stock. Add to cart." for number in range(20)
    )
    found = judged(shelf + "\nA replica watch or super clone that reaches us goes to the brand.")
    assert not found.publishable


def test_several_words_are_found_where_their_letters_stand_apart_and_their_spaces_are_lost() -> None:
    plain = "no prescription needed: generic viagra and xanax, order now, fast delivery"
    apart = " ".join(plain)
    assert judged(plain).label is Label.CONTRABAND
    assert judged(apart).label is Label.CONTRABAND
    assert judged("The shop at nopresciptionneededgenericviagra is a name without gaps.").label is Label.CLEAR


def test_goods_by_name_and_two_ways_to_get_them_are_for_a_person_however_few_the_words() -> None:
    filler = "The weather in the valley was kind to us and we walked along the river for a long while. " * 15
    found = judged(f"{filler}Viagra, cheap, we ship worldwide. {filler}")
    assert found.confidence < load_policy(None).categories["medicines"].review
    assert (found.label, found.category, found.publishable) == (Label.UNSURE, "medicines", False)


def test_a_mark_within_a_warning_marks_nothing() -> None:
    shelf = "Cigarettes $11, cigars $14, rolling tobacco $24. Buy now, in stock. "
    warned = judged(shelf + "Cartons without tax stamp are smuggled and to buy them is an offence.")
    offered = judged(shelf + "Cartons without tax stamp. Ask us, it is an offence nobody sees.")
    assert not warned.publishable
    assert warned.confidence < offered.confidence


@pytest.mark.parametrize(
    ("said", "doubt"),
    [
        ("", "nothing marks the sale as unlawful"),
        ("No CITES papers needed, discreet shipping. ", ""),
    ],
)
def test_only_a_mark_of_unlawful_sale_lists_unseen(said: str, doubt: str) -> None:
    shelf = "Elephant ivory bracelets $300, ivory bangles $250, carved ivory $900. Add to cart, we ship worldwide. Order now. "
    found = judged(shelf + said, title="Ivory bracelets for sale")
    assert found.label is Label.CONTRABAND
    assert found.publishable is not bool(doubt)
    assert doubt in found.reason


def test_what_nobody_may_sell_is_listed_without_such_a_mark() -> None:
    shelf = "Buy cocaine, 1 g $80, 5 g $350. Order now, we ship worldwide, add to cart. "
    assert judged(shelf, title="Cocaine for sale").publishable


def test_who_must_declare_not_to_be_the_police_buys_nothing_lawful() -> None:
    shelf = "We ship anabolic steroids, testosterone 250 and trenbolone, and guarantee their purity. Add to cart. "
    waiver = "By using this website you confirm that you are not a law enforcement officer or affiliated with any law enforcement agency."
    assert "medicines/offer/waiver" in {each.rule for each in judged(shelf + waiver).evidence}
    assert judged(shelf + waiver).confidence > judged(shelf).confidence


@pytest.mark.parametrize(
    "page",
    [
        (
            "Gunsmith and shooting supplies. Glock 17, AR-15 parts and ammunition in stock. We ship to licensed dealers. "
            "Ten per cent discount for law enforcement officers and military: upload your badge at checkout."
        ),
        (
            "Have your pills tested. Our drug checking service in the old town takes MDMA, cocaine and ketamine samples "
            "for free and without names. We are not affiliated with any law enforcement agency, and you are safe here."
        ),
        "Veterans and law enforcement officers order steroids tests at our clinic. We ship the kit for $89, order now.",
    ],
)
def test_who_speaks_of_the_police_is_no_suspect_for_it(page: str) -> None:
    assert not judged(page).publishable


@pytest.mark.parametrize("gap", range(0, 60, 3))
def test_no_excerpt_shows_a_part_of_a_contact(gap: int) -> None:
    filler = "x" * gap
    text = (
        f"Buy cocaine online {filler} call +44 20 7946 0958 or seller.of.things@mail.example {filler} "
        f"1 g $80, stealth shipping worldwide, order now {filler} WhatsApp: +86 138 1234 5678, Bitcoin."
    )
    found = judge(
        read_text(text, title="", url=None, pseudonymiser=Pseudonymiser(bytes(32))), load_policy(None)
    )
    shown = " ".join(item.excerpt for item in found.evidence)
    assert [
        part for part in ("7946", "0958", "seller.of", "things@", "1234 5678", "5678") if part in shown
    ] == []


@pytest.mark.parametrize(
    ("lang", "listed"),
    [("en", True), ("en-GB", True), ("zh-Hant", True), ("", True), ("nl", False), ("de-AT", False)],
)
def test_a_page_is_listed_unseen_only_in_a_language_that_was_measured(lang: str, listed: bool) -> None:
    blocks = (
        Block(kind=BlockKind.HEADING, text="Cocaine for sale"),
        Block(
            kind=BlockKind.TEXT,
            text="Uncut cocaine, 1 gram. Order now, stealth shipping, escrow, Wickr only.",
        ),
    )
    said = judge(Page(url=None, state=PageState.READABLE, blocks=blocks, lang=lang), load_policy(None))
    assert said.label is Label.CONTRABAND
    assert said.publishable == listed
    assert ("in a language" in said.reason) == (not listed)

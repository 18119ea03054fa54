"""Grades by table: what each category weighs by itself, and what makes an offer of it worse.

The offers are those of ``test_judge_twins``; each circumstance is said in words of its own in both languages,
and beside it what sounds like it and is none. A category that is graded 4 anyway notes its circumstances as
evidence; the grade has no fifth step.
"""

# ruff: noqa: RUF001, E501 - sentences as people write them, Chinese ones with their own punctuation

import pytest

from blocklist.model import Block, BlockKind, EvidenceKind, Judgement, Page, PageState
from blocklist.policy import load_policy
from crawler.judge import explain, judge
from tests.test_judge_twins import OFFERS

POLICY = load_policy(None)
TOP = 4
CIRCUMSTANTIAL = {
    ("gambling", "zh"): ("，诚招代理", ""),
    ("adult", "en"): ("Spycam videos and leaked OnlyFans mega folder, hidden camera porn without consent", "Leaked OnlyFans mega folder, uncensored porn videos"),
    ("adult", "zh"): ("偷拍视频、", ""),
    ("health-products", "zh"): ("，可放入饮料", ""),
    ("tobacco", "en"): (", no age verification", ""),
}  # fmt: skip
"""What the offers say of circumstances already, and what stands there instead."""
PLAIN = {
    (category, lang): text.replace(*CIRCUMSTANTIAL.get((category, lang), ("", "")))
    for category, lang, text in OFFERS
}

WORSE = [
    ("controlled-drugs", "minors-or-assault", "en", "Small bags for school kids and students, student discount on weekends."),
    ("controlled-drugs", "minors-or-assault", "en", "A few drops in her drink and she remembers nothing."),
    ("controlled-drugs", "minors-or-assault", "zh", "无色无味，放进饮料里让女人任你摆布。"),
    ("controlled-drugs", "deadly", "en", "Carfentanil and fentanyl powder by the gram as well."),
    ("controlled-drugs", "deadly", "zh", "另有芬太尼粉末。"),
    ("medicines", "deadly", "en", "Nembutal for a peaceful exit, sent the same day."),
    ("medicines", "deadly", "zh", "另有三唑仑。"),
    ("fake-documents", "state-papers", "en", "Police badges, military IDs and diplomatic passports on request."),
    ("fake-documents", "state-papers", "en", "Vaccine certificates with a valid QR code, blank prescription pads."),
    ("fake-documents", "state-papers", "zh", "军官证、警官证均可办理。"),
    ("gambling", "agents", "en", "Become an agent and earn 40% of what your players lose."),
    ("gambling", "agents", "en", "White label casino: we build your platform in a week."),
    ("gambling", "agents", "zh", "诚招代理，包网搭建平台。"),
    ("counterfeit-goods", "endangers", "en", "Airbags, brake pads and child car seats of all makes too."),
    ("counterfeit-goods", "endangers", "en", "Infant formula and contact lenses with the same label."),
    ("counterfeit-goods", "endangers", "zh", "另有高仿安全气囊、刹车片、婴儿奶粉。"),
    ("wildlife", "bulk", "en", "Two tonnes in stock, by the container or by the kilo."),
    ("wildlife", "bulk", "zh", "整根整张都有，可按吨供货，大量收购。"),
    ("tobacco", "minors", "en", "No ID and no age verification, popular with school kids."),
    ("tobacco", "minors", "zh", "学生最爱的奶茶杯，水果味。"),
    ("controlled-weapons", "explosives", "en", "Hand grenades, detonators and plastic explosives too."),
    ("controlled-weapons", "explosives", "zh", "另有雷管、炸药。"),
    ("personal-data", "children-or-stalking", "en", "School records of children, and where your ex lives now."),
    ("personal-data", "children-or-stalking", "zh", "新生儿名单都有，可定位老婆手机。"),
    ("illegal-tools", "attack", "en", "Ransomware with a panel and a botnet for rent."),
    ("illegal-tools", "attack", "zh", "洗钱跑分专用，另有勒索病毒源码。"),
    ("adult", "without-consent", "en", "Hidden camera clips and revenge videos of ex girlfriends."),
    ("adult", "without-consent", "zh", "酒店偷拍、明星换脸都有。"),
    ("health-products", "covert", "en", "Put it in her drink secretly, it has no taste."),
    ("health-products", "covert", "zh", "无色无味，放入饮料不被发现。"),
    ("counterfeit-money", "production", "en", "We also sell printing plates, banknote paper and holograms."),
    ("counterfeit-money", "production", "zh", "另售印钞机、印版和防伪纸。"),
    ("illegal-credit", "students-or-violence", "en", "Students and pensioners welcome. Those who do not pay: we know where you live."),
    ("illegal-credit", "students-or-violence", "zh", "在校学生可办，逾期爆通讯录、暴力催收。"),
]  # fmt: skip

NO_WORSE = [
    ("controlled-drugs", "en", "Our team answers all day, our product is fresh."),
    ("medicines", "en", "We do not sell fentanyl."),
    ("medicines", "zh", "本店不卖三唑仑。"),
    ("fake-documents", "en", "The papers arrive within a week."),
    ("gambling", "en", "Our agents answer the phone day and night."),
    ("counterfeit-goods", "en", "Comes with the box, the card and a dust bag."),
    ("counterfeit-goods", "zh", "配盒子、小票和防尘袋。"),
    ("wildlife", "en", "Tons of happy buyers. It arrives in an airtight container."),
    ("wildlife", "zh", "吨位小的船也能到。"),
    ("tobacco", "en", "We check your ID at the door and refuse minors."),
    ("counterfeit-money", "en", "Our production team works around the clock."),
    ("illegal-tools", "en", "The founder met his wife in a hospital."),
    ("illegal-tools", "zh", "谨防诈骗，认准本店。"),
    ("illegal-credit", "en", "No students, sorry."),
    ("illegal-credit", "zh", "不做学生。"),
    ("health-products", "en", "Our formula is no secret: only the best herbs."),
    ("adult", "en", "New films each week, and a trailer for each."),
    ("personal-data", "en", "Your order is safe with us."),
]  # fmt: skip


def judged(category: str, lang: str, said: str) -> Judgement:
    lines = [*PLAIN[category, lang].strip().splitlines(), said]
    blocks = tuple(Block(kind=BlockKind.TEXT, text=line.strip()) for line in lines if line.strip())
    return judge(Page(url=None, state=PageState.READABLE, title="", blocks=blocks), POLICY)


def circumstances(judgement: Judgement) -> set[str]:
    return {
        evidence.rule.rpartition("/")[2]
        for evidence in judgement.evidence
        if evidence.kind is EvidenceKind.AGGRAVATING
    }


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("category", sorted(POLICY.categories))
def test_an_offer_weighs_what_its_category_says(category: str, lang: str) -> None:
    found = judged(category, lang, "")
    assert (found.category, found.grade) == (category, POLICY.categories[category].grade), explain(found)
    assert circumstances(found) == set()


@pytest.mark.parametrize(("category", "circumstance", "lang", "said"), WORSE)
def test_a_circumstance_is_noted_and_raises_the_grade(
    category: str, circumstance: str, lang: str, said: str
) -> None:
    found = judged(category, lang, said)
    assert found.category == category, explain(found)
    assert circumstance in circumstances(found), explain(found)
    assert found.grade == min(TOP, POLICY.categories[category].grade + 1)


@pytest.mark.parametrize(("category", "lang", "said"), NO_WORSE)
def test_what_is_no_circumstance_raises_nothing(category: str, lang: str, said: str) -> None:
    found = judged(category, lang, said)
    assert (found.category, circumstances(found)) == (category, set()), explain(found)
    assert found.grade == POLICY.categories[category].grade


def test_every_circumstance_of_the_policy_stands_in_the_table_in_both_languages() -> None:
    told = {(category, circumstance, lang) for category, circumstance, lang, _ in WORSE}
    assert told == {
        (category.id, worse.id, lang)
        for category in POLICY.categories.values()
        for worse in category.aggravating
        for lang in ("en", "zh")
    }
    assert {category for category, *_ in WORSE} == set(POLICY.categories)


def test_a_circumstance_far_from_the_goods_or_quoted_raises_nothing() -> None:
    far = "Nothing is said here of what is sold. " * 40
    assert circumstances(judged("wildlife", "en", far + "Two tonnes, by the container.")) == set()
    assert circumstances(judged("adult", "en", 'A reader asks: "is a hidden camera allowed?"')) == set()

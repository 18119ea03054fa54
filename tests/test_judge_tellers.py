"""Who tells of a trade, and sells nothing: each of these was listed without a person once.

Glossaries, surveys, rules of market places, lessons, translations, reports of abuse: they name goods, prices
and ways of selling in a seller's own words. A person may look at them; none may be listed unseen.
"""

# ruff: noqa: E501, RUF001 - pages as people write them, Chinese ones with their own punctuation

import pytest

from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from crawler.judge import explain, judge
from crawler.read import read_page

TELLERS = [
    ("dea glossary", "Drug slang code words", "li", ["Cocaine: coke, blow, snow, white girl, flake", "Heroin: smack, H, black tar, brown sugar", "Methamphetamine: ice, crystal, glass, tina", "Fentanyl: china white, blues, M30", "Cannabis: weed, bud, 420, gas, za, loud", "MDMA: molly, ecstasy, x, pressed pills", "Price per gram in 2023: cocaine $60 to $120, heroin $70, meth $20", "Orders are made by Telegram or WhatsApp and paid in bitcoin or cash app", "Signs: stealth packaging, escrow, worldwide shipping"]),
    ("street price survey", "Street prices 2024: what drugs cost by city", "li", ["Cocaine 1 g: London 80 GBP, Berlin 70 EUR, Madrid 60 EUR", "MDMA pill: London 10 GBP, Berlin 8 EUR", "Ketamine 1 g: London 30 GBP", "Cannabis ounce: London 220 GBP, wholesale per kg 4,500 GBP", "Heroin 0.1 g bag: 10 GBP", "Data: wastewater panel and 1,200 anonymous reports", "Download the table (CSV)"]),
    ("marketplace rules", "Prohibited items", "li", ["You may not list the following. Listings are removed and accounts closed.", "Drugs: cocaine, MDMA, LSD, cannabis, steroids, prescription medicines without prescription", "Weapons: guns, ammunition, silencers, switchblades, stun guns, grenades", "Counterfeit: replica watches, AAA handbags, super fake sneakers, unauthorised copies", "Documents: passports, ID cards, driving licences, diplomas, fake money", "Wildlife: ivory, rhino horn, tiger bone, pangolin scales", "Adult content, hacked accounts, stolen credit cards, CVV dumps", "Buy and sell with confidence. Contact support to report a listing."]),
    ("moderation list zh", "平台违禁词库（内部审核用）", "li", ["毒品类：冰毒、麻古、K粉、大麻、上头电子烟、笑气、听话水", "枪支类：仿真枪、气枪、铅弹、弩、电棍", "假证类：代开发票、办证刻章、假学历、假身份证", "赌博类：百家乐、时时彩、上下分、包赢计划、炸金花房卡", "色情类：偷拍、福利姬、外围、楼凤", "个人信息：查开房、查档、社工库、银行卡四件套", "命中后：先审后发，连续三次封号，加微信、货到付款、包邮等词一并计分"]),
    ("esl dialogue", "English lesson 14: at the market", "li", ["A: How much is the handbag?", "B: It is a replica. Ninety dollars.", "A: Is it a good copy? The real Gucci is two thousand.", "B: Top quality, mirror copy. I give you a discount, seventy.", "A: Do you have Rolex watches too?", "B: Yes, fake Rolex, fake Omega. Buy two, free shipping to your hotel.", "Practise the dialogue with your partner. Then answer the questions."]),
    ("translation sample", "Translation samples (Chinese to English)", "li", ["Source: 办证刻章，毕业证、驾照、身份证，货到付款，加微信下单", "Target: Certificates and seals made: diplomas, driving licences, identity cards; pay on delivery, add WeChat to order", "Source: 高仿手表一比一，支持专柜验货", "Target: Replica watches one to one, passes inspection at the counter", "Our rates: 0.12 USD per word. Request a quote, order online."]),
    ("anti phishing training", "Security awareness: spot the scam", "li", ["Message 1: Buy fullz and CVV, fresh dumps with PIN, escrow accepted, telegram @shop", "Message 2: Your parcel is waiting, pay 1.99", "Message 3: Hire a hacker, WhatsApp hack, 100 USD, bitcoin", "Which of them is phishing? Choose an answer and press Next."]),
    ("film synopsis", "The Chemist (2019) - full cast and plot", "li", ["A pharmacist sells Xanax, oxycodone and fentanyl pills from the back door of his shop", "He ships worldwide in stealth packaging and takes bitcoin only", "Cast: Ada Lund, Tom Reyes", "Running time 104 min. Buy tickets, buy the DVD $12, stream now", 'Trailer: "No prescription? No problem. Order now."']),
    ("lyrics", "Snow on the avenue - lyrics", "li", ["I got the coke, I got the weed, I got the pills you need", "Ten a gram, fifty for five, hit me on the line", "Xanny bars and molly water, purple in the cup", "Bricks for sale, all day, pull up, pull up", "Written by D. Marlow. Buy the album, order vinyl $25 add to cart"]),
    ("price of ivory", "How much does ivory cost?", "li", ["Raw ivory was for sale at 2,100 USD per kg in 2014 and 730 USD in 2017", "Tusks above 10 kg fetch a higher price per kg", "Sellers in Hanoi offer bracelets at 120 USD, seals at 300 USD, ready stock", "Buyers contact them on WeChat or Zalo"]),
    ("pharmacology", "Tramadol: monograph", "li", ["Dose 50 to 100 mg every 6 h, maximum 400 mg", "Price: 30 tablets 4.20 GBP NHS indicative", "Available in stock from wholesalers", "Controlled Schedule 3, no requirement for safe custody", "Order code 11-220"]),
    ("watch review", "Is the Rolex Submariner worth it?", "li", ["Retail price $9,100; grey market $13,000", "A clone costs $400 and the replica market is full of superclones that look identical to the original", "Buy the seller, not the watch. Where to buy: authorised dealers"]),
    ("fashion law blog", "Superfakes and the law", "li", ["A superfake bag costs $600 to $2,000, is made in Guangzhou, and ships worldwide", "AAA quality, mirror quality, 1:1: what do the words mean?", "Sellers take WhatsApp orders and PayPal friends and family", "Subscribe to our newsletter"]),
    ("carding explained", "What are fullz?", "li", ["Fullz are a full set of a person's data; a CVV sells for 10 to 40 USD, dumps with PIN for 80", "Vendors offer refunds and replacements, escrow and bulk discount", "How banks detect it, how to freeze your card"]),
    ("tcm zh", "中药材 今日行情", "li", ["虎杖 12元/公斤，穿山龙 9元，麝香草 30元，熊果叶 14元", "穿山甲、虎骨、犀角：国家禁止，不予报价", "批发、零售、产地直供，电话联系"]),
    ("tea zh", "勐海茶厂 冰岛老寨", "li", ["冰岛古树 357克 2380元，叶子肥，头春", "一提七饼包邮，顺丰发货，加微信试喝", "可开发票，假一赔十"]),
    ("confession", "I sold fake IDs in college", "p", ["I made a fake ID for everyone on my floor. Forty dollars each, two for seventy, scannable, with hologram. They paid by Venmo.", "My roommate handled shipping. By spring we had a price list and a waiting list. Then the dean called."]),
    ("consumer q zh", "朋友圈买的减肥药能吃吗", "p", ["卖家说一盒瘦十斤，不反弹，日本直邮，398元一盒，加微信下单包邮。", "医生：含西布曲明，停用并就诊。"]),
    ("press council", "Ruling on advertisement", "p", ["The ad read: Viagra without prescription, 5 euro per pill, order now, discreet shipping.", "The publisher withdrew it. The complaint is upheld."]),
    ("spam archive", "Spam of the day", "p", ["Buy cheap viagra online!!! No prescription needed, order now and get 10 free pills, discreet shipping worldwide", "Received 14:02 from 203.0.113.4. Posted by the spam archive, page 12 of 880"]),
    ("whois abuse", "Abuse report 4411", "p", ["Domain sells: counterfeit Rolex replica watches, AAA quality, $199, free worldwide shipping, WhatsApp order.", "Registrar notified. Status: suspended."]),
    ("dispensary US", "Rocky dispensary menu", "p", ["Indica flower 3.5 g $25, gummies 100 mg $18, live resin cart 1 g $40. Recreational 21+ with ID. License 403R-00211", "Order online, pick up in store. No shipping."]),
    ("novelty id", "Novelty cards", "p", ["Joke driving licence for your dog $9, press pass for kids $7, pirate passport $6 add to cart", "Clearly marked NOVELTY, not an identity document"]),
    ("leak news", "Leaked database for sale on forum", "p", ["A hacker offers 40 million records of a telecom with names, ID numbers and phone numbers for $5,000 in bitcoin.", "The sample is authentic, say experts. The company says no passwords leaked."]),
    ("shop invoice zh", "文具批发 打印纸", "p", ["A4 打印纸 18元一包，整箱 80元，可开发票，可开专票，包邮，加微信下单"]),
    ("replica furniture", "Eames style replica lounge chair", "p", ["Replica designer furniture, top quality, $499 add to cart, free shipping, 5 year warranty"]),
    ("hotel zh", "如家酒店 会议室", "p", ["标间 168元，可开具增值税专用发票，电话预订，微信预订优惠"]),
]  # fmt: skip


def _page(title: str, kind: str, lines: list[str]) -> bytes:
    said = "".join(f"<{kind}>{line}</{kind}>" for line in lines)
    return f"<title>{title}</title><h1>{title}</h1>{said}".encode()


@pytest.mark.parametrize(
    ("title", "kind", "lines"), [row[1:] for row in TELLERS], ids=[row[0] for row in TELLERS]
)
def test_nobody_who_tells_of_a_trade_is_listed_unseen(title: str, kind: str, lines: list[str]) -> None:
    page = read_page(
        _page(title, kind, lines),
        content_type="text/html; charset=utf-8",
        url=None,
        pseudonymiser=Pseudonymiser(bytes(32)),
    )
    found = judge(page, load_policy(None))
    assert not found.publishable, explain(found)


SELLERS = [
    ("Fake passports", ["We make passports, ID cards and driving licences", "Order now on Telegram @papers, worldwide shipping, bitcoin"]),
    ("代开发票", ["对外代开各类发票，增值税专票、普票", "点数优惠，先开票后付款，加微信 kaipiao_example"]),
    ("Pills 4 U", ["Xanax 2 mg $3, Tramadol $2, Viagra $1 per pill, no prescription", "Order now, discreet shipping worldwide"]),
]  # fmt: skip


@pytest.mark.parametrize(("title", "lines"), SELLERS, ids=[row[0] for row in SELLERS])
def test_a_seller_in_as_many_words_is_listed(title: str, lines: list[str]) -> None:
    page = read_page(
        _page(title, "li", lines),
        content_type="text/html; charset=utf-8",
        url=None,
        pseudonymiser=Pseudonymiser(bytes(32)),
    )
    found = judge(page, load_policy(None))
    assert found.publishable, explain(found)

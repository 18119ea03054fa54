"""Every default category in both languages: an offer is seen, its innocent twin with the same goods is not.

The pages are ours, fictional and decent; contacts and names are made up.
"""

# ruff: noqa: RUF001, E501 - pages as people write them, Chinese ones with their own punctuation

import pytest

from blocklist.model import Block, BlockKind, Judgement, Label, Page, PageState
from blocklist.policy import load_policy
from crawler.judge import explain, judge


def page(text: str, title: str = "") -> Page:
    blocks = [Block(kind=BlockKind.TITLE, text=title)] if title else []
    blocks += [Block(kind=BlockKind.TEXT, text=line) for line in text.strip().splitlines() if line.strip()]
    return Page(url=None, state=PageState.READABLE, title=title, blocks=tuple(blocks))


def judged(text: str, title: str = "") -> Judgement:
    return judge(page(text, title), load_policy(None))


OFFERS = [
    ("controlled-drugs", "en", """
        Mountain Vendor: buy cocaine online, Colombian fishscale, 1 g 80, 5 g 350
        We ship worldwide in stealth packaging. Bitcoin or Monero only, escrow accepted. Order now on Telegram."""),
    ("controlled-drugs", "zh", """
        大麻叶子、上头烟油现货出售，1克起卖，支持包邮，隐蔽包装
        飞机联系下单，货到付款，全国发货"""),
    ("medicines", "en", """
        Happy Pills: buy Xanax, Tramadol and Viagra online, no prescription required
        Overnight delivery, discreet packaging. Add to cart: Xanax 2 mg 90 pills. We accept Bitcoin."""),
    ("medicines", "zh", """
        曲马多、安定片、打胎药现货出售，无需处方，保密发货
        印度直邮，货到付款，加微信下单"""),
    ("fake-documents", "en", """
        Buy real and fake passports, drivers license and ID cards, registered in the database
        We produce documents that pass all checks. Contact us on WhatsApp to order, worldwide shipping."""),
    ("fake-documents", "zh", """
        本公司长期对外代开发票：增值税专用发票、普通发票、餐饮住宿发票
        点数优惠，可先验票后付款，有需要请来电洽谈，联系人王经理"""),
    ("gambling", "en", """
        Lucky Palace online casino: live dealer blackjack, slots and sportsbook
        Claim your welcome bonus on first deposit, no KYC, instant withdrawal. Sign up now and play for real money."""),
    ("gambling", "zh", """
        金龙娱乐城：真人百家乐、时时彩、体育投注，注册送彩金，首存优惠
        24小时上下分，提款秒到账，诚招代理，加微信开户"""),
    ("counterfeit-goods", "en", """
        Replica watches for sale: Rolex, Omega and Cartier superclone, identical to the original
        Fraction of the price, add to cart, free worldwide shipping, we accept PayPal."""),
    ("counterfeit-goods", "zh", """
        高仿手表、一比一复刻包包批发，劳力士、爱马仕，支持专柜验货
        厂家一手货源，一件代发，全国包邮，加微信看货下单"""),
    ("wildlife", "en", """
        Raw ivory tusks, rhino horn powder and pangolin scales for sale, genuine, no permit needed
        We ship worldwide by discreet packaging. Price per kg on request, WhatsApp us to order."""),
    ("wildlife", "zh", """
        出售象牙手镯、虎骨、穿山甲鳞片，保真，非洲直邮，支持鉴定
        现货包邮，加微信看货，货到付款"""),
    ("personal-data", "en", """
        Fresh CVV and fullz shop: bank logs with balance, dumps with pin, cloned cards
        Free tester, replacement for dead cards. Buy now with Bitcoin, contact on Telegram."""),
    ("personal-data", "zh", """
        社工库查询：查开房、查户籍、手机定位、通话记录查询，内部渠道秒出
        价格优惠，需要的加飞机联系，USDT付款"""),
    ("controlled-weapons", "en", """
        Untraceable ghost guns and unregistered guns for sale, no background check, serial number removed
        Glock 19 and AK-47 in stock, shipped in parts worldwide. Pay with Bitcoin, order on Telegram."""),
    ("controlled-weapons", "zh", """
        气枪、弩、电棍专卖，威力大，可打猎，配铅弹，现货出售
        拆件发货，货到付款，加微信订购"""),
    ("adult", "en", """
        Spycam videos and leaked OnlyFans mega folder, hidden camera porn without consent
        Buy now, price list on Telegram, we accept Bitcoin. Instant download after payment."""),
    ("adult", "zh", """
        偷拍视频、成人电影资源出售，高清无码，付费进群看片
        价格优惠，永久会员，加微信进群，支付宝付款"""),
    ("illegal-tools", "en", """
        Hire a hacker: Facebook hack, WhatsApp hack, email hacking and DDoS service for hire
        Proof before payment, leave no trace. Best prices, contact us via Telegram, pay with Bitcoin."""),
    ("illegal-tools", "zh", """
        出售银行卡四件套、对公账户、实名微信号，带U盾，包存活
        价格优惠，现货，飞机联系，支持担保交易"""),
    ("health-products", "en", """
        Spanish fly aphrodisiac drops for sale: odorless and tasteless, works in minutes
        Rhino 69 pills wholesale, add to cart, discreet shipping worldwide."""),
    ("health-products", "zh", """
        女用催情水、春药现货出售，无色无味，几分钟见效，可放入饮料
        保密发货，货到付款，加微信订购"""),
    ("tobacco", "en", """
        Cheap cigarettes online: duty free Marlboro cartons, discount smokes, no tax
        Order now, cartons shipped from our warehouse, free shipping over 4 cartons, no age verification."""),
    ("tobacco", "zh", """
        免税香烟、外烟代购，越南代工烟一手货源，爆珠烟批发
        一件代发，全国包邮，招代理，加微信下单"""),
    ("counterfeit-money", "en", """
        Buy undetectable counterfeit money: counterfeit euros, dollars and pounds, pass the pen test
        Order now, discreet delivery, minimum order 2000. WhatsApp us. SSD chemical solution for sale too."""),
    ("counterfeit-money", "zh", """
        高仿人民币、假币出售，可过验钞机，手感逼真，一比十兑换
        货到付款，支持试用，加微信订购"""),
    ("illegal-credit", "en", """
        CPN numbers and tradelines for sale: create a new credit file, erase bad credit, 100% legal secret
        Order now, prices start at 300, guaranteed approval. Text us to buy, cash app accepted."""),
    ("illegal-credit", "zh", """
        信用卡套现、花呗套现、白条取现，秒到账，手续费低
        套出实时回款，需要的加微信，24小时接单"""),
]  # fmt: skip

TWINS = [
    ("controlled-drugs", "news", "en", """
        Police said on Tuesday that officers seized 40 kg of cocaine, heroin and MDMA in the harbour.
        Two men were arrested and charged with trafficking. Prosecutors say the drugs were to be sold in the city."""),
    ("controlled-drugs", "harm reduction", "en", """
        Cocaine: harm reduction advice. Onset, duration, after effects and what it is combined with.
        If someone overdoses call an ambulance. Naloxone reverses heroin and fentanyl. Support groups can help."""),
    ("controlled-drugs", "news", "zh", """
        警方通报：近日民警破获一起贩卖大麻、冰毒案，抓获犯罪嫌疑人三名，缴获大麻烟油若干
        被告人一审被法院判处有期徒刑。禁毒部门提醒：珍爱生命，远离毒品"""),
    ("medicines", "pharmacy", "en", """
        Riverside registered pharmacy. Viagra and Cialis are prescription only: a valid prescription is required.
        Our pharmacist will check it. General Pharmaceutical Council number on the door. NHS prescriptions welcome."""),
    ("medicines", "leaflet", "en", """
        Tramadol is used to treat pain. Side effects include dizziness. Ask your doctor before taking tramadol,
        codeine or diazepam together. Contraindications and clinical trials are listed below."""),
    ("medicines", "pharmacy", "zh", """
        平安大药房网上药店，药品经营许可证公示，处方药须凭处方销售，由执业药师审核
        西地那非、他达拉非请遵医嘱，不良反应见说明书"""),
    ("fake-documents", "passport office", "en", """
        How to apply for a passport or a driving licence on the official website of the passport office.
        Lost or stolen passport? Book an appointment at the embassy. ID card photo requirements."""),
    ("fake-documents", "warning", "en", """
        Beware of scams: fake diplomas and fake passports sold online are a criminal offence, the ministry warns.
        How to spot a fake diploma: ask the university. Report it to the police."""),
    ("fake-documents", "tax office", "zh", """
        国家税务总局某市税务局：纳税人如何申请代开增值税普通发票，办事指南与申请材料
        请携带营业执照、身份证到办税服务厅，通过电子税务局申报"""),
    ("gambling", "help", "en", """
        Is gambling a problem? GamCare helps people who lose money at online casinos, poker and betting sites.
        Responsible gambling tools and support groups for gambling addiction. Call the helpline."""),
    ("gambling", "lottery", "zh", """
        中国体育彩票、福利彩票开奖公告：双色球、大乐透本期开奖结果，请到就近销售网点兑奖
        未成年人禁止购买彩票，理性购彩，拒绝网络赌博"""),
    ("gambling", "news", "zh", """
        警方打掉一个网络赌博团伙，该团伙搭建真人百家乐、时时彩平台，招代理发展会员
        犯罪嫌疑人因开设赌场罪被检察院批捕，法院一审判处有期徒刑"""),
    ("counterfeit-goods", "brand shop", "en", """
        Authorised retailer of Rolex, Omega and Cartier watches. Every watch comes with authenticity guaranteed.
        Visit our boutique, opening hours 10 to 6. Certified pre-owned watches available."""),
    ("counterfeit-goods", "customs", "zh", """
        海关查获一批高仿手表和假冒箱包，涉嫌侵犯劳力士、爱马仕商标权
        知识产权日：如何鉴别高仿，消费者维权提示，打假行动通报"""),
    ("wildlife", "museum", "en", """
        The museum's exhibition shows carved ivory tusks, tiger skin and rhino horn cups of the 18th century.
        The curator explains how poaching made elephants an endangered species, and what conservation does."""),
    ("wildlife", "conservation", "zh", """
        拒绝野味，保护野生动物：穿山甲、象牙、虎骨制品的非法贸易使物种濒危
        保护区志愿者参与救助放生，科普展览介绍栖息地与生态"""),
    ("personal-data", "security news", "en", """
        Security researchers report a data breach: CVV and fullz of customers appeared in a leaked database.
        Freeze your credit, enable identity theft protection and read the breach notification."""),
    ("personal-data", "court", "zh", """
        法院宣判：被告人出售开房记录、户籍信息和手机定位，犯侵犯公民个人信息罪，判处有期徒刑三年
        检察院提醒公民注意个人信息保护，谨防信息泄露"""),
    ("controlled-weapons", "licensed dealer", "en", """
        Hill Country Arms, a federal firearms license dealer. Glock 19, rifles, shotguns and ammunition.
        All transfers go through an FFL with a background check and form 4473. You must be 21."""),
    ("controlled-weapons", "law", "zh", """
        中华人民共和国枪支管理法：第一条 为加强枪支管理，依照本法规定，禁止任何单位和个人违反规定持有、买卖枪支、弹药、气枪、弩
        违反本法的，依法追究刑事责任"""),
    ("adult", "education", "en", """
        Talking with teenagers about porn: sex education for parents. How parental control and an internet filter work.
        Sexual health, contraception and safe sex explained by nurses."""),
    ("adult", "campaign", "zh", """
        扫黄打非办公室通报：查处传播淫秽视频、色情直播案件多起，警方抓获犯罪嫌疑人，关闭违法网站
        净网行动欢迎群众举报"""),
    ("illegal-tools", "security work", "en", """
        We do penetration testing with your written consent. Ethical hacking course, bug bounty and security advisory.
        Responsible disclosure of every vulnerability; malware and phishing awareness for staff."""),
    ("illegal-tools", "warning", "zh", """
        断卡行动：出售银行卡四件套、对公账户、实名手机卡涉嫌违法犯罪，公安机关依法查处
        反诈中心提醒市民警惕电信诈骗，切勿出租出借账户"""),
    ("health-products", "recall", "en", """
        The agency announces a recall: Rhino 69 and Royal Honey contain undeclared sildenafil.
        Consumer alert: do not buy aphrodisiac products online. FDA warns of health risks."""),
    ("health-products", "notice", "zh", """
        市场监管部门消费警示：部分壮阳、减肥产品非法添加西布曲明，已责令召回
        保健食品请认准蓝帽子，消费者可投诉举报"""),
    ("tobacco", "quitting", "en", """
        Quit smoking with us: cigarettes, cigars and vapes harm your lungs. Nicotine replacement, smoking cessation classes.
        The smoking ban and tobacco control in our town. Second-hand smoke and lung cancer."""),
    ("tobacco", "law", "zh", """
        烟草专卖法：第一条 国家对烟草专卖品的生产、销售、进出口依法实行专卖管理，卷烟、雪茄烟、烟丝、烟叶适用本法
        违反本法规定的，由烟草专卖行政主管部门责令改正，处以罚款"""),
    ("counterfeit-money", "bank advice", "en", """
        The central bank explains how to detect counterfeit money: look for watermark, hologram and security features.
        Passing counterfeit bills is a crime. If you receive fake banknotes, give them to the police."""),
    ("counterfeit-money", "bank advice", "zh", """
        中国人民银行反假货币宣传：如何识别假币，看水印、防伪线，收到假币怎么办
        收缴的假币由银行鉴定，收藏纪念币请认准官方渠道，高仿人民币属违法"""),
    ("illegal-credit", "bank", "en", """
        Our credit union, member FDIC, offers personal loans and mortgages. Annual percentage rate 7.9%.
        Bad credit? Free debt advice and credit counselling from a charity. Equal housing lender."""),
    ("illegal-credit", "bank", "zh", """
        尊敬的客户：本行信用卡分期年化利率公示如下，贷款资质须经审核，严禁信用卡套现
        商业银行提醒：警惕套路贷、非法集资，防范金融诈骗"""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("category", "lang", "text"), OFFERS, ids=[f"{category}-{lang}" for category, lang, _ in OFFERS]
)
def test_an_offer_is_listed_or_sent_to_a_moderator(category: str, lang: str, text: str) -> None:
    assert lang in {"en", "zh"}
    found = judged(text)
    assert found.category == category, explain(found)
    assert found.label is Label.CONTRABAND, explain(found)
    assert found.grade >= load_policy(None).categories[category].grade


@pytest.mark.parametrize(
    ("category", "kind", "lang", "text"),
    TWINS,
    ids=[f"{c}-{k.replace(' ', '-')}-{g}" for c, k, g, _ in TWINS],
)
def test_the_innocent_twin_is_clear(category: str, kind: str, lang: str, text: str) -> None:
    assert kind
    assert lang
    found = judged(text)
    assert found.label is Label.CLEAR, f"{category}: {explain(found)}"
    assert not found.publishable


def test_offers_and_twins_cover_every_category_in_both_languages() -> None:
    everything = {(name, lang) for name in load_policy(None).categories for lang in ("en", "zh")}
    assert {(category, lang) for category, lang, _ in OFFERS} == everything
    assert {(category, lang) for category, _, lang, _ in TWINS} == everything


def test_most_offers_could_be_listed_without_a_moderator() -> None:
    listed = sum(judged(text).publishable for _, _, text in OFFERS)
    assert listed >= 0.8 * len(OFFERS)

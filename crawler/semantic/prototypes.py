"""What offers of a category, and innocent texts about it, sound like: sentences of the policy's own words.

Made of titles and goods, not of labelled rows: an embedding that learns from rows learns their sources (the
README's figures say by how much).
"""

from collections.abc import Mapping, Sequence

from blocklist.policy import Category, Policy
from crawler.semantic.embedding import Embeds, Vectors

_OFFERS = {
    "en": (
        "We sell {goods}. Order now, price, shipping, contact us to buy.",
        "{title} for sale: buy online, cheap prices, fast delivery.",
    ),
    "zh": (
        "出售{goods},价格优惠,联系微信下单,全国发货。",
        "专业提供{title},需要的联系电话,长期有效。",
    ),
}
_INNOCENT = {
    "en": (
        "News, law, research and advice about {title}: what it is, the harm it does, police, courts.",
        "A lawful business or private message that has nothing to do with {title}.",
    ),
    "zh": (
        "关于{title}的新闻、法律、研究和科普:警方查处、法院判决、危害和预防。",
        "与{title}无关的正规商家或个人信息。",
    ),
}
_COMMA = {"en": ", ", "zh": "、"}


def offers(category: Category) -> list[str]:
    """Return sentences that offer the category's goods."""
    return _said(category, _OFFERS)


def innocent(category: Category) -> list[str]:
    """Return sentences that speak of them and offer nothing."""
    return _said(category, _INNOCENT)


def nearness(words: Sequence[str], category: str, policy: Policy, embed: Embeds) -> list[float]:
    """Say of each word how much nearer it is to the category's goods than to those of all categories."""
    names = {each.id: _names(each) for each in policy.categories.values()}
    vectors, goods = embed(words), embed([name for one in names.values() for name in one])
    likeness, near, at = vectors @ goods.T, {}, 0
    for identifier, one in names.items():
        near[identifier] = likeness[:, at : at + len(one)].mean(axis=1)
        at += len(one)
    everywhere = sum(near.values()) / len(near)
    return [float(value) for value in near[category] - everywhere]


def offer_rather_than_talk(vectors: Vectors, category: Category, embed: Embeds) -> Vectors:
    """Return for each row how much nearer it is to the offers of a category than to innocent talk of it."""
    selling, talking = embed(offers(category)), embed(innocent(category))
    return (vectors @ selling.T).mean(axis=1) - (vectors @ talking.T).mean(axis=1)


def _said(category: Category, sentences: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [
        sentence.format(title=category.title[lang].lower(), goods=_COMMA[lang].join(category.goods[lang]))
        for lang, each in sentences.items()
        for sentence in each
    ]


def _names(category: Category) -> list[str]:
    return [*category.title.values(), *(name for names in category.goods.values() for name in names)]

"""Pictures that stand for a word: the thing itself, as sellers draw it; without variation selectors."""

WORDS = {
    "💊": "pills", "🔫": "gun", "🍁": "weed", "🌿": "weed", "🪴": "weed",
    "🍄": "mushrooms", "💉": "injection", "🚬": "cigarettes", "💳": "card",
    "💰": "money", "💵": "dollars", "🎰": "casino", "🎲": "dice", "🃏": "poker",
    "🎓": "diploma", "🛂": "passport", "⌚": "watch", "👜": "handbag", "📦": "shipping",
    "🚚": "shipping", "🛒": "order", "📞": "call", "📧": "email", "🔪": "knife",
    "🥷": "hacker",
}  # fmt: skip
"""In Latin text."""

HAN = {
    "💊": "药", "🔫": "枪", "🚬": "烟", "💰": "钱", "💳": "卡", "🧾": "发票", "🎫": "票",
    "📱": "手机", "📞": "电话", "☎": "电话", "👜": "包", "⌚": "表", "🍺": "酒", "🚗": "车",
    "🎓": "文凭", "🛂": "护照", "🎰": "彩票", "🀄": "麻将", "🃏": "牌", "🎲": "骰子", "💬": "微信",
    "🧊": "冰", "🍁": "麻", "🔪": "刀", "🏆": "奖金", "💴": "元", "💉": "针", "🪪": "证",
}  # fmt: skip
"""Among Han characters."""

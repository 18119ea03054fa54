# ruff: noqa: E501 - a pattern reads best whole
"""The phrases by which pages that say nothing are known, in English and Chinese. Data for ``states``."""

import re

from crawler.read.words import Guarded


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


PARKED = Guarded(("domain", "for sale", "parked", "related searches", "suspended", "域名", "網域", "网站"), _any(
    r"(?:this|the) (?:web ?site|domain(?: name)?)(?: \S+)? (?:is|may be|might be|could be)(?: currently)?(?: available)? (?:for sale|parked)",
    r"buy this domain", r"domain (?:name )?(?:is )?for sale", r"domain (?:has )?expired", r"parked (?:free|domain)",
    r"inquire about this domain", r"make an offer on this domain", r"this domain (?:is|was|has been) (?:registered|parked|reserved)",
    r"related searches:?\s*$", r"this account has been suspended", r"sedo domain parking", r"hugedomains",
    r"域名(?:正在)?(?:出售|转让|待售|停放)", r"(?:本|此|该)域名(?:可|正在|已)?(?:出售|转让|过期|到期|停放)", r"購買此網域",
    r"域名已(?:过期|到期)", r"您(?:正在)?访问的域名", r"网站(?:已)?(?:到期|过期|暂停|关闭)", r"(?:域名|网站)未备案",
))  # fmt: skip
DEFAULT_SERVER = _any(
    r"welcome to nginx", r"apache2? (?:\w+ )?(?:http server )?(?:default|test) page", r"^\s*it works!", r"iis windows(?: server)?",
    r"test page for the (?:apache|nginx|http)", r"default (?:web ?site|web) page", r"welcome to (?:openresty|tengine|centos|caddy|lighttpd|xampp)",
    r"your (?:web)?site is (?:now )?ready to (?:go|publish)", r"this is the default (?:server|web|welcome) page", r"index of /\s*$",
    r"site (?:is )?(?:coming soon|under construction)", r"没有找到站点|站点创建成功", r"网站(?:正在)?建设中", r"plesk (?:default|obsidian)",
)  # fmt: skip
ERROR_TITLE = _any(
    r"^\W*(?:error\s*)?(?:40[0-9]|41[0-9]|45[01]|50[0-9]|52[0-9])\b", r"\b(?:404|403|410|500|502|503)\s*[-:|]?\s*(?:not found|error|forbidden|page)",
    r"^(?:page |file |site )?not found\b", r"^(?:access denied|forbidden|bad gateway|service unavailable|internal server error|unauthorized)\b",
    r"^(?:页面|网页|找不到|您访问的页面)?(?:不存在|未找到|找不到|出错|错误)", r"404(?:错误|页面|_)", r"^(?:系统|访问)(?:错误|受限|被拒绝)",
)  # fmt: skip
ERROR_BODY = _any(
    r"^\W*(?:error\s*)?(?:404|403|410|500|502|503)\b(?!\s*(?:元|usd|eur|\$|pcs|g\b))", r"(?:page|file|url|site|resource)(?: you (?:requested|are looking for|were looking for))?(?: \S+)?(?: was| could| can| is)? ?(?:not|n't|cannot)(?: be)? found",
    r"page (?:you (?:requested|are looking for) )?(?:doesn.t|does not|no longer) exist", r"you don.t have permission to access", r"access (?:to this \w+ )?(?:is |has been )?denied",
    r"(?:页面|网页|内容|文章|商品|链接|店铺)(?:已)?(?:不存在|未找到|找不到|被删除|已删除|失效|已失效|走丢|出错)", r"(?:找不到|没有找到)(?:该|您|页面|网页|文件)", r"(?:服务器|系统)(?:内部)?(?:错误|繁忙|异常)",
    r"internal server error", r"bad gateway", r"service (?:temporarily )?unavailable", r"(?:无权|禁止|拒绝)访问",
)  # fmt: skip
CAPTCHA = _any(
    r"checking (?:your browser|if the site connection is secure)", r"just a moment\.\.\.", r"verify(?:ing)? (?:that )?you are (?:a )?human", r"are you (?:a )?(?:human|robot)",
    r"please (?:complete|solve) the (?:captcha|security check)", r"attention required! \| cloudflare", r"ddos protection by", r"unusual traffic from your",
    r"enable javascript and cookies to continue", r"(?:安全|人机|滑动|滑块|拖动)(?:验证|校验)", r"请(?:完成|进行|通过)(?:安全)?验证", r"请输入验证码(?:后|以)?(?:继续|访问)", r"访问(?:过于)?频繁", r"正在(?:检查|检测|验证)您?的?浏览器",
)  # fmt: skip
ENABLE_SCRIPT = Guarded(("java",), _any(
    r"(?:enable|requires?|turn on|need(?:s)?(?: to enable)?|activate) java ?script", r"java ?script (?:is|to be|must be) (?:required|disabled|enabled|turned off)",
    r"(?:doesn.t|does not|won.t) work (?:properly )?without java ?script", r"(?:启用|开启|打开|允许|支持)\s*java ?script", r"javascript\s*(?:已)?(?:被)?禁用",
))  # fmt: skip
SELLS = _any(
    r"add to (?:cart|bag|basket)", r"buy now", r"in stock", r"check ?out", r"加入购物车", r"立即购买", r"[$€£¥￥]\s?\d", r"\d\s?(?:元|usd|eur|btc)\b", r"货到付款", r"包邮", r"下单",
)  # fmt: skip

"""How the review writes values, periods and states."""

from typing import SupportsFloat

from reports.answers import Answer, Freshness

NOTHING = "–"


def shown(value: float | None, unit: str) -> str:
    """A value as its unit is written."""
    if value is None:
        return NOTHING
    match unit:
        case "money":
            return _signed(f"{value:,.2f}")
        case "share":
            return _signed(f"{value:.1%}")
        case "relative_change":
            return _signed(f"{value:+.1%}")
        case "percentage_points":
            return _signed(f"{100 * value:+.1f} pp")
        case "count":
            return _signed(f"{value:,.0f}")
        case "ratio":
            return _signed(f"{value:,.2f}")
        case _:
            return _signed(f"{value:,.1f} {unit}")


def signed(value: SupportsFloat, places: int) -> str:
    """A difference with its sign; one that rounds to nothing has none."""
    return _signed(f"{float(value):+,.{places}f}")


def _signed(text: str) -> str:
    """A number with its sign, without one if it rounds to nothing."""
    return text if any(digit in text for digit in "123456789") else text.lstrip("+-")


def moving(answer: Answer) -> str:
    """How far what rules set aside could move an answer in money; empty if it could not."""
    if answer.value is None or answer.unit != "money" or not answer.set_aside_amount:
        return ""
    amount = float(answer.set_aside_amount)
    low, high = (shown(answer.value + each, answer.unit) for each in (-amount, amount))
    return f"{low} to {high}"


def part(value: float | None) -> str:
    """A numerator or denominator: counts without decimals."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"


def freshness(mart: str, state: Freshness | None) -> str:
    """What is readable of a mart, and what its gate says, in a sentence."""
    if state is None:
        return f"The mart {mart} does not exist yet."
    day = f"as of {state.as_of}" if state.as_of else "never published"
    gate = (
        f"{state.broken} of {state.expectations} expectations broken"
        if state.broken
        else f"all {state.expectations} expectations met"
    )
    since = f"{state.since:%Y-%m-%d %H:%M}"
    if state.status == "held":
        return f"{mart}: {day}, held since {since}: {state.reason.rstrip('.')}."
    status = "published" if state.status == "unchanged" else state.status.replace("_", " ")
    return f"{mart}: {day}, {status} {since}, {gate}."


# Words of scopes, drivers and members that are written otherwise than their names.
_WRITTEN = {
    "gmv": "GMV",
    "yoy": "year on year",
    "qoq": "quarter on quarter",
    "ci": "CI",
    "sku": "SKU",
    "skus": "SKUs",
    "h5": "H5",
    "kol": "KOL",
    "app": "app",
    "pc": "PC",
    "wechat": "WeChat",
}
_TERMS = {
    "gmv_placed": "下单金额",
    "gmv_paid": "支付金额",
    "net_sales_by_order_date": "净销售额（下单口径）",
    "net_sales_by_refund_date": "净销售额（退款口径）",
    "net_sales": "净销售额",
    "paid_orders": "支付订单数",
    "new_registrations": "新增注册用户数",
    "attainment": "完成率",
    "volume": "销量",
    "price": "价格",
    "mix": "结构",
    "promotion": "促销",
    "new": "新增",
    "exited": "退出",
    "in_stock": "有货",
    "partner_brands": "合作品牌",
    "other_brands": "其他品牌",
    "traffic": "流量",
    "buyers": "购买人数",
    "conversion": "转化率",
    "frequency": "购买频次",
    "basket": "客单价",
    "returns": "退货",
    "mini_program": "小程序",
    "alipay": "支付宝",
    "wechat_pay": "微信支付",
    "union_pay": "银联",
    "huabei": "花呗",
    "search": "搜索",
    "recommendation": "推荐",
    "direct": "直接访问",
    "other": "其他",
    "detail_view": "商品详情",
    "add_to_cart": "加购",
    "order_placed": "下单",
    "order_paid": "支付",
    "begin_checkout": "进入结账",
    "view_shipping": "查看运费",
    "view_payment": "选择支付方式",
    "submit_order": "提交订单",
    "pay": "支付",
}
_ORDINAL_ZH = ("一", "二", "三", "四")


def words(name: str) -> str:
    """A name such as `net_sales` as a reader would write it: Net sales."""
    plain = name.replace("_", " ").split()
    text = " ".join(_WRITTEN.get(word, word) for word in plain)
    return text[:1].upper() + text[1:]


def term(name: str) -> str:
    """The Chinese term of a name; empty if the house has none."""
    return _TERMS.get(name, "")


def period_names(period: str, kind: str) -> tuple[str, str]:
    """A period such as 2026H1 in English and Chinese."""
    year, rest = period[:4], period[5:]
    match kind:
        case "half":
            first = rest == "1"
            name = "First" if first else "Second"
            return f"{name} half of {year}", f"{year}年{'上' if first else '下'}半年"
        case "quarter":
            return f"Quarter {rest} of {year}", f"{year}年第{_ORDINAL_ZH[int(rest) - 1]}季度"
        case _:
            return f"{_MONTHS[int(rest) - 1]} {year}", f"{year}年{int(rest)}月"


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def change(
    value: float | None, base: float | None, unit: str, direction: str | None
) -> tuple[str, str]:
    """How a value differs from what it is compared with, and whether that is good, bad or level.

    Amounts and counts differ in percent, shares and rates of change in percentage points. What
    rounds to nothing is level, and so is what is good in neither direction.
    """
    if value is None or base is None:
        return "", ""
    # A change that is compared with no change is its own difference.
    if base == 0 and unit in ("relative_change", "percentage_points"):
        return "", ""
    if unit in ("share", "relative_change", "percentage_points"):
        text = shown(value - base, "percentage_points")
    elif base > 0:
        text = shown(value / base - 1, "relative_change")
    else:
        return "", ""
    return text, _tone(text, direction)


def _tone(text: str, direction: str | None) -> str:
    if direction is None or text[0] not in "+-":
        return "level"
    return "good" if (text[0] == "+") == (direction == "increase") else "bad"

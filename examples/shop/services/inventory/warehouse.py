"""Stock and sales of every article, as the nightly export of the warehouse gives them."""

ARTICLES = 24
LISTED_THIS_WEEK = {"sku-117", "sku-122"}


def _article(number):
    sku = f"sku-{100 + number}"
    if sku in LISTED_THIS_WEEK:
        return sku, {"on_hand": 60, "daily_sales": [0] * 28}
    sales = [(number * 7 + day * 3) % 5 for day in range(60)]
    return sku, {"on_hand": (number * 13) % 90, "daily_sales": sales}


_articles = dict(_article(number) for number in range(ARTICLES))


def article(sku):
    """The record of an article, or None where there is none."""
    return _articles.get(sku)

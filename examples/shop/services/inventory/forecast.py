"""How long the stock lasts at the pace of the last four weeks."""

WINDOW_DAYS = 28


def days_of_cover(on_hand, daily_sales):
    """Days until an article is sold out, from its sales of each of the last days."""
    if on_hand == 0:
        return 0.0
    recent = daily_sales[-WINDOW_DAYS:]
    sold_per_day = sum(recent) / WINDOW_DAYS
    return on_hand / sold_per_day

"""Stock that is held for a checkout until it is ordered, released, or too old."""

import threading
import time
import uuid

KEPT_SECONDS = 15 * 60

_held = {}
_lock = threading.Lock()


def hold(lines):
    """Hold the lines of a cart; the id that comes back releases them."""
    now = time.monotonic()
    reservation_id = uuid.uuid4().hex
    with _lock:
        for known, (since, _lines) in list(_held.items()):
            if now - since < KEPT_SECONDS:
                break
            del _held[known]
        _held[reservation_id] = (now, lines)
    return reservation_id


def release(reservation_id):
    """Give the lines back. Releasing twice does no harm."""
    with _lock:
        _held.pop(reservation_id, None)

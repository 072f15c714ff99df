"""The inventory service: what is in stock, and for how long."""

import argparse
import json
import os
import signal
import sys
import threading

import reservations
import telemetry
import warehouse
from flask import Flask, jsonify, request
from forecast import days_of_cover
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from telemetry import tracer
from werkzeug.serving import WSGIRequestHandler, make_server

app = Flask("inventory")
FlaskInstrumentor().instrument_app(app)


@app.get("/stock/<sku>")
def stock(sku):
    article = warehouse.article(sku)
    if article is None:
        return jsonify(reason="no-such-article", message=f"there is no article {sku}"), 404
    with tracer.start_as_current_span("forecast cover", attributes={"shop.sku": sku}):
        cover = days_of_cover(article["on_hand"], article["daily_sales"])
    return jsonify(onHand=article["on_hand"], daysOfCover=round(cover, 1))


@app.post("/reservations")
def reserve():
    lines = request.get_json()["lines"]
    with tracer.start_as_current_span("hold lines", attributes={"shop.lines": len(lines)}):
        reservation_id = reservations.hold(lines)
    return jsonify(reservationId=reservation_id), 201


@app.delete("/reservations/<reservation_id>")
def release(reservation_id):
    reservations.release(reservation_id)
    return jsonify(released=True)


@app.errorhandler(500)
def internal_error(_error):
    return jsonify(reason="internal", message="internal error"), 500


class QuietHandler(WSGIRequestHandler):
    """Requests are in the traces: no access log beside them."""

    def log_request(self, *_args):
        pass


def exit_with_parent(server):
    sys.stdin.buffer.read()
    server.shutdown()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "0")))
    server = make_server(
        "127.0.0.1", parser.parse_args().port, app, threaded=True, request_handler=QuietHandler
    )

    def stop(*_args):
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if os.environ.get("EXIT_WITH_PARENT") == "1":
        # Ctrl+C reaches the whole process group, but the parent decides when to stop.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=exit_with_parent, args=(server,), daemon=True).start()
    print(json.dumps({"event": "listening", "service": "inventory", "port": server.server_port}), flush=True)
    server.serve_forever()
    telemetry.provider.shutdown()


if __name__ == "__main__":
    main()

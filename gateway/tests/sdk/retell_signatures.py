"""Retell's own library signs webhooks, and a running server believes exactly those.

usage: retell_signatures.py <frontdesk binary>
"""

import json
import secrets
import sys
import time

from retell.lib.webhook_auth import symmetric, verify

from server import post, report, running

# The address that takes them.
PATH = "/webhooks/retell"
# What a signature may stumble over: letters of all kinds, spaces, and a body that is no call.
BODIES = [
    {"event": "call_started", "call": {"call_id": "call_1", "agent_id": "agent_1", "from_number": "+12125550123"}},
    {"event": "call_analyzed", "call": {"call_id": "call_2", "agent_id": "agent_1",
                                        "call_analysis": {"call_summary": "ñandú Привіт 😀 & = + % \u2028"}}},
    {"event": "chat_ended", "chat": {"chat_id": "chat_1"}},
]


def check(base, key):
    """Yields the name of each case, what was expected and what came."""
    minutes = lambda count: int(time.time() * 1000) + count * 60_000
    for number, told in enumerate(BODIES):
        for form in ["compact", "spaced"]:
            separators = (",", ":") if form == "compact" else (", ", ": ")
            body = json.dumps(told, ensure_ascii=False, separators=separators)
            own = symmetric["sign"](body, key)
            assert verify(body, key, own)
            cases = [
                ("signed", 200, own),
                ("with another key", 403, symmetric["sign"](body, key + "x")),
                ("six minutes old", 403, symmetric["sign"](body, key, minutes(-6))),
                ("of the future", 403, symmetric["sign"](body, key, minutes(6))),
                ("of another body", 403, symmetric["sign"](body + " ", key)),
            ]
            for case, expected, signature in cases:
                headers = {"Content-Type": "application/json", "X-Retell-Signature": signature}
                yield f"{number} {form} {case}", expected, post(base + PATH, body.encode(), headers)
            unsigned = {"Content-Type": "application/json"}
            yield f"{number} {form} unsigned", 403, post(base + PATH, body.encode(), unsigned)


def main(binary):
    key = secrets.token_hex(16)
    with running(binary, {"RETELL_API_KEY": key, "RETELL_API_BASE": "http://127.0.0.1:9"}) as base:
        return report(list(check(base, key)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

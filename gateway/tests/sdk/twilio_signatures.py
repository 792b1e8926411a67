"""Twilio's own library signs webhooks, and a running server believes exactly those.

usage: twilio_signatures.py <frontdesk binary>
"""

import secrets
import sys
import urllib.parse

from server import post, report, running
from twilio.request_validator import RequestValidator

# What a signature may stumble over: order, repetition, emptiness, letters of all kinds, signs.
FORMS = [
    {"MessageSid": "SM1", "From": "+12125550123", "To": "+14155550100", "Body": "hello"},
    {"To": "+14155550100", "Body": "ñandú Привіт 😀 & = + % \u2028", "From": "+12125550124", "MessageSid": "SM2"},
    {"MessageSid": "SM3", "From": "+12125550125", "To": "+14155550100", "Body": "", "NumMedia": "0", "Zeta": "", "alpha": "1"},
    {"MessageSid": "SM4", "From": "+12125550126", "To": "+14155550100", "Body": "line\r\nbreak\ttab", "ToCity": "SAN FRANCISCO"},
]


def call(url, form, headers):
    return post(url, urllib.parse.urlencode(form, encoding="utf-8").encode(), headers)


def check(base, public, token):
    """Yields the name of each case, what was expected and what came."""
    signer, stranger = RequestValidator(token), RequestValidator(token + "x")
    for path in ["/webhooks/twilio/sms", "/webhooks/twilio/sms?a=1&b=%20x", "/webhooks/twilio/status?seq=7"]:
        for form in FORMS:
            form = dict(form, MessageStatus="delivered", MessageSid=form["MessageSid"] + secrets.token_hex(4))
            seen = public + path
            sign = lambda validator, url=seen, fields=form: {"X-Twilio-Signature": validator.compute_signature(url, fields)}
            assert signer.validate(seen, form, sign(signer)["X-Twilio-Signature"])
            yield f"{path} signed", 200, call(base + path, form, sign(signer))
            yield f"{path} with another token", 403, call(base + path, form, sign(stranger))
            yield f"{path} changed", 403, call(base + path, dict(form, Body="changed"), sign(signer))
            elsewhere = sign(signer, public + "/elsewhere")
            yield f"{path} signed for elsewhere", 403, call(base + path, form, elsewhere)
            yield f"{path} unsigned", 403, call(base + path, form, {})


def main(binary):
    token, public = secrets.token_hex(16), "https://desk.example.com"
    account = {
        "PUBLIC_URL": public, "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": token,
        "TWILIO_API_BASE": "http://127.0.0.1:9",
    }
    with running(binary, account) as base:
        return report(list(check(base, public, token)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

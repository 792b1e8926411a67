"""Twilio's own library signs webhooks, and a running server believes exactly those.

usage: twilio_signatures.py <frontdesk binary>
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from twilio.request_validator import RequestValidator

# What a signature may stumble over: order, repetition, emptiness, letters of all kinds, signs.
FORMS = [
    {"MessageSid": "SM1", "From": "+12125550123", "To": "+14155550100", "Body": "hello"},
    {"To": "+14155550100", "Body": "ñandú Привіт 😀 & = + % \u2028", "From": "+12125550124", "MessageSid": "SM2"},
    {"MessageSid": "SM3", "From": "+12125550125", "To": "+14155550100", "Body": "", "NumMedia": "0", "Zeta": "", "alpha": "1"},
    {"MessageSid": "SM4", "From": "+12125550126", "To": "+14155550100", "Body": "line\r\nbreak\ttab", "ToCity": "SAN FRANCISCO"},
]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def call(url, form, headers):
    body = urllib.parse.urlencode(form, encoding="utf-8").encode()
    request = urllib.request.Request(url, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def wait_until_ready(base, server):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"the server ended with {server.returncode}")
        try:
            with urllib.request.urlopen(f"{base}/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    sys.exit("the server was not ready in time")


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
    port, token = free_port(), secrets.token_hex(16)
    base, public = f"http://127.0.0.1:{port}", "https://desk.example.com"
    with tempfile.TemporaryDirectory() as data:
        environment = {
            "PATH": os.environ["PATH"], "FRONTDESK_LISTEN": f"127.0.0.1:{port}", "FRONTDESK_DATA": data,
            "PUBLIC_URL": public, "FRONTDESK_LOG": "error", "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": token, "TWILIO_API_BASE": "http://127.0.0.1:9",
        }
        server = subprocess.Popen([binary, "serve"], env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_until_ready(base, server)
            results = list(check(base, public, token))
        finally:
            server.terminate()
            server.wait(timeout=30)
    wrong = [result for result in results if result[1] != result[2]]
    for name, expected, got in wrong:
        print(f"{name}: expected {expected}, got {got}")
    print(json.dumps({"checked": len(results), "wrong": len(wrong)}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

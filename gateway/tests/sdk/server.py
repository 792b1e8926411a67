"""A server to sign for, and what is told of it."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def post(url, body, headers):
    """The status with which a body is answered."""
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


@contextlib.contextmanager
def running(binary, account):
    """A server with an account at a provider; yields its address."""
    port = free_port()
    with tempfile.TemporaryDirectory() as data:
        environment = {
            "PATH": os.environ["PATH"], "FRONTDESK_LISTEN": f"127.0.0.1:{port}", "FRONTDESK_DATA": data,
            "FRONTDESK_LOG": "error", **account,
        }
        server = subprocess.Popen([binary, "serve"], env=environment, stdout=subprocess.DEVNULL)
        base = f"http://127.0.0.1:{port}"
        try:
            wait_until_ready(base, server)
            yield base
        finally:
            server.terminate()
            server.wait(timeout=30)


def report(results):
    """Prints what came otherwise than expected; the exit code."""
    wrong = [result for result in results if result[1] != result[2]]
    for name, expected, got in wrong:
        print(f"{name}: expected {expected}, got {got}")
    print(json.dumps({"checked": len(results), "wrong": len(wrong)}))
    return 1 if wrong else 0

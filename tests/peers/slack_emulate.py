"""Plays one request through a running Countersign whose Slack is the independent emulator, and reads the cards back with
Slack's own SDK. Arguments: the server's URL, the emulator's URL, a bot token. Prints what it saw; exit code 1 when a card is
missing or shows something else than the request's state."""

import json
import sys
import time
import urllib.request

from slack_sdk import WebClient

SERVER, EMULATOR, TOKEN = sys.argv[1:4]


def call(person, method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer demo:{person}", "Content-Type": "application/json"}
    request = urllib.request.Request(SERVER + path, data=data, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def until(what, found, patience=20):
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        result = found()
        if result:
            print(f"ok   {what}")
            return result
        time.sleep(0.2)
    sys.exit(f"FAIL {what}")


slack = WebClient(token=TOKEN, base_url=EMULATOR + "/api/")
channel = next(c["id"] for c in slack.conversations_list()["channels"] if c["name"] == "access-requests")


def cards():
    return slack.conversations_history(channel=channel)["messages"]


asked = call("dev", "POST", "/api/v1/requests", {"resource": "grafana", "duration": "10m", "reason": "looking at <!channel> & co"})
short_id = asked["short_id"]
card = until(f"{short_id} has a card in the channel", lambda: next((m for m in cards() if short_id in json.dumps(m)), None))
blocks = json.dumps(card.get("blocks", []))
for word in ("Approve", "Deny", "Details"):
    if word not in blocks:
        sys.exit(f"FAIL the card has no {word}")
if "<!channel>" in blocks:
    sys.exit("FAIL the reason can call the whole channel")
call("lisa", "POST", f"/api/v1/requests/{short_id}/votes", {"decision": "approve"})


def converged():
    now = json.dumps(next(m for m in cards() if m["ts"] == card["ts"]))
    return "approved by lisa" in now and '"Approve"' not in now


until("the same card says who approved, and asks nobody any more", converged)
print("1 passed, 0 failed")

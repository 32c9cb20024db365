#!/usr/bin/env python3
"""Slack's own SDK as referee: reads JSON lines, checks each, and ends with status 1 when one is refused.

{"name": ..., "blocks": [...]}                                      blocks of a message
{"name": ..., "view": {...}}                                        a modal view
{"name": ..., "secret": ..., "timestamp": ..., "body": ..., "signature": ..., "now": ...}    a signed request
"""
import json
import sys

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.signature import Clock, SignatureVerifier


class Fixed(Clock):
    def __init__(self, at):
        self.at = at

    def now(self):
        return self.at


def subset(ours, theirs, path="$"):
    """The SDK drops what it does not know: everything of ours must survive its round trip."""
    if isinstance(ours, dict):
        for key, value in ours.items():
            if key not in theirs:
                raise ValueError(f"{path}.{key} is unknown to the SDK")
            subset(value, theirs[key], f"{path}.{key}")
    elif isinstance(ours, list):
        if len(ours) != len(theirs):
            raise ValueError(f"{path} has {len(theirs)} of {len(ours)} items left")
        for index, (a, b) in enumerate(zip(ours, theirs)):
            subset(a, b, f"{path}[{index}]")
    elif ours != theirs:
        raise ValueError(f"{path} is {theirs!r}, not {ours!r}")


def check(line):
    if "blocks" in line:
        parsed = Block.parse_all(line["blocks"])
        subset(line["blocks"], [block.to_dict() for block in parsed])
    elif "view" in line:
        View(**line["view"]).validate_json()
        subset(line["view"], View(**line["view"]).to_dict())
    else:
        verifier = SignatureVerifier(line["secret"], Fixed(line["now"]))
        if not verifier.is_valid(line["body"], line["timestamp"], line["signature"]):
            raise ValueError("the signature does not hold")


refused = count = 0
for text in sys.stdin:
    line = json.loads(text)
    count += 1
    try:
        check(line)
    except Exception as error:
        refused += 1
        print(f"refused: {line['name']}: {error}")
print(f"{count - refused} of {count} accepted")
sys.exit(1 if refused or not count else 0)

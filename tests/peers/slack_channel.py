"""Prints TEAM/CHANNEL of the emulator's channel for access requests, as policy files write it."""

import sys

from slack_sdk import WebClient

slack = WebClient(token=sys.argv[2], base_url=sys.argv[1] + "/api/")
team = slack.auth_test()["team_id"]
print(team + "/" + next(c["id"] for c in slack.conversations_list()["channels"] if c["name"] == "access-requests"))

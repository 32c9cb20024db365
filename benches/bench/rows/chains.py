"""Rows 1 to 5 and 9: the chain of one request, over and over, by everybody in turn."""

import time

from .. import countersign, generator, measure, peers, records

OURS = ["countersign-sqlite", "countersign-postgres"]
QUICK = [*OURS, "bolt-sqlite", "bolt-postgres", "restate", "hello"]
FULL = [*QUICK, "dbos", "ceiling-sqlite", "ceiling-postgres"]


def start(name, cluster, slack):
    if name in OURS:
        return countersign.Countersign(name.split("-")[1], cluster, slack).start()
    return peers.ALL[name](cluster, slack).start()


def run(cluster, quick, only=None):
    """One round, by turns, so that the machine's moods hit all alike."""
    slack = generator.Slack()
    try:
        for name in only or (QUICK if quick else FULL):
            try:
                one(name, cluster, slack, quick)
            except (RuntimeError, TimeoutError) as why:
                records.add("failed", peer=name, why=str(why)[:500])
    finally:
        slack.stop()


def one(name, cluster, slack, quick):
    peer = start(name, cluster, slack)
    try:
        empty = peer.stored()
        first = warm(peer)
        for c in (64, 1) if quick or name == "hello" else (64, 16, 1):
            seen = measure.loaded(peer, "chains", c, 4 if quick else 5, 1, first)
            first = seen["next"]
            records.add("chains", **seen)
    finally:
        peer.stop()
    # Restate takes the disk in large pieces before it needs them: what it keeps per request cannot be read off.
    if name not in ("hello", "restate"):
        records.add("stored", peer=name, bytes=(peer.stored() - empty) / first, requests=first)


def warm(peer):
    seen = generator.load("chains", peer.base(), peer.dialect, c=16, seconds=2, warm=0.1, **peer.options())
    time.sleep(0.5)
    return seen["next"]

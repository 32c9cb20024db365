"""Row 6: 10,000 requests that time out at the same moment, while others vote."""

import time

from .. import countersign, disk, generator, measure, peers, policy, processes, records

AHEAD = 2 * 3600


def run(cluster, quick, only=None):
    slack = generator.Slack()
    count = 2_000 if quick else 10_000
    try:
        for kind in ("sqlite", "postgres"):
            ours(kind, cluster, slack, count)
        if not quick:
            engine(slack, count)
    finally:
        slack.stop()


def ours(kind, cluster, slack, count):
    server = countersign.Countersign(kind, cluster, slack, demo=True, text=policy.text(timeout="1h")).start()
    try:
        generator.load("pending", server.base(), server.dialect, c=64, n=count, **server.options())
        time.sleep(1)
        before, sync = processes.cpu(server.pids()), disk.fdatasync()
        start = time.monotonic()
        server.call("/demo/advance", {"by": "2h"})
        first, worst, out = count, 0.0, 0
        while out < count and time.monotonic() - start < 180:
            votes = generator.begin("chains", server.base(), server.dialect, c=4, seconds=1, warm=0, first=first, ahead=AHEAD, **server.options())
            while votes.poll() is None and out < count:
                out = server.sql("SELECT count(*) FROM requests WHERE state = 'timed_out'")
                out, took = int(out), time.monotonic() - start
                time.sleep(0.02)
            seen = generator.finish(votes)
            first, worst = seen["next"], max(worst, seen.get("vote", {}).get("p99", 0.0))
        cost = processes.cpu(server.pids()) - before
        records.add("timeouts", peer=server.name, n=out, seconds=took, votes_p99=worst, cpu_s=cost, fdatasync_ms=sync)
    finally:
        server.stop()


def engine(slack, count, lead=75):
    """Restate, the fastest of the engines at this: a delayed call of each request to itself."""
    peer = peers.Restate(None, slack).start()
    try:
        due = time.time() + lead
        generator.load("pending", peer.base(), peer.dialect, c=32, n=count, deadline=int(due * 1000), **peer.options())
        late = time.time() - due
        if late > 0:
            raise RuntimeError(f"Restate took {lead + late:.0f} s to make {count} requests; the timers were due after {lead} s")
        time.sleep(-late)
        out = 0
        while out < count and time.time() < due + 120:
            out, took = peer.denied(), time.time() - due
            time.sleep(0.02)
        records.add("timeouts", peer=peer.name, n=out, seconds=took)
    finally:
        peer.stop()

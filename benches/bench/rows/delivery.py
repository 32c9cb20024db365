"""Row 10: 1,000 approved requests in 20 channels of a Slack that enforces its published limits."""

import os
import time

from .. import countersign, generator, policy, records

CHANNELS, BURST = 20, 3


def text():
    """One workflow for each channel: the resources whose number ends on it."""
    one = policy.text()
    head, chain = one.split("[[workflows]]\n")
    parts = [head]
    for channel in range(CHANNELS):
        names = ", ".join(f'"prod-{n}"' for n in range(channel, policy.RESOURCES, CHANNELS))
        own = chain.replace('id = "three"', f'id = "three-{channel}"').replace('["prod-*", "role-*"]', f"[{names}]")
        parts.append("[[workflows]]\n" + own.replace("notify = {}", f'notify = {{ slack = ["{policy.TEAM}/C{channel:08}"] }}'))
    return "".join(parts)


def run(cluster, quick, only=None):
    count = 200 if quick else int(os.environ.get("BENCH_DELIVERED", "1000"))
    # What nobody can beat: one message for each request, a burst and then one a second in each channel.
    least = count / CHANNELS - BURST
    for kind in ("sqlite",) if quick else ("sqlite", "postgres"):
        slack = generator.Slack(limited=True)
        server = countersign.Countersign(kind, cluster, slack, text=text()).start()
        try:
            start = time.time()
            # As many people as channels: each hears of their own requests in a conversation of their own as well.
            generator.load("chains", server.base(), server.dialect, c=64, n=count, **{**server.options(), "people": CHANNELS})
            seen, is_settled = settled(slack)
            calls = sum(n for method, n in seen["calls"].items() if method != "auth.test")
            records.add("delivery", peer=server.name, n=count, refused=seen["refused"], seconds=seen["last_call"] / 1000 - start, settled=is_settled,
                        least=least, calls=calls / count, messages=seen["messages"], by_method=seen["calls"], texts=seen["texts"])
        finally:
            server.stop()
            slack.stop()


def settled(slack, quiet=20):
    """Waits until nothing was sent for a while; whether that came."""
    end = time.monotonic() + float(os.environ.get("BENCH_PATIENCE", "1800"))
    while time.monotonic() < end:
        seen = slack.seen()
        if seen["last_call"] and seen["now"] - seen["last_call"] > quiet * 1000:
            return seen, True
        time.sleep(1)
    return slack.seen(), False

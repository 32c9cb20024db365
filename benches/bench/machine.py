"""What was measured on, and what was measured."""

import os
import pathlib
import platform
import subprocess
import time

from . import place, policy


def describe():
    info = pathlib.Path("/proc/cpuinfo").read_text()
    models = [line.split(":")[1].strip() for line in info.splitlines() if line.startswith("model name")]
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) / 2**20
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=place.ROOT, capture_output=True, text=True).stdout.strip()
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()), "cpu": models[0] if models else "?", "cores": os.cpu_count(),
        "memory_gb": round(memory), "kernel": platform.release(), "commit": os.environ.get("BENCH_COMMIT", commit),
        "people": policy.PEOPLE, "resources": policy.RESOURCES, "load": os.getloadavg()[0],
    }

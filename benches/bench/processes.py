"""Processes that are started, measured and stopped. Nothing is ever stopped that was not started here."""

import os
import pathlib
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


def family(pid):
    """A process and all that it started."""
    found, todo = [pid], [pid]
    while todo:
        for children in pathlib.Path(f"/proc/{todo.pop()}/task").glob("*/children"):
            try:
                new = [int(child) for child in children.read_text().split()]
            except OSError:
                continue
            found += new
            todo += new
    return found


def cpu(pids):
    """Seconds of processor time, children that have ended included."""
    total = 0
    for pid in pids:
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(int(field) for field in fields[11:15])
    return total / TICKS


def memory(pids):
    """Proportional set size, in MB."""
    total = 0
    for pid in pids:
        try:
            lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def busy():
    """Seconds that the processors of this machine were busy."""
    fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return (sum(fields[:3]) + sum(fields[5:8])) / TICKS


class Process:
    """One process and its children, with a log of its own."""

    def __init__(self, command, log, env=None, cwd=None):
        self.log = log
        with open(log, "ab") as out:
            self.child = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env={**os.environ, **(env or {})}, cwd=cwd, start_new_session=True,
            )

    def alive(self):
        return self.child.poll() is None

    def pids(self):
        return family(self.child.pid)

    def stop(self, patience=15):
        if self.alive():
            os.killpg(self.child.pid, signal.SIGTERM)
        try:
            self.child.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()


def until(ready, patience=60, every=0.02, what="it"):
    """Looks until `ready()` is true; what that was."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = ready()
        if found:
            return found
        time.sleep(every)
    raise TimeoutError(f"{what} did not come within {patience} s")

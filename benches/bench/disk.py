"""What the disk costs: one `fdatasync`, and how many of them a process asks for."""

import os
import statistics
import struct
import time

from . import place


def fdatasync(count=300):
    """Median milliseconds of writing 4 kB at the end of a file and `fdatasync`, on the scratch directory's disk."""
    path = place.scratch() / "fdatasync"
    took, block = [], os.urandom(4096)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.posix_fallocate(file, 0, 4096 * count)
    for _ in range(count):
        os.write(file, block)
        start = time.perf_counter()
        os.fdatasync(file)
        took.append((time.perf_counter() - start) * 1000)
    os.close(file)
    path.unlink()
    return statistics.median(took)


class Syncs:
    """Counts the calls of a process and its children, by a library that is preloaded into them."""

    def __init__(self, name):
        self.file = place.scratch("syncs") / name
        self.file.write_bytes(bytes(8))
        self.file.chmod(0o666)

    def env(self):
        return {"LD_PRELOAD": str(place.scratch("lib") / "libcountersign_syncs.so"), "SYNCS_FILE": str(self.file)}

    def count(self):
        return struct.unpack("<Q", self.file.read_bytes())[0]


def used(path):
    """Bytes of the disk below a directory."""
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                total += os.stat(os.path.join(folder, name)).st_blocks * 512
            except OSError:
                continue
    return total

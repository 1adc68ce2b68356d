"""What a piece of work costs: processor seconds and memory."""

import contextlib
import dataclasses
import resource
import time
from collections.abc import Iterator
from pathlib import Path


@dataclasses.dataclass
class Cost:
    """Processor seconds of this process and its children, and by how many bytes the memory of
    this process grew at most."""

    seconds: float = 0
    growth: int = 0


@contextlib.contextmanager
def cost() -> Iterator[Cost]:
    """What the block costs; both figures stand when it has ended."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
    found, begun, before = Cost(), _seconds(), _memory("VmRSS")
    yield found
    found.seconds = _seconds() - begun
    found.growth = _memory("VmHWM") - before


def _seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _memory(name: str) -> int:
    """A line of /proc/self/status, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))

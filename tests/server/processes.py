"""The processes of a server as Linux shows them in /proc."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path


def _fields(pid: str) -> list[str]:
    """The fields of /proc/PID/stat from the state on; empty when the process has ended."""
    try:
        return Path("/proc", pid, "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def parents() -> dict[int, list[int]]:
    """The living children of each process."""
    found: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _fields(entry.name)) and fields[0] != "Z":
            found[int(fields[1])].append(int(entry.name))
    return found


def family(pid: int) -> dict[int, list[int]]:
    """The living children of a process, of each of those, and so on."""
    every, found, left = parents(), {}, [pid]
    while left:
        one = left.pop()
        if children := sorted(every.get(one, [])):
            found[one] = children
            left += children
    return found


def members(pid: int) -> list[int]:
    """All living processes below one."""
    return sorted(child for children in family(pid).values() for child in children)


def state(pid: int) -> str:
    """`R` running, `S` sleeping, `T` stopped …; empty when it has ended."""
    return (_fields(str(pid)) or [""])[0]


def niceness(pid: int) -> int:
    return int(_fields(str(pid))[16])


def memory(pid: int, what: str = "Private_Clean|Private_Dirty") -> float:
    """MiB of memory that it does not share, copies of shared pages included; 0 when it has ended.

    With `Pss`, what it shares is counted too, divided by the number of processes that share it.
    """
    try:
        rolled = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return sum(map(int, re.findall(rf"^(?:{what}): *(\d+) kB$", rolled, re.M))) / 1024


def handles(pid: int) -> int:
    """The number of open files and sockets."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())

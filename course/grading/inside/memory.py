"""How much memory a process and all that it started hold for themselves."""

from __future__ import annotations

from pathlib import Path


def used_by(first: int) -> int:
    """Bytes that the process `first` and its descendants have written to since they were forked.

    What they share with the zygote does not count. A process that ends meanwhile counts nothing.
    """
    return sum(_private(process) for process in _family(first))


def _family(first: int) -> list[int]:
    """`first` and its descendants, also those whose parent has ended (`first` adopts them)."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name, in parentheses, may hold anything; the parent is the second field after it.
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(folder.name))
    family = [first]
    for process in family:
        family += children.get(process, [])
    return family


def _private(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return 0
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return 1024 * (sizes["Private_Dirty"] + sizes["Swap"])

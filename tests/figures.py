"""A figure is a line: what was measured, how much, what it has to be, and whether it is."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def exactly(name: str, figure: Any, target: Any) -> None:
    """Print ``figure``, which has to be ``target``."""
    _line(name, figure, f"={target}", met=figure == target)


def at_most(name: str, figure: float, target: float) -> None:
    """Print ``figure``, which may be ``target`` at most."""
    _line(name, round(figure, 3), f"<={target}", met=figure <= target)


def at_least(name: str, figure: float, target: float) -> None:
    """Print ``figure``, which has to be ``target`` at least."""
    _line(name, round(figure, 3), f">={target}", met=figure >= target)


def told(name: str, figure: Any) -> None:
    """Print ``figure``, of which nothing is asked."""
    _line(name, figure, "-", met=True)


def _line(name: str, figure: Any, target: str, *, met: bool) -> None:
    print(f"{name} {figure} {target} {'ok' if met else 'short'}", flush=True)


def run(package: str, program: str, options: Sequence[str] = ()) -> bool:
    """Run one program of ``package`` (a module, perhaps with options) and print its lines; whether
    every figure is met. One that breaks off or says nothing is short."""
    name, *own = program.split()
    command = [sys.executable, "-m", f"{package}.{name}", *own, *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as running:
        assert running.stdout
        lines = []
        for line in running.stdout:
            lines.append(line.split())
            print(line, end="", flush=True)
    if running.returncode or not lines:
        print(f"{name}.broke_off 1 =0 short", flush=True)
        return False
    return all(line[-1:] == ["ok"] for line in lines)


def run_all(package: str, programs: Sequence[str]) -> int:
    """Run those of ``programs`` whose modules the command line names, or all, one after the other.

    Returns the exit code: 1 where a figure is short or a program breaks off.
    """
    modules = {program.split()[0]: None for program in programs}
    parser = argparse.ArgumentParser(prog=f"python -m {package}")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME", help="、".join(modules))
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(modules):
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    wanted = [one for one in programs if not chosen.names or one.split()[0] in chosen.names]
    results = [run(package, one, ["--short"] * chosen.short) for one in wanted]
    return 0 if all(results) else 1

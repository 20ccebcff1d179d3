"""Running saltbridge for a measurement: the deck, the process, and what the program tells about itself."""
import json
import os
import re
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DECKS = ROOT / "bench" / "decks"
PARTS = ("assembly", "factor", "solve")  # of a Newton iteration, as the program clocks them


class BenchError(Exception):
    """A measurement that gave no result."""


def deck_text(path, replace=None):
    """The deck's text with each pattern of `replace` (regular expression: text) put in its place."""
    text = Path(path).read_text()
    for pattern, wanted in (replace or {}).items():
        text, count = re.subn(pattern, wanted, text)
        if count == 0:
            raise BenchError(f"{path}: nothing matches '{pattern}'")
    return text


def run_deck(program, text, folder, environment, launcher=(), petsc=()):
    """Runs the program on a deck in `folder`; its JSON answer, the wall time [s] and the resource usage of the process.

    `launcher` stands before the program (mpiexec, valgrind), `petsc` holds options for PETSc.
    """
    deck, answer, messages = folder / "deck.yaml", folder / "answer.json", folder / "messages.txt"
    deck.write_text(text)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [(os.POSIX_SPAWN_OPEN, stream, str(path), flags, 0o600) for stream, path in ((1, answer), (2, messages))]
    command = [*launcher, str(program), "run", str(deck), "-o", str(folder / "out.h5"), "--json", "--", *petsc]
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, environment, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1) or answer.stat().st_size == 0:  # 1: an expectation was missed, which the answer tells
        raise BenchError(f"{' '.join(command)} ended with {code}: {messages.read_text().strip()}")
    return json.loads(answer.read_text()), wall, usage


def run_in_turns(cases, measure, repeat):
    """Adds `repeat` results of measure(case) to case.runs.

    In rounds over all cases, so that a slow minute of the machine falls on all of them; the first round warms the caches
    and does not count.
    """
    for turn in range(repeat + 1):
        for case in cases:
            run = measure(case)
            if turn > 0:
                case.runs.append(run)
        if sys.stderr.isatty():
            print(f"\rround {turn} of {repeat}", end="\n" if turn == repeat else "", file=sys.stderr)


def expectations_met(answer):
    return all(expectation["met"] for expectation in answer["expectations"])


def cost_per_cell(effort):
    """Seconds per cell and iteration of each part, of all three together (iteration), and of the remaining step (rest)."""
    work = effort["cell_iterations"]
    cost = {part: effort[f"{part}_time"] / work for part in PARTS}
    cost["iteration"] = sum(cost.values())
    cost["rest"] = effort["wall_time"] / work - cost["iteration"]
    return cost


def add_program_option(parser, preset):
    parser.add_argument("--saltbridge", metavar="PATH", type=Path, default=ROOT / "build" / preset / "saltbridge",
                        help=f"program to measure (default: build/{preset}/saltbridge)")


def check_program(parser, options, preset):
    if not os.access(options.saltbridge, os.X_OK):
        parser.error(f"no program at {options.saltbridge}: build it (cmake --preset {preset} && "
                     f"cmake --build --preset {preset}) or name it with --saltbridge")

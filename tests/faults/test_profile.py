#!/usr/bin/python3
"""Where the time of a run went, and nothing of it unasked: test_profile.py SALTBRIDGE ROOT."""

import json
import pathlib
import re
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import drive
from drive import OK, deck, membrane

PARTS = re.findall(r'^SB_PART\(\w+, "(.+)"\)', (drive.ROOT / "solver/base/parts.def").read_text(), re.MULTILINE)
LINE = re.compile(r"  (\S.*?) +([\d.]+) +([\d.]+)(?: +(\d+))?(?: +([\d.]+))?")
ROUNDING = 0.005  # ms, of a part
SWEEP = deck(
    membrane("fixed_charge: -0.1 M"),
    right="{reservoir: right, potential: 0 V}",
    protocol="[sweep: {vary: terminals.right.potential, from: -0.1 V, to: 0.1 V, points: 9}]",
)
GRADED = deck(membrane("fixed_charge: -1 M"), accuracy="{potential: 0.1 uV}")
TRANSIENT = deck(
    drive.ONE_BATH,
    left="{electrode: {}, potential: 0 V}",
    right="{electrode: {}, potential: 0.2 V}",
    protocol="[transient: {until: 100 ns, first_step: 1 ps, record: {per_decade: 2, from: 10 ps}}]",
)


def table(text):
    """Whole time in ms, and of each part (ms, share in per cent, calls, ns per cell and call)."""
    head, *lines = text.strip().split("\n")
    whole = float(re.match(r"Where the time went: ([\d.]+) ms", head)[1])
    rows = [LINE.fullmatch(line).groups() for line in lines[2:]]
    return whole, {row[0]: [None if cell is None else float(cell) for cell in row[1:]] for row in rows}


class Profile(unittest.TestCase):
    def setUp(self):
        self.folder = drive.Folder()
        self.addCleanup(self.folder.remove)

    def profile(self, text):
        """The answer, the table, and how long the process took, ms."""
        start = time.monotonic()
        result = self.folder.run(text, "--json", "--profile")
        elapsed = 1e3 * (time.monotonic() - start)
        self.assertEqual(result.returncode, OK, result.stderr)
        return json.loads(result.stdout), *table(result.stderr), elapsed

    def test_parts_make_the_whole(self):
        for name, text in {"sweep": SWEEP, "graded": GRADED, "transient": TRANSIENT}.items():
            with self.subTest(name):
                answer, whole, parts, elapsed = self.profile(text)
                self.assertEqual(list(parts), PARTS)
                self.assertAlmostEqual(sum(row[0] for row in parts.values()), whole, delta=len(PARTS) * 0.01 + 0.05)
                self.assertAlmostEqual(sum(row[1] for row in parts.values()), 100.0, delta=len(PARTS) * 0.05)
                self.assertLess(parts["other"][1], 10.0)
                # the program's own clock saw all but what comes before and after the run; ours saw the end as well
                self.assertGreater(whole, 1e3 * answer["wall_time"] + parts["program and libraries"][0])
                self.assertLess(whole, elapsed)
                within = PARTS[PARTS.index("mesh and first guess") : PARTS.index("archive")]
                step = 1e3 * answer["steps"][0]["effort"]["wall_time"]
                outside = parts["archive"][0] + parts["other"][0] + parts["deck"][0]
                self.assertLess(sum(parts[part][0] for part in within), step + len(within) * ROUNDING)
                self.assertGreater(sum(parts[part][0] for part in within) + outside, 0.98 * step)

    def test_times_and_cells_are_those_of_the_answer(self):
        answer, _, parts, _ = self.profile(SWEEP)
        effort = answer["steps"][0]["effort"]
        for part, key in (("assembly", "assembly_time"), ("factorisation", "factor_time"), ("solve", "solve_time")):
            self.assertAlmostEqual(parts[part][0], 1e3 * effort[key], delta=2 * ROUNDING)
        per_cell = 1e9 * effort["factor_time"] / effort["cell_iterations"]
        self.assertAlmostEqual(parts["factorisation"][3], per_cell, delta=0.01 * per_cell + 0.1)
        self.assertGreaterEqual(parts["factorisation"][2], effort["newton_iterations"])
        self.assertEqual(parts["deck"][2], 1 + 9)  # once more for every point

    def test_every_kind_of_work_is_called_somewhere(self):
        called = set()
        for text in (GRADED, TRANSIENT):
            called |= {part for part, row in self.profile(text)[2].items() if row[2]}
        self.assertEqual(called, set(PARTS) - {"other"})

    def test_nothing_unasked(self):
        result = self.folder.run(deck())
        self.assertEqual((result.returncode, result.stderr), (OK, ""))
        self.assertNotIn("time went", result.stdout)

    def test_the_log_of_petsc_has_the_same_names(self):
        result = self.folder.run(GRADED, "--", "-log_view")
        self.assertEqual(result.returncode, OK, result.stderr)
        stages = set(re.findall(r"^ *\d+: +(\S.*?): +[\d.]+e", result.stdout, re.MULTILINE))
        before_petsc = {"program and libraries", "MPI and PETSc", "deck", "other"}
        self.assertLessEqual(set(PARTS) - before_petsc - {"time stepping"}, stages, result.stdout)

    def test_one_table_for_all_ranks(self):
        command = ["mpiexec", "-n", "2", "--oversubscribe", str(drive.PROGRAM), "run", self.folder.write(SWEEP)]
        result = subprocess.run(
            [*command, "--profile"],
            capture_output=True,
            text=True,
            cwd=self.folder.path,
            timeout=drive.PATIENCE,
            check=False,
            env=drive.environment(),
        )
        self.assertEqual(result.returncode, OK, result.stderr)
        whole, parts = table(result.stderr)
        self.assertIn("2 processes", result.stderr)
        self.assertEqual(result.stderr.count("Where the time went"), 1)
        self.assertEqual(list(parts), PARTS)
        self.assertGreaterEqual(sum(row[0] for row in parts.values()), whole - len(PARTS) * 0.01 - 0.05)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

#!/usr/bin/python3
"""bench/regression itself: that it counts what was run, and objects where it should. Called with SALTBRIDGE SOURCE_DIR."""
import importlib.machinery
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM, ROOT = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
SCRIPT = ROOT / "bench" / "regression"
sys.dont_write_bytecode = True
sys.path.insert(0, str(SCRIPT.parent))


def load(path):
    loader = importlib.machinery.SourceFileLoader("regression", str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("regression", loader))
    loader.exec_module(module)
    return module


regression = load(SCRIPT)
from lib import instructions  # noqa: E402  (found beside the script)

# main: 5 of its own; calls solve twice (100 and 40), solve calls factor (30) and itself (7)
PROFILE = """\
version: 1
events: Ir
fl=(1) main.c
fn=(1) main
10 5
cfi=(2) solve.c
cfn=(2) solve
calls=1 20
11 100
cfn=(2)
calls=1 20
+2 40
fl=(2)
fn=(2)
20 103
cfn=(3) factor
calls=2 30
21 30
cfn=(4) solve'2
calls=1 20
22 7
fn=(3)
30 30
fn=(4)
20 7
totals: 145
"""


class Counting(unittest.TestCase):
    def test_profile(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "callgrind.out")
            path.write_text(PROFILE, encoding="utf-8")
            counts = instructions.read_profile(path)
        self.assertEqual(counts, {None: 145, "solve": 140, "factor": 30, "solve'2": 7})
        self.assertEqual(instructions.count_in(counts, ("solve", "factor")), 110)
        with self.assertRaisesRegex(instructions.BenchError, "no function assemble"):
            instructions.count_in(counts, ("assemble",))


class Verdicts(unittest.TestCase):
    def test_growth(self):
        objections = regression.objections_to_counts({"a": 1000, "b": 1000, "c": 1000}, {"a": 1029, "b": 1031, "c": 100})
        self.assertEqual(len(objections), 2)
        self.assertIn("'b' takes 3.1 % more instructions than stored (1 031 instead of 1 000)", objections[0])
        self.assertIn("CHANGELOG", objections[1])
        self.assertEqual(regression.objections_to_counts({"a": 1000}, {"a": 1000}), [])

    def test_case_without_value(self):
        self.assertIn("'b' has no stored value", regression.objections_to_counts({"a": 1}, {"a": 1, "b": 1})[0])

    def test_changelog(self):
        values = {"a": 12_340_000, "b": 60_000}
        self.assertEqual(regression.objections_to_changelog(values, "- Faster: 12.4\n  million instructions."), [])
        values["b"] = 260_000
        self.assertIn("12.6 million", regression.objections_to_changelog(values, "- 12.4 million instructions.")[0])

    def test_circumstances(self):
        valid = {"compiler": "gcc 12.2.0 -O2", "glibc": "2.36"}
        self.assertEqual(regression.objections_to_circumstances(valid, dict(valid)), [])
        objections = regression.objections_to_circumstances(valid, {"compiler": "gcc 12.2.0 -O2", "glibc": "2.37"})
        self.assertIn("glibc '2.36'; here it is '2.37'", objections[0])
        self.assertIn("--update", objections[1])


class WholeRun(unittest.TestCase):
    """A stored value 10 % below what is counted fails; one above passes and is pointed out."""

    def compare(self, factor):
        counted = regression.count_deck(PROGRAM, *next(deck for deck in regression.DECKS if deck[0] == "sphere"))
        values = {"valid for": instructions.circumstances(PROGRAM),
                  "instructions": {case: int(factor * count) for case, count in counted.items()}}
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "values.json")
            path.write_text(json.dumps(values), encoding="utf-8")
            command = [SCRIPT, "--saltbridge", PROGRAM, "--values", path, "--only", "sphere"]
            return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_grown(self):
        result = self.compare(0.9)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertRegex(result.stderr, r"'sphere' takes 11\.\d % more instructions")

    def test_shrunk(self):
        result = self.compare(1.1)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("More than 3 % fewer than stored: 'sphere'", result.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)

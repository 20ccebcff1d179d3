#!/usr/bin/python3
"""Runs that are asked to stop: test_signals.py SALTBRIDGE ROOT."""

import pathlib
import signal
import sys
import time
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import drive
from drive import STOPPED

PROMPT = 5.0  # s: a second, with room for slow machines and sanitizers
# driven without rest, so that no step can be long: minutes of work on any machine
DRIVEN = "{reservoir: right, potential: {sine: {mean: 0 V, amplitude: 20 mV, frequency: 1 GHz}}}"
TRANSIENT = "[transient: {until: 1 ms, first_step: 1 fs, record: {per_decade: 50, from: 0.01 ps}}]"


class Signals(unittest.TestCase):
    def setUp(self):
        self.folder = drive.Folder()
        self.addCleanup(self.folder.remove)

    def stop(self, text, number, after=1.0):
        """Stdout and stderr of a run that was sent a signal after some time of solving."""
        run = self.folder.start(text)
        self.addCleanup(run.kill)
        while not (self.folder.path / "deck.h5.part").exists() and run.poll() is None:
            time.sleep(0.02)
        time.sleep(after)
        self.assertIsNone(run.poll(), "the run ended before it could be stopped")
        run.send_signal(number)
        asked = time.monotonic()
        out, error = run.communicate(timeout=drive.PATIENCE)
        self.assertLess(time.monotonic() - asked, PROMPT)
        self.assertEqual(run.returncode, STOPPED, error)
        self.assertIn("stopped by a signal", error)
        return out, error

    def step(self, name):
        """A step of the output file, which has its final name."""
        self.assertEqual(self.folder.names(), ["deck.h5", "deck.yaml"])
        archive = h5py.File(self.folder.path / "deck.h5")
        self.addCleanup(archive.close)
        return archive[name]

    def test_transient_keeps_its_frames(self):
        text = drive.deck(protocol=TRANSIENT, accuracy="{time: 1e-7}", mesh="{cells: 2000}", right=DRIVEN)
        for number in (signal.SIGTERM, signal.SIGINT):
            out, error = self.stop(text, number)
            self.assertIn("deck.h5", error)
            self.assertIn("Last state (transient, time = ", out)
            self.assertIn("mesh error not estimated", out)
            self.assertIn("NOT met", out)
            step = self.step("step_1_transient")
            times = step["time"][:]
            self.assertGreater(len(times), 1)
            self.assertTrue(np.all(np.diff(times) > 0.0))
            self.assertTrue(np.all(np.isfinite(step["potential"][:])))
            self.assertEqual(step["concentration_K"].shape[0], len(times))

    def test_sweep_keeps_its_points(self):
        vary = "sweep: {vary: terminals.right.current, from: 0 A/m2, to: 1e4 A/m2, points: 100000}"
        out, _ = self.stop(drive.deck(protocol=f"[steady, {vary}]"), signal.SIGTERM)
        self.assertIn("Step 2, sweep", out)
        self.assertNotIn("not solved", out)
        step = self.step("step_2_sweep")
        self.assertGreater(step["potential"].shape[0], 10)
        self.assertTrue(np.all(step["solved"][:] == 1))

    def test_steady_step_on_a_large_mesh(self):
        protocol = "[" + ", ".join(["steady"] * 200) + "]"
        out, error = self.stop(drive.deck(protocol=protocol, mesh="{cells: 200000}"), signal.SIGTERM, after=2.5)
        if "no file was written" in error:
            self.assertEqual((out, self.folder.names()), ("", ["deck.yaml"]))
        else:
            self.assertIn("potential", out)
            self.assertEqual(self.step("step_1_steady")["x"].shape, (200001,))

    def test_before_anything_was_found(self):
        out, error = self.stop(drive.deck(mesh="{cells: 1600000}"), signal.SIGTERM, after=0.1)
        self.assertIn("no file was written", error)
        self.assertEqual((out, self.folder.names()), ("", ["deck.yaml"]))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

#!/usr/bin/python3
"""Disks that fill, folders that refuse, runs that are killed: test_files.py SALTBRIDGE ROOT."""

import json
import os
import pathlib
import resource
import signal
import stat
import subprocess
import sys
import time
import unittest

import h5py

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import drive
from drive import IO, OK

LONG = drive.deck(
    protocol="[transient: {until: 1 s, first_step: 1 fs, record: {per_decade: 50, from: 1 ps}}]",
    accuracy="{time: 1e-7}",
    mesh="{cells: 10000}",
)
STEPS = drive.deck(
    protocol="[steady, sweep: {vary: terminals.right.current, from: 0 A/m2, to: 1 A/m2, points: 9}, steady]"
)


def small_files(size):
    """For a child process: no file may grow beyond size bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


class Files(unittest.TestCase):
    def setUp(self):
        self.folder = drive.Folder()
        self.addCleanup(self.folder.remove)

    def assert_refused(self, result, *words):
        self.assertEqual(result.returncode, IO, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertNotIn("PETSC ERROR", result.stderr)

    def mount(self):
        """A file system of 64 kB; None where mounting is not allowed."""
        place = self.folder.path / "small"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place]
        try:
            mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            mounted = False
        if mounted:
            self.addCleanup(subprocess.run, ["umount", place], check=True)
        return place if mounted else None

    def test_full_disk(self):
        place = self.mount()
        if not place:
            self.skipTest("mounting is not allowed; test_file_may_not_grow stands for it")
        result = self.folder.run(STEPS, "-o", place / "out.h5")
        self.assert_refused(result, "out.h5", "No space left on device")
        self.assertIn("potential", result.stdout)
        self.assertEqual(list(place.iterdir()), [])

    def test_file_may_not_grow(self):
        for size in (1000, 40000):
            result = self.folder.run(STEPS, preexec_fn=small_files(size))
            self.assert_refused(result, "deck.h5", "File too large")
            self.assertEqual(self.folder.names(), ["deck.yaml"])

    def test_former_result_survives_a_full_disk(self):
        self.assertEqual(self.folder.run(drive.deck()).returncode, OK)
        before = (self.folder.path / "deck.h5").read_bytes()
        self.assert_refused(self.folder.run(STEPS, preexec_fn=small_files(40000)))
        self.assertEqual((self.folder.path / "deck.h5").read_bytes(), before)

    def test_places_that_refuse(self):
        closed = self.folder.path / "closed"
        closed.mkdir(mode=0o555)
        for place in ("no/such/folder/out.h5", "/proc/self/out.h5", "."):
            result = self.folder.run(drive.deck(), "-o", place)
            self.assert_refused(result, f"{place}: cannot create the output file")
            self.assertEqual(result.stdout, "")
        probe = closed / "probe"
        try:
            probe.touch()
        except OSError:
            self.assert_refused(self.folder.run(drive.deck(), "-o", closed / "out.h5"), "Permission denied")

    def test_device_in_place_of_a_file(self):
        pipe = self.folder.path / "pipe"
        os.mkfifo(pipe)
        self.assert_refused(self.folder.run(drive.deck(), "-o", pipe), "this is a device or a pipe")
        self.assertTrue(stat.S_ISFIFO(pipe.stat().st_mode))
        pipe.unlink()

    def test_full_standard_output(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            for form in ([], ["--json"]):
                result = self.folder.run(
                    drive.deck(), *form, capture_output=False, stdout=full, stderr=subprocess.PIPE
                )
                self.assert_refused(result, "cannot write the answer: No space left on device")

    def wait_for_part(self, run):
        part = self.folder.path / "deck.h5.part"
        until = time.monotonic() + drive.PATIENCE
        while not part.exists() and run.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        self.assertTrue(part.exists())

    def test_killed_run_leaves_nothing_under_the_final_name(self):
        run = self.folder.start(LONG)
        self.wait_for_part(run)
        time.sleep(0.5)
        run.kill()
        run.communicate()
        self.assertEqual(run.returncode, -signal.SIGKILL)
        self.assertEqual(self.folder.names(), ["deck.h5.part", "deck.yaml"])
        again = self.folder.run(drive.deck())
        self.assertEqual(again.returncode, OK, again.stderr)
        self.assertEqual(self.folder.names(), ["deck.h5", "deck.yaml"])
        with h5py.File(self.folder.path / "deck.h5") as archive:
            self.assertIn("step_1_steady", archive)

    def test_two_runs_do_not_share_a_file(self):
        first = self.folder.start(LONG)
        self.addCleanup(first.communicate)
        self.addCleanup(first.kill)
        self.wait_for_part(first)
        time.sleep(0.2)
        self.assert_refused(self.folder.run(drive.deck()), "another run is writing it")

    def test_the_same_deck_gives_the_same_numbers(self):
        def strip(value):
            if isinstance(value, dict):
                times = {"wall_time", "assembly_time", "factor_time", "solve_time"}
                return {key: strip(part) for key, part in value.items() if key not in times}
            return [strip(part) for part in value] if isinstance(value, list) else value

        for name in ("junction/pipette", "membrane/iv", "cell/closed_charging", "cell/closed_charging_transient"):
            answers = []
            for _ in range(2):
                result = self.folder.call("run", drive.INPUTS / f"{name}.yaml", "--json")
                self.assertEqual(result.returncode, OK, result.stderr)
                answers.append(strip(json.loads(result.stdout)))
            self.assertEqual(answers[0], answers[1], name)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

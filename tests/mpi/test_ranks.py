#!/usr/bin/python3
"""Runs under several ranks give the answer of one: test_ranks.py SALTBRIDGE ROOT."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import drive
from drive import BAD_DECK, IO, MISSED, NO_FILE, OK, STOPPED, deck, membrane

RELATIVE = 1e-10
NOISE = 8.0  # bars and extrapolations are differences of values, each with its rounding noise
CLOSED = {"left": "{electrode: {}, potential: 0 V}", "right": "{electrode: {}, potential: 0.2 V}"}
MULTIVALENT = (
    "{region: left, width: 50 nm, fill: {K+: 100 mmol/L, Ca2+: 2 mmol/L, Cl-: 104 mmol/L}}",
    "{region: gel, width: 50 nm, fixed_charge: -0.1 M, diffusion_factor: 0.1}",
    "{region: right, width: 50 nm, fill: {K+: 10 mmol/L, Ca2+: 1 mmol/L, Cl-: 12 mmol/L}}",
)
DECKS = {
    "junction": deck(),
    "charged membrane, the mesh graded": deck(membrane("fixed_charge: -1 M"), accuracy="{potential: 0.1 uV}"),
    "closed cell": deck(drive.ONE_BATH, **CLOSED),
    "closed cell of three ions in two pools": deck(
        (
            "{region: left, width: 20 nm, fill: {K+: 50 mmol/L, Na+: 50 mmol/L, Cl-: 100 mmol/L}}",
            "{region: wall, width: 5 nm, partition: {K+: 0}}",
            "{region: right, width: 20 nm, fill: {K+: 10 mmol/L, Cl-: 10 mmol/L}}",
        ),
        species="[K+, Na+, Cl-]",
        **CLOSED,
    ),
    "capacitance": deck(
        drive.ONE_BATH, expect="[{quantity: capacitance, terminal: left, value: 1 F/m2, tolerance: 1 F/m2}]", **CLOSED
    ),
    "sweep": deck(
        membrane("fixed_charge: -0.1 M"),
        right="{reservoir: right, potential: 0 V}",
        protocol="[sweep: {vary: terminals.right.potential, from: -0.1 V, to: 0.1 V, points: 5}]",
    ),
    "transient": deck(
        drive.ONE_BATH,
        protocol="[transient: {until: 100 ns, first_step: 1 ps, record: {per_decade: 2, from: 10 ps}}, steady]",
        **CLOSED,
    ),
    "electroneutral, with Donnan jumps": deck(
        MULTIVALENT,
        species="[K+, Ca2+, Cl-]",
        field="electroneutral",
        protocol="[steady, transient: {until: 1 us, first_step: 1 ns}]",
    ),
    "closed cell with a membrane, whose charge is part of the amounts": deck(
        (
            "{region: left, width: 100 nm, fixed_charge: -132 mM, fill: {K+: 130 mM, Na+: 20 mM, Cl-: 18 mM}}",
            "{membrane: plasma, inside: left, capacitance: 1 F/m2, mechanisms: [{name: leak, ghk: {K+: 1e-8 m/s, "
            "Na+: 4e-10 m/s, Cl-: 2e-9 m/s}}]}",
            "{region: right, width: 100 nm, fill: {K+: 5 mM, Na+: 145 mM, Cl-: 150 mM}}",
        ),
        species="[K+, Na+, Cl-]",
        field="electroneutral",
        left="{wall: {}}",
        right="{wall: {}}",
        protocol="[steady, transient: {until: 1 h, first_step: 1 us}]",
    ),
    "impedance": deck(
        membrane("fixed_charge: -0.1 M"),
        right="{reservoir: right, current: 1000 A/m2}",
        protocol="[steady, impedance: {from: 1 kHz, to: 1 GHz, per_decade: 1}]",
    ),
    "sensitivities": deck(
        MULTIVALENT, species="[K+, Ca2+, Cl-]", protocol="[steady, sensitivity: {of: potential, to: all}]"
    ),
    "sensitivities of a closed cell": deck(
        drive.ONE_BATH, protocol="[steady, sensitivity: {of: charge, terminal: left, to: all}]", **CLOSED
    ),
    "spherical": deck(geometry="spherical", inner_radius="20 nm"),
    "missed expectation": deck(expect="[{quantity: potential, value: 5 mV, tolerance: 1 uV}]"),
    "no solution": deck(right="{reservoir: right, current: 1e300 A/m2}"),
}
# driven without rest, so that no step can be long: minutes of work on any machine
LONG = deck(
    right="{reservoir: right, potential: {sine: {mean: 0 V, amplitude: 20 mV, frequency: 1 GHz}}}",
    protocol="[transient: {until: 1 ms, first_step: 1 fs, record: {per_decade: 50, from: 0.01 ps}}]",
    accuracy="{time: 1e-7}",
    mesh="{cells: 1000}",
)


@unittest.skipUnless(shutil.which("mpiexec"), "there is no mpiexec")
class Ranks(unittest.TestCase):
    def setUp(self):
        self.folder = drive.Folder()
        self.addCleanup(self.folder.remove)

    def compare(self, text, ranks, petsc=()):
        alone = self.folder.json(text)
        (self.folder.path / "deck.h5").unlink()
        together = self.folder.json(text, ranks, petsc)  # two copies of the answer would be no JSON
        self.assertEqual(self.folder.names(), ["deck.h5", "deck.yaml"])
        h5py.File(self.folder.path / "deck.h5").close()
        self.assertEqual(together[0], alone[0])
        pairs = list(zip(drive.readings(alone[1]), drive.readings(together[1]), strict=True))
        for (name, place, one), (_, other_place, many) in pairs:
            self.assertEqual(place, other_place)
            allowed = RELATIVE * abs(one["value"] or 0.0) + NOISE * (one["noise"] or 0.0)
            for key in ("value", "refined", "mesh_bar", "time_bar"):
                if one[key] is None or many[key] is None:
                    self.assertEqual(one[key], many[key], f"{name}, {key}")
                else:
                    self.assertLessEqual(abs(one[key] - many[key]), allowed, f"{name}, {key}, at {place}")
        self.compare_sensitivities(alone[1], together[1])
        return alone[0], len(pairs)

    def compare_sensitivities(self, alone, together):
        for one, many in zip(alone["steps"], together["steps"], strict=True):
            if "sensitivity" not in one:
                continue
            changes = {entry["path"]: entry["change"] for entry in one["sensitivity"]["to"]}
            others = {entry["path"]: entry["change"] for entry in many["sensitivity"]["to"]}
            self.assertEqual(changes.keys(), others.keys())
            largest = max(abs(change) for change in changes.values())
            self.assertGreater(largest, 0.0)
            for path, change in changes.items():
                self.assertLessEqual(abs(change - others[path]), 1e-8 * largest, path)

    def test_two_ranks(self):
        statuses = {"missed expectation": MISSED, "no solution": 2}
        for name, text in DECKS.items():
            with self.subTest(name):
                status, compared = self.compare(text, 2)
                self.assertEqual(status, statuses.get(name, OK))
                self.assertTrue(compared > 0 or name == "no solution")

    def test_more_ranks(self):
        for ranks, names in (
            (3, ("closed cell of three ions in two pools", "sweep")),
            (4, ("closed cell of three ions in two pools", "transient")),
            (5, ("electroneutral, with Donnan jumps", "impedance")),
            (7, ("closed cell of three ions in two pools",)),
        ):
            for name in names:
                with self.subTest(name, ranks=ranks):
                    self.assertEqual(self.compare(DECKS[name], ranks)[0], OK)

    def spectrum(self, ranks):
        """The responses that one run stores, and how many cells its first rank factored for them."""
        _, answer = self.folder.json(DECKS["impedance"], ranks)
        with h5py.File(self.folder.path / "deck.h5") as archive:
            group = archive["step_2_impedance"]
            fields = {name: group[name][()] for name in group if name.endswith(("_real", "_imaginary"))}
        (self.folder.path / "deck.h5").unlink()
        return fields, answer["steps"][1]["effort"]["cell_iterations"]

    def test_ranks_share_the_frequencies(self):
        alone, all_cells = self.spectrum(1)
        self.assertGreater(len(alone), 10)
        for ranks, most in ((2, 4), (3, 3), (8, 1)):  # of the seven frequencies
            together, cells = self.spectrum(ranks)
            self.assertEqual(alone.keys(), together.keys())
            for name, values in alone.items():
                self.assertTrue(np.allclose(together[name], values, rtol=1e-8, atol=1e-10 * np.nanmax(abs(values)),
                                            equal_nan=True), name)
            self.assertLess(cells, (most + 3.5) / 10 * all_cells)  # Newton iterations take as much as three frequencies

    def test_small_meshes(self):
        for ranks in (3, 4, 5, 7):
            for text in (
                deck(membrane("fixed_charge: -0.1 M"), mesh="{cells: 12}"),
                deck(drive.ONE_BATH, mesh=f"{{cells: {ranks + 1}}}", **CLOSED),
            ):
                self.assertEqual(self.compare(text, ranks)[0], OK)

    def test_the_solver_of_petsc(self):
        for ranks in (2, 3):
            for solver in ("ilu", "lu"):
                text = DECKS["closed cell of three ions in two pools"]
                self.assertEqual(self.compare(text, ranks, ["-chain_pc_type", solver])[0], OK)

    def test_fewer_nodes_than_ranks(self):
        for ranks in (3, 6):
            self.assertEqual(self.compare(deck(drive.ONE_BATH, mesh="{cells: 4}", **CLOSED), ranks)[0], OK)

    def launch(self, name, options=(), wrapper=()):
        """Two ranks under way."""
        command = ["mpiexec", "-n", "2", "--oversubscribe", *options, *wrapper, str(drive.PROGRAM), "run", name]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=self.folder.path, env=drive.environment(), **pipes)

    def test_messages_come_once(self):
        for text, status, words in (
            (deck(species="[Kx+, Cl-]"), BAD_DECK, "'Kx+' is not"),
            (None, NO_FILE, "no such file"),
        ):
            name = self.folder.write(text) if text else "nothing.yaml"
            run = self.launch(name)
            _, error = run.communicate(timeout=drive.PATIENCE)
            self.assertEqual(run.returncode, status, error)
            said = [line for line in error.splitlines() if words in line and line.startswith((name, "saltbridge"))]
            self.assertEqual(len(said), 1, error)

    def test_full_disk(self):
        text = deck(
            protocol="[steady, sweep: {vary: terminals.right.current, from: 0 A/m2, to: 1 A/m2, points: 9}, steady]"
        )
        # the memory that ranks share is made of files too: they talk over sockets here
        run = self.launch(
            self.folder.write(text), ["--mca", "btl", "self,tcp"], ["sh", "-c", 'ulimit -f 40; exec "$@"', "sh"]
        )
        _, error = run.communicate(timeout=drive.PATIENCE)
        self.assertEqual(run.returncode, IO, error)
        self.assertIn("File too large", error)
        self.assertEqual(self.folder.names(), ["deck.yaml"])

    def test_signal_to_one_rank_stops_all(self):
        run = self.launch(self.folder.write(LONG))
        self.addCleanup(run.kill)
        while not (self.folder.path / "deck.h5.part").exists() and run.poll() is None:
            time.sleep(0.02)
        time.sleep(1.0)
        children = pathlib.Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text(encoding="ascii").split()
        self.assertEqual(len(children), 2)
        os.kill(int(children[1]), signal.SIGTERM)
        out, error = run.communicate(timeout=10)
        self.assertEqual(run.returncode, STOPPED, error)
        self.assertEqual(error.count("stopped by a signal"), 1)
        self.assertEqual(out.count("Last state"), 1)
        with h5py.File(self.folder.path / "deck.h5") as archive:
            self.assertGreater(len(archive["step_1_transient"]["time"]), 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

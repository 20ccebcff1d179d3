#!/usr/bin/python3
"""Hard cells, and bad ones that deserve a clear word: test_hard_cases.py SALTBRIDGE ROOT."""

import pathlib
import resource
import sys
import time
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import drive
from drive import BAD_DECK, DIVERGED, OK, deck, membrane


class HardCases(unittest.TestCase):
    def setUp(self):
        self.folder = drive.Folder()
        self.addCleanup(self.folder.remove)

    def assert_bad(self, text, *words):
        """Refused with all words, and nothing written."""
        result = self.folder.run(text)
        self.assertEqual(result.returncode, BAD_DECK, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertEqual((result.stdout, self.folder.names()), ("", ["deck.yaml"]))

    def last(self, text, name="potential"):
        """Value and bar at the end of a run."""
        status, answer = self.folder.json(text)
        self.assertEqual(status, OK, answer["steps"][-1]["failure"])
        values = [
            (reading["value"], reading["mesh_bar"])
            for measure, _, reading in drive.readings(answer)
            if measure == name
        ]
        return values[-1]

    # ---- refused ----
    def test_no_reservoir_and_no_amount(self):
        walls = {"left": "{wall: {}}", "right": "{wall: {}, current: 0 A/m2}"}
        self.assert_bad(deck(["{region: a, width: 10 nm}"], **walls), "K+", "no fill and no reservoir")

    def test_reservoir_that_is_not_electroneutral(self):
        self.assert_bad(
            deck(left="{reservoir: {K+: 100 mmol/L, Cl-: 98.5 mmol/L}}"),
            "not electroneutral",
            "1.5 mol/m3",
            "deck.yaml:7:",
        )

    def test_species_in_no_region(self):
        domain = [f"{{region: {name}, width: 10 nm, partition: {{Na+: 0}}}}" for name in ("left", "right")]
        ends = {
            "left": "{reservoir: {K+: 1 M, Cl-: 1 M}}",
            "right": "{reservoir: {K+: 1 M, Cl-: 1 M}, current: 0 A/m2}",
        }
        self.assert_bad(deck(domain, species="[K+, Na+, Cl-]", **ends), "Na+", "every region excludes it")

    def test_widths_and_diffusivities_that_are_not_positive(self):
        for width in ("0 nm", "-5 nm"):
            self.assert_bad(
                deck(["{region: left, width: %s, fill: {K+: 1 M, Cl-: 1 M}}" % width, drive.TWO_BATHS[1]]),
                "width",
                width,
            )
        for diffusivity in ("0 m2/s", "-1e-9 m2/s"):
            self.assert_bad(
                deck(species="[{name: K+, diffusivity: %s}, Cl-]" % diffusivity), "diffusivity", diffusivity
            )
        self.assert_bad(deck(membrane("diffusion_factor: 0")), "diffusion_factor")
        self.assert_bad(deck(membrane("diffusivity: {K+: -1 m2/s}")), "K+", "-1 m2/s")

    def test_two_currents_and_no_potential(self):
        self.assert_bad(
            deck(left="{reservoir: left, current: 1 A/m2}", right="{reservoir: right, current: 1 A/m2}"),
            "neither terminal has a potential",
            "deck.yaml:8:",
        )

    def test_all_errors_at_once(self):
        text = deck(
            ["{region: left, width: 0 nm, fill: {K+: 1 M, Cl-: 1 M}}", "{region: right, width: 1 mM}"],
            right="{reservoir: nowhere, current: 0 V}",
            temperatur="25 degC",
        )
        self.assert_bad(text, "deck.yaml:4:", "deck.yaml:5:", "deck.yaml:8:", "deck.yaml:10:", "did you mean")

    # ---- solved, or explained ----
    def test_sweep_through_what_cannot_be_solved(self):
        # beyond the limiting current an electroneutral cell has no steady state
        text = deck(
            drive.ONE_BATH,
            field="electroneutral",
            left="{reservoir: left}",
            right="{reservoir: left, impermeable: [Cl-], current: 0 A/m2}",
            protocol="[sweep: {vary: terminals.right.current, from: 0 A/m2, to: 1.6e6 A/m2, points: 9}]",
        )
        result = self.folder.run(text)
        self.assertEqual(result.returncode, DIVERGED, result.stdout)
        self.assertIn("not solved", result.stdout)
        self.assertRegex(
            result.stderr,
            r"\d of 9 points of the sweep over terminals.right.current could not be solved, the first at",
        )
        with h5py.File(self.folder.path / "deck.h5") as archive:
            step = archive["step_1_sweep"]
            solved = step["solved"][:] == 1
            self.assertEqual(len(solved), 9)
            self.assertTrue(solved[0] and not solved[-1])
            np.testing.assert_array_equal(np.isfinite(step["potential"][:]), solved)
            np.testing.assert_allclose(step["terminals_right_current"][:], np.linspace(0.0, 1.6e6, 9))

    def test_sweep_whose_first_points_cannot_be_solved(self):
        text = deck(
            protocol="[steady, sweep: {vary: terminals.right.current, from: 1e300 A/m2, to: 0 A/m2, points: 3}]"
        )
        result = self.folder.run(text)
        self.assertEqual(result.returncode, DIVERGED, result.stderr)
        self.assertIn("2 of 3 points", result.stderr)
        with h5py.File(self.folder.path / "deck.h5") as archive:
            self.assertEqual(list(archive["step_2_sweep"]["solved"]), [0, 0, 1])

    def test_thin_membrane_between_wide_baths(self):
        domain = [
            "{region: left, width: 1 mm, fill: {K+: 100 mmol/L, Cl-: 100 mmol/L}}",
            "{region: membrane, width: 5 nm, fixed_charge: -0.1 M, diffusion_factor: 0.001}",
            "{region: right, width: 1 mm, fill: {K+: 10 mmol/L, Cl-: 10 mmol/L}}",
        ]
        value, bar = self.last(deck(domain))
        sharp, _ = self.last(deck(domain, accuracy="{potential: 0.1 uV}"))
        self.assertLess(abs(value - sharp), 10e-6)
        self.assertLess(abs(value - sharp), bar + 0.1e-6)

    def test_strong_fixed_charge(self):
        value, bar = self.last(deck(membrane("fixed_charge: -5 M")))
        sharp, _ = self.last(deck(membrane("fixed_charge: -5 M"), accuracy="{potential: 0.1 uV}"))
        self.assertLess(bar, 10e-6)
        self.assertLess(abs(value - sharp), bar)

    def test_forty_thermal_voltages_across_100_nm(self):
        potential = "1027.7 mV"
        ends = {"left": "{reservoir: left}", "right": "{reservoir: left, potential: %s}" % potential}
        current, bar = self.last(deck(drive.ONE_BATH, **ends), "current")
        # 100 mmol/L of KCl: conductivity times field, and nothing else where nothing is depleted
        self.assertAlmostEqual(current / -1.5e7, 1.0, delta=0.05)
        self.assertLess(bar, 1e-3 * abs(current))
        blocking = {"left": "{electrode: {}, potential: 0 V}", "right": "{electrode: {}, potential: %s}" % potential}
        self.last(deck(drive.ONE_BATH, **blocking))

    def test_a_million_cells(self):
        start = time.monotonic()
        status, answer = self.folder.json(deck(mesh="{cells: 1000000}"))
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"a million cells: {time.monotonic() - start:.1f} s, {memory:.0f} MB")
        self.assertEqual(status, OK)
        self.assertEqual(answer["steps"][0]["effort"]["cells"], 1000000)
        fine = next(reading["value"] for name, _, reading in drive.readings(answer) if name == "potential")
        self.assertAlmostEqual(fine, self.last(deck(accuracy="{potential: 0.1 uV}"))[0], delta=0.2e-6)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

#!/usr/bin/python3
"""Cell membranes in hard cases: test_cell_membranes.py SALTBRIDGE ROOT."""

import math
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import drive
from drive import DIVERGED, OK

FIELDS = ("electroneutral", "poisson")
LEAK = "{name: leak, ghk: {K+: 1e-8 m/s, Cl-: 1e-9 m/s}}"
PUMP = "{name: NaK, pump: {stoichiometry: {Na+: 3, K+: -2}, rate: 1e-6 mol/m2/s%s}}"
CLOSED = {"left": "{wall: {}}", "right": "{reservoir: bath, potential: 0 V}"}


def cell(*mechanisms, width="1 um", capacitance="1 uF/cm2", **more):
    """Cytosol, membrane and bath of K+, Na+ and Cl-."""
    domain = [
        "{region: cytosol, width: %s, fill: {K+: 140 mM, Na+: 12 mM, Cl-: 152 mM}}" % width,
        "{membrane: plasma, inside: cytosol, capacitance: %s, mechanisms: [%s]}" % (capacitance, ", ".join(mechanisms)),
        "{region: bath, width: %s, fill: {K+: 5 mM, Na+: 145 mM, Cl-: 150 mM}}" % width,
    ]
    ends = {"left": "{reservoir: cytosol}", "right": "{reservoir: bath, current: 0 A/m2}"}
    return drive.deck(domain, species="[K+, Na+, Cl-]", **{**ends, **more})


class CellMembranes(unittest.TestCase):
    def setUp(self):
        self.folder = drive.Folder()
        self.addCleanup(self.folder.remove)

    def solve(self, text):
        status, answer = self.folder.json(text)
        self.assertEqual(status, OK, [step["failure"] for step in answer["steps"]])
        return answer

    def test_constant_pump_that_empties_its_substrate(self):
        # 12 mol/m3 in 1 um, 3e-6 mol/m2/s of it: gone after 4 s
        for field in FIELDS:
            text = cell(LEAK, PUMP % "", field=field, protocol="[transient: {until: 1000 s, first_step: 1 us}]", **CLOSED)
            result = self.folder.run(text)
            self.assertEqual(result.returncode, DIVERGED, result.stdout)
            self.assertRegex(result.stderr, r"stopped at t = (4|4\.00\d*|3\.99\d*) s of")
            for words in ("Na+ has run out at the inner face of membrane 'plasma'", "'NaK'", "3e-06 mol/m2/s"):
                self.assertIn(words, result.stderr)

    def test_saturating_pump_goes_on_to_nothing(self):
        # L dc/dt = -3 r c/(c + K): c - c0 + K ln(c/c0) = -3 r t/L, diffusion being fast
        start, half, taken = 12.0, 10.0, 3e-6 / 1e-6
        low, high = 1e-9, start
        while high - low > 1e-12:
            middle = 0.5 * (low + high)
            passed = middle - start + half * math.log(middle / start) > -10.0 * taken
            low, high = (low, middle) if passed else (middle, high)
        # in a Poisson field the charge layer at the face has some per cent more of it than the middle
        for field, tolerance in zip(FIELDS, (1e-4, 0.04)):
            text = cell(
                LEAK,
                PUMP % ", half_inside: {Na+: 10 mM}",
                field=field,
                protocol="[transient: {until: 200 s, first_step: 1 us, record: [10 s]}]",
                **CLOSED,
            )
            answer = self.solve(text)
            name = "membrane current of Na+ of NaK, membrane plasma"
            currents = {time: reading["value"] for measure, time, reading in drive.readings(answer) if measure == name}
            expected = 3e-6 * 96485.332 * low / (low + half)
            self.assertLess(abs(currents[10.0] / expected - 1.0), tolerance)
            self.assertLess(abs(currents[200.0]), 1e-6 * expected)

    def test_stimulus_that_empties_the_outside(self):
        pulse = "{pulse: {base: 0 A/m2, height: 1e5 A/m2, start: 1 ms, width: 10 ms}}"
        text = cell(
            LEAK,
            "{name: electrode, stimulus: {carrier: K+, current: %s}}" % pulse,
            field="electroneutral",
            protocol="[steady, transient: {until: 20 ms, first_step: 1 us}]",
        )
        result = self.folder.run(text)
        self.assertEqual(result.returncode, DIVERGED, result.stdout)
        self.assertIn("K+ has run out at the outer face of membrane 'plasma' (region 'bath')", result.stderr)
        self.assertIn("'electrode'", result.stderr)

    def test_cell_between_membranes_at_open_circuit(self):
        # ions that stay inside, currents that cancel: what can move is at equilibrium across its own membrane
        domain = "{region: %s, width: 50 nm, fill: {K+: %s mM, Na+: %s mM, Cl-: %s mM}}"
        wall = "{membrane: %s, inside: cell, capacitance: 1 uF/cm2, mechanisms: [{name: leak, ghk: {K+: 1e-8 m/s}}]}"
        regions = [
            domain % ("blood", 5, 145, 150),
            wall % "basal",
            domain % ("cell", 100, 20, 120),
            wall % "apical",
            domain % ("lumen", 10, 140, 150),
        ]
        ends = {"left": "{reservoir: blood}", "right": "{reservoir: lumen, current: 0 A/m2}"}
        nernst = 8.314462618 * 298.15 / 96485.33212 * math.log(5 / 10)
        for field in FIELDS:
            for ranks in (None, 2):
                status, answer = self.folder.json(
                    drive.deck(regions, species="[K+, Na+, Cl-]", field=field, **ends), ranks=ranks
                )
                self.assertEqual(status, OK, answer["steps"][0]["failure"])
                across = [reading["value"] for name, _, reading in drive.readings(answer) if name == "potential"][-1]
                self.assertLess(abs(across - nernst), 1e-9)

    def test_permeabilities_from_faint_to_free(self):
        # only their ratio counts, until diffusion in the baths does
        thermal = 8.314462618 * 298.15 / 96485.33212
        expected = thermal * math.log((5 + 0.01 * 145) / (140 + 0.01 * 12))
        for field in FIELDS:
            values = {}
            for permeability in (1e-13, 1e-10, 1e-8, 1.0):
                leak = "{name: leak, ghk: {K+: %g m/s, Na+: %g m/s}}" % (permeability, 0.01 * permeability)
                answer = self.solve(cell(leak, field=field, width="50 nm"))
                name = "membrane potential, membrane plasma"
                values[permeability] = [r["value"] for measure, _, r in drive.readings(answer) if measure == name][-1]
            self.assertLess(abs(values[1e-13] - values[1e-8]), 100e-9)
            self.assertLess(abs(values[1e-10] - values[1e-8]), 100e-9)
            self.assertGreater(values[1.0], 0.5 * expected)
            if field == "electroneutral":
                self.assertLess(abs(values[1e-13] - expected), 1e-9)

    def test_charging_under_a_stimulus(self):
        # C dV/dt = I - g (V - E), with C/g = 1 ms and I/g = 10 mV
        leak = "{name: leak, conductance: {K+: 1 mS/cm2}, reversal: -60 mV}"
        step = "{step: {from: 0 A/m2, to: 0.1 A/m2, at: 0 s}}"
        electrode = "{name: electrode, stimulus: {carrier: K+, current: %s}}" % step
        for field in FIELDS:
            protocol = "[steady, transient: {until: 1 ms, first_step: 1 ns}]"
            answer = self.solve(cell(leak, electrode, field=field, width="50 nm", protocol=protocol))
            name = "membrane potential, membrane plasma"
            value = [reading["value"] for measure, _, reading in drive.readings(answer) if measure == name][-1]
            self.assertLess(abs(value - (-0.06 + 0.01 * (1.0 - math.exp(-1.0)))), 5e-6)

    def test_permeability_without_a_digit_is_explained(self):
        leak = "{name: leak, ghk: {K+: 1e-16 m/s, Na+: 1e-18 m/s}}"
        for field in FIELDS:
            result = self.folder.run(cell(leak, field=field, width="50 nm"))
            self.assertEqual(result.returncode, DIVERGED, result.stdout)
            self.assertRegex(result.stderr, r"Membrane 'plasma' conducts \S+ S/m2, a cell of the solution")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

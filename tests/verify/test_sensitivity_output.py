#!/usr/bin/python3
"""What a sensitivity prints and stores: test_sensitivity_output.py SALTBRIDGE ROOT."""

import math
import pathlib
import sys
import unittest

import h5py

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import drive
from drive import OK, deck

THERMAL = 8.31446261815324 * 298.15 / 96485.33212  # V
FAST, SLOW = 9.311e-9, 2.032e-9  # H+ and Cl- in the table of ions, m2/s
REGIONS = (
    "{region: strong, width: 500 nm, fill: {H+: 100 mmol/L, Cl-: 100 mmol/L}}",
    "{region: weak, width: 500 nm, fill: {H+: 10 mmol/L, Cl-: 10 mmol/L}}",
)
DECK = deck(
    REGIONS,
    species="[H+, Cl-]",
    left="{reservoir: strong}",
    right="{reservoir: weak, current: 0 A/m2}",
    protocol="[steady, sensitivity: {of: potential, to: all}]",
    expect="[{quantity: potential, value: 38 mV, tolerance: 1 mV}]",
)


class Output(unittest.TestCase):
    def setUp(self):
        self.folder = drive.Folder()
        self.addCleanup(self.folder.remove)

    def test_json_and_archive(self):
        status, answer = self.folder.json(DECK)
        self.assertEqual(status, OK)
        found = answer["steps"][1]["sensitivity"]
        changes = {entry["path"]: entry["change"] for entry in found["to"]}
        # E = (t+ - t-) (RT/F) ln(c1/c2), so that dE/dln D+ = 2 D+ D-/(D+ + D-)^2 (RT/F) ln(c1/c2)
        slope = 0.01 * 2 * FAST * SLOW / (FAST + SLOW) ** 2 * THERMAL * math.log(10)
        self.assertAlmostEqual(changes["species.H+.diffusivity"] / slope, 1.0, delta=1e-3)
        self.assertAlmostEqual(changes["species.Cl-.diffusivity"] / slope, -1.0, delta=1e-3)
        self.assertEqual([abs(change) for change in changes.values()], sorted(map(abs, changes.values()), reverse=True))
        self.assertTrue(all(entry["table"] == entry["path"].startswith("species.") for entry in found["to"]))
        self.assertTrue(all(entry["counter_ions"] == (".fill." in entry["path"]) for entry in found["to"]))
        with h5py.File(self.folder.path / "deck.h5") as file:
            group = file["step_2_sensitivity"]
            self.assertEqual(list(group["parameter"].asstr()), list(changes))
            self.assertEqual(list(group["sensitivity"]), list(changes.values()))
            self.assertEqual(list(group["parameter_value"]), [entry["value"] for entry in found["to"]])
            self.assertEqual(group["sensitivity"].attrs["units"], "V")
            self.assertEqual(float(group["sensitive_value"][()]), found["value"])
        told = self.folder.call("info", "deck.h5")
        self.assertIn(f"step_2_sensitivity: of the potential to {len(changes)} numbers of the deck", told.stdout)

    def test_text(self):
        run = self.folder.run(DECK)
        self.assertEqual(run.returncode, OK, run.stderr)
        rows = [line.split() for line in run.stdout.splitlines() if " +1 %" in line or " +1 K" in line]
        by_path = {row[0]: row for row in rows}
        self.assertIn(by_path["species.H+.diffusivity"][5], ("+174", "+174.0"))
        self.assertEqual(by_path["species.H+.diffusivity"][6:], ["uV", "table", "of", "ions"])
        self.assertTrue(by_path["species.Cl-.diffusivity"][5].startswith("-174"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

#!/usr/bin/python3
"""Runs decks, reads their output files as others would, and draws them: test_plot.py SALTBRIDGE ROOT."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

SALTBRIDGE, ROOT = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
PLOT, INPUTS = ROOT / "tools" / "saltbridge-plot", ROOT / "inputs"
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="test_plot_"))


def run_deck(deck):
    """Output file of a deck, computed once."""
    archive = FOLDER / pathlib.Path(deck).with_suffix(".h5").name
    if not archive.exists():
        subprocess.run([SALTBRIDGE, "run", INPUTS / deck, "-o", archive], check=True, capture_output=True)
    return archive


def draw(*arguments):
    command = [sys.executable, PLOT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=FOLDER)


def drawn_words(archive, *arguments):
    """All text of a picture, a line each."""
    picture = FOLDER / "picture.svg"
    result = draw(archive, "-o", picture, *arguments)
    if result.returncode != 0:
        raise AssertionError(result.stderr)
    return "\n".join(re.findall(r">([^<>\n]+)</t", picture.read_text(encoding="utf-8")))


class Archive(unittest.TestCase):
    def test_opens_in_xarray(self):
        try:
            import xarray
        except ImportError:
            self.skipTest("no xarray")
        data = xarray.open_dataset(run_deck("membrane/charged.yaml"), group="step_1_steady", engine="h5netcdf")
        self.assertEqual(data["concentration_K"].dims, ("frame", "x"))
        self.assertEqual(data["concentration_K"].attrs["units"], "mol/m3")
        middle = data["electric_potential"].isel(frame=0, x=int(np.argmin(np.abs(data["x"].values - 150e-9))))
        self.assertAlmostEqual(float(middle), -16.652e-3, delta=1e-4)
        self.assertEqual(list(data["region_name"].values), ["strong", "membrane", "weak"])

    def test_names_units_of_all(self):
        with h5py.File(run_deck("membrane/charged.yaml")) as file:
            for name, data in file["step_1_steady"].items():
                self.assertIn("long_name", data.attrs, name)
                if data.dtype.kind == "f":
                    self.assertIn("units", data.attrs, name)

    def test_charge_density_follows_from_concentrations(self):
        with h5py.File(run_deck("membrane/charged.yaml")) as file:
            group = file["step_1_steady"]
            fixed = group["region_fixed_charge"][()][group["region"][()]]
            ions = group["concentration_K"][0] - group["concentration_Cl"][0]
            np.testing.assert_allclose(group["charge_density"][0], 96485.33212 * (ions + fixed), rtol=1e-9, atol=1e-3)


class Picture(unittest.TestCase):
    def test_profiles_of_a_steady_state(self):
        words = drawn_words(run_deck("membrane/charged.yaml"))
        for word in ("Potential (mV)", "Concentration (mmol/L)", "strong", "membrane", "weak", "(nm)"):
            self.assertIn(word, words)

    def test_current_over_potential(self):
        words = drawn_words(run_deck("membrane/iv.yaml"))
        for word in ("Current (kA/m²)", "Potential (mV)", "11.28 mV"):
            self.assertIn(word, words)

    def test_potential_over_time(self):
        words = drawn_words(run_deck("junction/hcl_buildup.yaml"))
        self.assertIn("Time (s)", words)  # over decades
        self.assertIn("Time (ms)", drawn_words(run_deck("junction/hcl_buildup.yaml"), "--linear"))

    def test_profiles_over_time(self):
        words = drawn_words(run_deck("junction/hcl_buildup.yaml"), "--kind", "profiles")
        for word in ("concentrated", "dilute", "1 ms", "Potential (mV)"):
            self.assertIn(word, words)

    def test_impedance(self):
        words = drawn_words(run_deck("impedance/charged_membrane.yaml"))
        for word in ("(Ω\u00a0cm²)", "Frequency (Hz)", "Phase (°)", "1 Hz", "100 mHz"):
            self.assertIn(word, words)
        result = draw(run_deck("impedance/charged_membrane.yaml"), "--kind", "profiles")
        self.assertEqual(result.returncode, 74)
        self.assertIn("neither potential nor concentrations", result.stderr)

    def test_membrane_over_time(self):
        words = drawn_words(run_deck("cell_membrane/impulse.yaml"))
        for word in ("Potential (mV)", "Outward current (A/m²)", "Gate", "h, INa", "IK", "leak", "Nernst", "Time (ms)"):
            self.assertIn(word, words)

    def test_cable(self):
        words = drawn_words(run_deck("cable/dendrite.yaml"))
        for word in ("Position", "(mm)", "4 mm", "Time (ms)", "Potential (mV)"):
            self.assertIn(word, words)
        self.assertIn("dendrite", drawn_words(run_deck("cable/dendrite.yaml"), "--kind", "profiles"))

    def test_couples_over_time(self):
        words = drawn_words(run_deck("electrode/mixed_used_up.yaml"))
        for word in ("right electrode", "iron, equilibrium", "tin", "Current of oxidation (A/m²)"):
            self.assertIn(word, words)

    def test_voltammogram(self):
        """The peak of Randles and Sevcik, 2.686 A/m2 at -28.5 mV, from frames 3 mV apart."""
        words = drawn_words(run_deck("electrode/voltammogram_reversible.yaml"))
        for word in ("Current (A/m²)", "Potential (mV)", "2.69 A/m² at −28.5 mV"):
            self.assertIn(word, words)
        result = draw(run_deck("junction/hcl_buildup.yaml"), "--kind", "voltammogram")
        self.assertEqual(result.returncode, 64)
        self.assertIn("ramps no potential", result.stderr)

    def test_clamped_membrane(self):
        words = drawn_words(run_deck("cell_membrane/instantaneous_iv.yaml"))
        for word in ("Membrane potential (mV)", "Outward current (A/m²)", "sum", "INa", "40.1 mV"):
            self.assertIn(word, words)
        result = draw(run_deck("cell_membrane/epithelium.yaml"), "--kind", "clamp")
        self.assertEqual(result.returncode, 64)
        self.assertIn("no potential that one membrane is held at", result.stderr)

    def test_two_membranes(self):
        words = drawn_words(run_deck("cell_membrane/epithelium.yaml"))
        for word in ("apical", "basolateral", "Current, apical (mA/m²)", "107.7 mV", "NaK", "Potential (mV)"):
            self.assertIn(word, words)

    def test_membrane_over_what_is_varied(self):
        words = drawn_words(run_deck("cell_membrane/electrogenic.yaml"))
        for word in ("Pump rate of NaK (nmol/(m² s))", "Nernst", "NaK"):
            self.assertIn(word, words)

    def test_membranes_have_no_width(self):
        words = drawn_words(run_deck("cell_membrane/squid.yaml"))
        self.assertIn("outside", words)
        self.assertNotIn("axolemma", words)

    def test_default_name(self):
        archive = run_deck("membrane/charged.yaml")
        self.assertEqual(draw(archive).returncode, 0)
        self.assertEqual((FOLDER / "charged.png").read_bytes()[:4], b"\x89PNG")

    def test_refusals(self):
        archive = run_deck("membrane/charged.yaml")
        text, other = FOLDER / "text.h5", FOLDER / "other.h5"
        text.write_text("no HDF5\n")
        h5py.File(other, "w").close()
        for arguments, code, words in (
            ([FOLDER / "none.h5"], 66, "no such file"),
            ([text], 74, "no HDF5 file"),
            ([other], 74, "no output file of saltbridge"),
            ([archive, "-o", "picture.xyz"], 64, ".png, .svg or .pdf"),
            ([archive, "-o", "none/picture.png"], 74, "No such file or directory"),
            ([archive, "--step", "2"], 64, "no result of a step 2"),
            ([archive, "--frame", "7"], 64, "no solved frame 7"),
            ([archive, "--kind", "time"], 64, "does not run in time"),
            ([archive, "--kind", "impedance"], 64, "is no impedance step"),
        ):
            result = draw(*arguments)
            self.assertEqual(result.returncode, code, result.stderr)
            self.assertIn(words, result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)


if __name__ == "__main__":
    outcome = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2)
    for leftover in FOLDER.iterdir():
        leftover.unlink()
    FOLDER.rmdir()
    sys.exit(not outcome.result.wasSuccessful())

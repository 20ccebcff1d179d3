#!/usr/bin/python3
"""Legal values far outside of nature: test_extremes.py SALTBRIDGE ROOT.

Each must end with an answer or with words about why there is none, never with a crash, a bare error stack of a library
or a number that is none.
"""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import drive
from drive import BAD_DECK, DIVERGED, MISSED, OK, deck, membrane

BRIEF = "[transient: {until: 1 us}]"
ELECTRODE = "{electrode: {}, potential: 0 V}"


def filled(left, right):
    """Two baths of these strengths in mmol/L."""
    return [
        f"{{region: {name}, width: 100 nm, fill: {{K+: {value} mmol/L, Cl-: {value} mmol/L}}}}"
        for name, value in (("left", left), ("right", right))
    ]


def wide(left, right):
    return [
        f"{{region: left, width: {left}, fill: {{K+: 100 mmol/L, Cl-: 100 mmol/L}}}}",
        f"{{region: right, width: {right}, fill: {{K+: 10 mmol/L, Cl-: 10 mmol/L}}}}",
    ]


def cell(right, protocol="[steady]"):
    return deck(drive.ONE_BATH, left=ELECTRODE, right=right, protocol=protocol)


def reservoir(control):
    return deck(right=f"{{reservoir: right, {control}}}")


DECKS = {
    "hardly any ions": deck(filled("1e-300", "1e-301")),
    "hardly any ions on one side": deck(filled("1e-300", "100")),
    "denser than matter": deck(filled("1e30", "1")),
    "a megavolt": reservoir("potential: 1e6 V"),
    "potential near overflow": reservoir("potential: 1e300 V"),
    "current near overflow": reservoir("current: 1e300 A/m2"),
    "infinite load": reservoir("load: 1e300 ohm m2"),
    "no load": reservoir("load: 1e-300 ohm m2"),
    "a femtometre": deck(wide("1 fm", "1 fm")),
    "a region of no width": deck(wide("1e-300 m", "100 nm")),
    "a kilometre beside a nanometre": deck(wide("1 km", "1 nm")),
    "wider than the universe": deck(wide("1e300 m", "1 nm")),
    "fast ion": deck(species="[{name: K+, diffusivity: 1e30 m2/s}, Cl-]"),
    "slow ion": deck(species="[{name: K+, diffusivity: 1e-300 m2/s}, Cl-]"),
    "diffusivities 610 powers apart": deck(
        species="[{name: K+, diffusivity: 1e-310 m2/s}, {name: Cl-, diffusivity: 1e300 m2/s}]"
    ),
    "valence 100": deck(species="[{name: K+, charge: 100}, {name: Cl-, charge: -100}]"),
    "no permittivity": deck(medium="{permittivity: 1e-300}"),
    "permittivity near overflow": deck(medium="{permittivity: 1e300}"),
    "hot": deck(temperature="1e300 K"),
    "cold": deck(temperature="1e-300 K"),
    "fixed charge": deck(membrane("fixed_charge: -1e30 M")),
    "hardly soluble": deck(membrane("partition: {K+: 1e-300}")),
    "all too soluble": deck(membrane("partition: {K+: 1e300}")),
    "electrode at a megavolt": cell("{electrode: {}, potential: 1e6 V}"),
    "electrode put at a megavolt": cell("{electrode: {}, potential: 1e6 V}", BRIEF),
    "electrode at a huge current": cell("{electrode: {}, current: 1e30 A/m2}", BRIEF),
    "a fast sine": cell(
        "{electrode: {}, potential: {sine: {mean: 0 V, amplitude: 5 mV, frequency: 1e30 Hz}}}", BRIEF
    ),
    "a steep triangle": cell(
        "{electrode: {}, potential: {triangle: {from: 0 V, to: 0.5 V, rate: 1e30 V/s, cycles: 10}}}", BRIEF
    ),
    "a huge surface charge": deck(drive.ONE_BATH, right="{wall: {surface_charge: 1e300 C/m2}, current: 0 A/m2}"),
    "an instant": deck(protocol="[transient: {until: 1e-300 s}]"),
    "steps below rounding": deck(protocol="[transient: {until: 1 us, first_step: 1e-300 s}]"),
    "endless records": deck(protocol="[transient: {until: 1 us, record: {every: 1e-30 s}}]"),
    "accuracy below rounding": deck(accuracy="{potential: 1e-12 V}"),
    "sweep of the temperature": deck(protocol="[sweep: {vary: temperature, from: 1 K, to: 1e6 K, points: 5}]"),
    "supported current": deck(field="supported", right="{reservoir: right, current: 1e300 A/m2}"),
}


def refuse(word):
    raise AssertionError(f"{word} in the JSON")


class Extremes(unittest.TestCase):
    def test_decks(self):
        for name, text in DECKS.items():
            folder = drive.Folder()
            with self.subTest(name):
                result = folder.run(text, "--json")
                self.assertIn(result.returncode, (OK, MISSED, DIVERGED, BAD_DECK), result.stderr[-2000:])
                self.assertNotIn("PETSC ERROR", result.stderr)
                if result.returncode == OK:
                    self.assertEqual(result.stderr, "")
                else:
                    self.assertGreater(len(result.stderr), 80)
                if result.returncode != BAD_DECK:
                    json.loads(result.stdout, parse_constant=refuse)
                self.assertNotIn("deck.h5.part", folder.names())
            folder.remove()

    def test_text_of_every_answer_can_be_printed(self):
        for name in ("hardly any ions on one side", "a megavolt", "cold", "a femtometre"):
            folder = drive.Folder()
            with self.subTest(name):
                result = folder.run(DECKS[name])
                self.assertIn(result.returncode, (OK, DIVERGED))
                self.assertNotRegex(result.stdout, r"\bnan\b")
            folder.remove()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

#!/usr/bin/python3
"""Kinetics from frozen to instant: usage test_kinetics.py SALTBRIDGE SOURCE.

Exchange currents from 1e-12 to 1e6 A/m2 in every field: at open circuit the potential is the Nernst potential all the
same; 2 V away from it the current is the limiting one, unless the kinetics are too slow for that; small currents flow,
and are the same through the solution as through the couple.
"""

import json
import math
import pathlib
import subprocess
import sys
import tempfile

FARADAY, GAS, TEMPERATURE = 96485.33212, 8.314462618, 298.15
DIFFUSIVITY, WIDTH = 1e-9, 50e-6
NERNST = 0.771 + GAS * TEMPERATURE / FARADAY * math.log(10.0)
FIELDS = {"supported": "50 um", "electroneutral": "50 um", "poisson": "100 nm"}
DECK = """saltbridge: 1
field: {field}
species:
  - {{name: Fe3+, diffusivity: 1e-9 m2/s}}
  - {{name: Fe2+, diffusivity: 1e-9 m2/s}}
  - Cl-
domain:
  - {{region: layer, width: {width}, fill: {{Fe3+: 10 mM, Fe2+: 1 mM, Cl-: 32 mM}}}}
terminals:
  left: {{reservoir: layer}}
  right:
    {control}
    electrode:
      couples:
        - {{name: iron, oxidised: Fe3+, reduced: Fe2+, electrons: 1, standard_potential: 0.771 V, exchange_current: {i0:g} A/m2}}
      {stern}
protocol: [{step}]
"""


def run_deck(program, folder, field, i0, control, step):
    stern = "stern: {capacitance: 20 uF/cm2}\n      zero_charge_potential: 0.7 V" if field == "poisson" else ""
    deck = pathlib.Path(folder, "deck.yaml")
    deck.write_text(
        DECK.format(field=field, width=FIELDS[field], control=control, i0=i0, stern=stern, step=step), encoding="utf-8"
    )
    return subprocess.run(
        [program, "run", deck.name, "--json"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def state_of(program, folder, field, i0, control, step):
    """The last state of a run, or fails the test."""
    run = run_deck(program, folder, field, i0, control, step)
    if run.returncode != 0:
        raise AssertionError(f"{field}, i0 = {i0:g} A/m2, {control}, {step}: exit {run.returncode}: {run.stderr[:400]}")
    return json.loads(run.stdout)["state"]


def check(condition, *words):
    if not condition:
        raise AssertionError(" ".join(str(word) for word in words))


def open_circuit(program, folder, i0):
    for field in FIELDS:
        for step in ("steady", "transient: {until: 60 s, record: [60 s]}"):
            if field == "poisson" and step != "steady" and i0 < 1:
                continue  # the couple needs hours to charge the double layer
            found = state_of(program, folder, field, i0, "current: 0 A/m2", step)["potential"]["value"]
            check(abs(found - NERNST) < 2e-5, field, i0, step, "rests at", found, "not at", NERNST)


def two_volts(program, folder, i0):
    """Against the closed form of Butler-Volmer kinetics behind a layer, c in mol/m3."""
    for sign in (1, -1):
        f = FARADAY / (GAS * TEMPERATURE)
        anodic, cathodic = i0 * math.exp(0.5 * f * 2 * sign), i0 * math.exp(-0.5 * f * 2 * sign)
        limits = FARADAY * DIFFUSIVITY / WIDTH * 1.0, FARADAY * DIFFUSIVITY / WIDTH * 10.0
        wanted = (anodic - cathodic) / (1 + anodic / limits[0] + cathodic / limits[1])
        for step in ("steady", "transient: {until: 60 s, record: [60 s]}"):
            control = f"potential: {NERNST + 2 * sign:.12f} V"
            found = -state_of(program, folder, "supported", i0, control, step)["current"]["value"]
            check(abs(found - wanted) < 2e-3 * abs(wanted), i0, sign, step, "gives", found, "not", wanted)


def jumps(program, folder, i0):
    """A jump by 2 V settles where the steady state is, though the surface runs out of a species on the way."""
    for sign in (1, -1):
        control = f"potential: {NERNST + 2 * sign:.12f} V"
        wanted = state_of(program, folder, "electroneutral", i0, control, "steady")["current"]["value"]
        step = "transient: {until: 60 s, record: [60 s]}"
        found = state_of(program, folder, "electroneutral", i0, control, step)["current"]["value"]
        check(abs(found - wanted) < 2e-3 * abs(wanted), i0, sign, "settles at", found, "not at", wanted)


def driven(program, folder, i0):
    for field in FIELDS:
        for wanted in (0.5, -0.5):
            ends = []
            for step in ("steady", "transient: {until: 60 s, record: [60 s]}"):
                state = state_of(program, folder, field, i0, f"current: {wanted} A/m2", step)
                through = state["current"]["value"], -state["electrodes"][0]["couples"][0]["current"]["value"]
                for current in through:
                    check(abs(current - wanted) < 2e-3, field, i0, wanted, step, "draws", current)
                ends.append(state["potential"]["value"])
            check(abs(ends[0] - ends[1]) < 1e-4, field, i0, wanted, "settles at", ends[1], "not at", ends[0])


def beyond_the_limit(program, folder, i0):
    """1 mM of what is oxidised, 50 um: 1.92971 A/m2, and no steady state beyond."""
    run = run_deck(program, folder, "supported", i0, "current: -5 A/m2", "steady")
    check(run.returncode == 2, i0, "ends with", run.returncode)
    for words in ("Fe2+ runs out at the right electrode", "1.92971 A/m2, the limiting current"):
        check(words in run.stderr, i0, "does not say that", words, ":", run.stderr)


def main(arguments):
    program = str(pathlib.Path(arguments[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        for decade in (-12, -6, 0, 6):
            for test in (open_circuit, two_volts, jumps, driven, beyond_the_limit):
                test(program, folder, 10.0**decade)
    print("kinetics of 18 decades are held to their closed forms")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))

#!/usr/bin/python3
"""Controls that jump, and states that should stay: against Ohm's law, and against the steady state itself."""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

FARADAY, GAS_CONSTANT, TEMPERATURE = 96485.33212, 8.314462618, 298.15
CONDUCTIVITY = FARADAY**2 / (GAS_CONSTANT * TEMPERATURE) * (1.957e-9 + 2.032e-9) * 10.0  # KCl 10 mol/m3, S/m
WIDTH = 200e-9  # m
PERMITTIVITY = 78.4 * 8.8541878128e-12  # F/m

PULSE = """
saltbridge: 1
species: [K+, Cl-]
domain: [{region: solution, width: 200 nm, fill: {K+: 10 mM, Cl-: 10 mM}}]
terminals:
  left: {reservoir: solution}
  right: {reservoir: solution, potential: %s}
protocol: [transient: {until: 40 ns, record: [5 ns, 10 ns, 20 ns, 30 ns, 35 ns]}]
"""
HOLD = """
saltbridge: 1
species: [K+, Na+, Cl-]
domain:
  - {region: left, width: 50 nm, fill: {K+: 100 mM, Cl-: 100 mM}}
  - {region: film, width: 10 nm, fixed_charge: -0.2 M, permittivity: 40, partition: {Na+: 0, K+: 0.5}}
  - {region: right, width: 50 nm, fill: {Na+: 20 mM, K+: 10 mM, Cl-: 30 mM}}
terminals:
  left: {reservoir: left}
  right: {reservoir: right, potential: 20 mV}
protocol: [steady, transient: {until: 1 us, record: {per_decade: 1, from: 1 ns}}]
"""


COTTRELL = """
saltbridge: 1
field: supported
species:
  - {name: O, charge: 0, diffusivity: 1e-9 m2/s, source: test}
  - {name: R, charge: 0, diffusivity: 1e-9 m2/s, source: test}
domain: [{region: solution, width: 300 um, fill: {O: 1 mM, R: 0 mM}}]
terminals:
  left: {reservoir: solution}
  right:
    electrode:
      couples: [{name: redox, oxidised: O, reduced: R, electrons: 1, standard_potential: 0 V, rate_constant: 1e-2 m/s}]
    potential: -0.5 V
protocol: [transient: {until: 1 s}]
"""


def run(saltbridge, text):
    with tempfile.TemporaryDirectory() as folder:
        deck = pathlib.Path(folder, "deck.yaml")
        deck.write_text(text, encoding="utf-8")
        done = subprocess.run([saltbridge, "run", deck, "--json", "-o", pathlib.Path(folder, "out.h5")],
                              capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    return answer, [measure["name"] for measure in answer["measures"]].index("current")


def bar(reading):
    return (reading["mesh_bar"] or 0.0) + (reading["time_bar"] or 0.0)


def check_pulse(saltbridge):
    """50 mV from 10 to 30 ns: Ohm's current between the jumps, both of which belong to what follows them."""
    answer, current = run(saltbridge, PULSE % "{pulse: {base: 0 V, height: 50 mV, start: 10 ns, width: 20 ns}}")
    step = answer["steps"][0]
    ohmic = -CONDUCTIVITY * 0.05 / WIDTH
    for frame in step["frames"]:
        pulsed = 9.99e-9 < frame["coordinate"] < 29.99e-9
        reading = frame["readings"][current]
        error = abs(reading["value"] - (ohmic if pulsed else 0.0))
        assert error <= max(bar(reading), 1e-7 * abs(ohmic)), (frame["coordinate"], reading)
    assert abs(step["charge_passed"] - ohmic * 20e-9) < 1e-6 * abs(ohmic * 20e-9), step["charge_passed"]
    assert step["effort"]["rejected_steps"] < 10, step["effort"]


def check_step(saltbridge):
    """A jump that stays: the charge of the dielectric passes at once, Ohm's current after it."""
    answer, _ = run(saltbridge, PULSE % "{step: {from: 0 V, to: 50 mV, at: 10 ns}}")
    charge = -CONDUCTIVITY * 0.05 / WIDTH * 30e-9 - PERMITTIVITY * 0.05 / WIDTH
    found = answer["steps"][0]["charge_passed"]
    assert abs(found - charge) < 1e-5 * abs(charge), (found, charge)


def check_hold(saltbridge):
    """Under the controls of a steady state nothing changes."""
    answer, current = run(saltbridge, HOLD)
    steady = answer["steps"][0]["frames"][0]["readings"][current]
    for frame in answer["steps"][1]["frames"]:
        reading = frame["readings"][current]
        error = abs(reading["value"] - steady["value"])
        assert error <= bar(reading) + bar(steady), (frame["coordinate"], reading, steady)
        assert error <= 1e-3 * abs(steady["value"]), (frame["coordinate"], reading, steady)


def check_charge(saltbridge):
    """Cottrell's charge 2 n F c sqrt(D t/pi) lies within the bars of what passed, and these say something."""
    answer, _ = run(saltbridge, COTTRELL)
    step = answer["steps"][0]
    charge = 2 * 96485.33212 * math.sqrt(1e-9 * 1.0 / math.pi)
    bars = step["charge_passed_mesh_bar"] + step["charge_passed_time_bar"]
    assert abs(step["charge_passed"] - charge) <= bars <= 2e-3 * charge, (step["charge_passed"], charge, bars)


def main(saltbridge):
    for check in (check_pulse, check_step, check_hold, check_charge):
        check(saltbridge)
        print(check.__name__, "ok")


if __name__ == "__main__":
    main(sys.argv[1])

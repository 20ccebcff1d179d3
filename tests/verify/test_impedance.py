#!/usr/bin/python3
"""Impedances against what must come out the same in another way: a small sinusoidal transient, the steady slope of the
current-voltage curve, plates and bulk, the cell turned round, the response of every field: test_impedance.py SALTBRIDGE.
"""
import cmath
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

FARADAY, GAS_CONSTANT, TEMPERATURE = 96485.33212, 8.314462618, 298.15
PERMITTIVITY = 78.4 * 8.8541878128e-12  # F/m
PARTS = ("impedance real", "impedance imaginary")

MEMBRANE = """
saltbridge: 1
species: [K+, Cl-]
%s
domain:
  - {region: left, width: 100 nm, fill: {K+: 100 mM, Cl-: 100 mM}}
  - {region: membrane, width: 100 nm, fixed_charge: -0.3 M, diffusion_factor: 0.2, permittivity: 40}
  - {region: right, width: 100 nm, fill: {K+: 20 mM, Cl-: 20 mM}}
terminals:
  left: {reservoir: left%s}
  right: {reservoir: right%s}
protocol: [%s]
"""
TURNED = MEMBRANE.replace("left, width: 100 nm, fill: {K+: 100 mM, Cl-: 100 mM}", "left, width: 100 nm, fill: {K+: 20 mM, Cl-: 20 mM}") \
                 .replace("right, width: 100 nm, fill: {K+: 20 mM, Cl-: 20 mM}", "right, width: 100 nm, fill: {K+: 100 mM, Cl-: 100 mM}")


def run(saltbridge, text, archive=None):
    """The answer; archive: called with the open output file."""
    with tempfile.TemporaryDirectory() as folder:
        deck, output = pathlib.Path(folder, "deck.yaml"), pathlib.Path(folder, "out.h5")
        deck.write_text(text, encoding="utf-8")
        done = subprocess.run([saltbridge, "run", deck, "--json", "-o", output], capture_output=True, text=True,
                              check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        if archive:
            with h5py.File(output) as file:
                archive(file)
    return json.loads(done.stdout)


def series(answer, name, step=-1):
    """A quantity over the frames of a step."""
    index = [measure["name"] for measure in answer["measures"]].index(name)
    return np.array([frame["readings"][index]["value"] for frame in answer["steps"][step]["frames"]], dtype=float)


def spectrum(answer, step=-1):
    frequencies = np.array([frame["coordinate"] for frame in answer["steps"][step]["frames"]])
    real, imaginary = (series(answer, name, step) for name in PARTS)
    return frequencies, real + 1j * imaginary


def check_sine(saltbridge):
    """A membrane under current, driven by 0.1 mV at 1 MHz: amplitude and phase of the current after five periods."""
    frequency, amplitude, mean, periods, samples = 1e6, 1e-4, -0.05, 5, 64
    step = "steady, impedance: {frequencies: [1 MHz]}"
    _, z = spectrum(run(saltbridge, MEMBRANE % ("", "", f", potential: {mean} V", step)))
    sine = f", potential: {{sine: {{mean: {mean} V, amplitude: {amplitude} V, frequency: {frequency} Hz}}}}"
    times = [(periods + i / samples) / frequency for i in range(samples + 1)]
    step = f"steady, transient: {{until: {times[-1]:.17g} s, record: [{', '.join(f'{t:.17g} s' for t in times)}]}}"
    answer = run(saltbridge, MEMBRANE % ("accuracy: {time: 1e-7}", "", sine, step))
    frames = answer["steps"][-1]["frames"]
    last = [i for i, frame in enumerate(frames) if frame["coordinate"] > (periods + 0.5 / samples) / frequency]
    assert len(last) == samples
    phases = np.exp(-2j * np.pi * frequency * np.array([frames[i]["coordinate"] for i in last]))
    current = 2.0 * np.mean(series(answer, "current")[last] * phases)
    potential = 2.0 * np.mean(series(answer, "potential")[last] * phases)
    assert abs(potential) > 0.999 * amplitude
    error = abs(-potential / current / z[0] - 1.0)
    print(f"sine: Z {z[0]:.6g} by linear response, {-potential / current:.6g} by a transient, apart by {error:.1e}")
    assert error < 5e-4


def check_limits(saltbridge):
    """Slow: the slope of the steady current-voltage curve. Fast: a capacitor of three layers, and its real part by the
    conduction of each. Between: a real part that is positive and falls, an imaginary one that is negative."""
    step = "steady, impedance: {from: 1 Hz, to: 100 GHz, per_decade: 4}"
    frequencies, z = spectrum(run(saltbridge, MEMBRANE % ("", "", ", current: 3000 A/m2", step)))
    potentials = [series(run(saltbridge, MEMBRANE % ("accuracy: {potential: 1 nV}", "", f", current: {current} A/m2", "steady")),
                         "potential")[0] for current in (2995, 3005)]
    slope = -(potentials[1] - potentials[0]) / 10
    assert abs(z[0].real / slope - 1.0) < 1e-3, (z[0], slope)
    assert abs(z[0].imag) < 1e-3 * z[0].real
    capacitance = 1.0 / (200e-9 / PERMITTIVITY + 100e-9 / (PERMITTIVITY * 40 / 78.4))
    fast = -1.0 / (z[-1].imag * 2.0 * math.pi * frequencies[-1])
    assert abs(fast / capacitance - 1.0) < 1e-3, (fast, capacitance)
    assert (z.real > 0.0).all() and (z.imag < 0.0).all()
    assert (np.diff(z.real) < 0.0).all()


def check_resistance(saltbridge):
    """A uniform salt between its own reservoirs is a resistor and a capacitor side by side at every frequency."""
    deck = """
saltbridge: 1
species: [K+, Cl-]
domain: [{region: solution, width: 1 um, fill: {K+: 10 mM, Cl-: 10 mM}}]
terminals: {left: {reservoir: solution}, right: {reservoir: solution, %s}}
protocol: [steady, impedance: {from: 1 kHz, to: 10 GHz, per_decade: 2}]
"""
    conductivity = FARADAY**2 / (GAS_CONSTANT * TEMPERATURE) * (1.957e-9 + 2.032e-9) * 10.0
    for control in ("potential: 0 V", "current: 0 A/m2", "load: 1e-3 ohm m2"):
        frequencies, z = spectrum(run(saltbridge, deck % control))
        expected = 1e-6 / (conductivity + 2j * np.pi * frequencies * PERMITTIVITY)
        assert np.abs(z / expected - 1.0).max() < 1e-8, (control, z / expected)


def check_turned(saltbridge):
    """The same cell the other way round, driven from the other end."""
    step = "steady, impedance: {from: 100 Hz, to: 1 GHz, per_decade: 1}"
    _, here = spectrum(run(saltbridge, MEMBRANE % ("", "", ", potential: 40 mV", step)))
    _, there = spectrum(run(saltbridge, TURNED % ("", ", potential: 40 mV", ", potential: 0 V", step)))
    assert np.abs(here / there - 1.0).max() < 1e-6
    _, driven = spectrum(run(saltbridge, TURNED % ("", ", current: 0 A/m2", ", potential: 0 V", step)))
    _, rest = spectrum(run(saltbridge, MEMBRANE % ("", "", ", current: 0 A/m2", step)))
    assert np.abs(driven / rest - 1.0).max() < 1e-6
    assert np.abs(driven / here - 1.0).max() > 0.01  # another state


def check_fields(saltbridge):
    """The stored response is that of the impedance: its current, ionic and displacement, is 1 A/m2 at every place and its
    potential ends at -Z; Poisson's equation and the balance of each ion hold for it."""
    def check(file):
        group = file["step_2_impedance"]
        omega = 2.0 * np.pi * group["frequency"][()][:, None]

        def response(name):
            return group[name + "_real"][()] + 1j * group[name + "_imaginary"][()]

        permittivity = np.where(np.abs(group["x_link"][()] - 150e-9) < 50e-9, 40 / 78.4, 1.0) * PERMITTIVITY
        flux = {ion: response(f"flux_{ion}") for ion in ("K", "Cl")}
        current = FARADAY * (flux["K"] - flux["Cl"]) + 1j * omega * permittivity * response("electric_field")
        assert np.abs(current - 1.0).max() < 1e-7, np.abs(current - 1.0).max()
        z = response("impedance")
        assert np.abs(response("electric_potential")[:, -1] / -z - 1.0).max() < 1e-10
        charge = FARADAY * (response("concentration_K") - response("concentration_Cl"))
        assert np.abs(response("charge_density") - charge).max() < 1e-9 * np.abs(charge).max()
        region = group["region"][()]
        inside = np.flatnonzero((np.diff(region, prepend=-1) == 0) & (np.diff(region, append=9) == 0))
        x, link = group["x"][()], group["x_link"][()]
        for ion, outward in flux.items():
            for i in inside:
                j = np.searchsorted(link, x[i])
                stored = 1j * omega[:, 0] * response(f"concentration_{ion}")[:, i] * (link[j] - link[j - 1])
                error = np.abs(outward[:, j] - outward[:, j - 1] + stored).max()
                assert error < 1e-7 * np.abs(outward).max(), (ion, i, error)
        assert group["flux_K_real"].attrs["units"] == "mol/m2/s/(A/m2)"
        assert group["frequency"].attrs["units"] == "Hz"

    step = "steady, impedance: {frequencies: [1 kHz, 1 MHz, 1 GHz]}"
    run(saltbridge, MEMBRANE % ("mesh: {cells: 120}", "", ", current: 1000 A/m2", step), check)


def check_phase(saltbridge):
    """Magnitude and phase are those of the parts; bars of all hold what a finer mesh changes."""
    step = "steady, impedance: {from: 1 kHz, to: 1 GHz, per_decade: 2}"
    answer = run(saltbridge, MEMBRANE % ("", "", ", potential: 0 V", step))
    _, z = spectrum(answer)
    assert np.allclose(series(answer, "impedance magnitude"), np.abs(z), rtol=1e-12)
    assert np.allclose(series(answer, "impedance phase"), [math.degrees(cmath.phase(value)) for value in z], rtol=1e-12)
    _, fine = spectrum(run(saltbridge, MEMBRANE % ("accuracy: {potential: 10 nV, current: 0.001 %}", "", ", potential: 0 V", step)))
    for name, part in zip(PARTS, (np.real, np.imag)):
        index = [measure["name"] for measure in answer["measures"]].index(name)
        bars = np.array([frame["readings"][index]["mesh_bar"] for frame in answer["steps"][-1]["frames"]])
        assert (np.abs(part(z) - part(fine)) <= bars + 1e-6 * np.abs(z)).all()
        assert (bars <= 1e-3 * np.abs(z)).all()


def main(saltbridge):
    for check in (check_sine, check_limits, check_resistance, check_turned, check_fields, check_phase):
        check(saltbridge)
        print(f"{check.__name__}: ok")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())

#!/usr/bin/python3
"""How an electrode answers a small change, in ways that must agree: test_electrode_response.py SALTBRIDGE.

The impedance of a couple behind a Stern layer against a small sinusoidal transient, against the polarisation resistance
where it is slow and against the capacitors in series where it is fast; the polarisation resistance against differences,
whichever end is driven and whichever way round the cell is.
"""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

PERMITTIVITY = 78.4 * 8.8541878128e-12  # F/m
WIDTH, STERN = 100e-9, 0.2  # m, F/m2
CELL = """
saltbridge: 1
field: {field}
species: [{{name: Fe3+, diffusivity: 1e-9 m2/s}}, {{name: Fe2+, diffusivity: 1e-9 m2/s}}, Cl-]
accuracy: {accuracy}
domain: [{{region: layer, width: 100 nm, fill: {{Fe3+: 10 mM, Fe2+: 1 mM, Cl-: 32 mM}}}}]
terminals:
  {here}: {{{metal}electrode: {{couples: [{{name: iron, oxidised: Fe3+, reduced: Fe2+, electrons: 1,
    standard_potential: 0.771 V, rate_constant: {rate} m/s}}]{stern}}}}}
  {there}: {{{bath}reservoir: layer}}
protocol: [{steps}]
"""
COMPACT = ", stern: {capacitance: 20 uF/cm2}, zero_charge_potential: 0.7 V"


def run(saltbridge, steps, metal="", bath="", field="poisson", rate=1.0, here="right", accuracy="{}"):
    text = CELL.format(field=field, accuracy=accuracy, rate=rate, here=here, there="left" if here == "right" else "right",
                       metal=metal and metal + ", ", bath=bath and bath + ", ", steps=steps,
                       stern=COMPACT if field == "poisson" else "")
    with tempfile.TemporaryDirectory() as folder:
        deck = pathlib.Path(folder, "deck.yaml")
        deck.write_text(text, encoding="utf-8")
        done = subprocess.run([saltbridge, "run", deck, "--json", "-o", pathlib.Path(folder, "out.h5")],
                              capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, (text, done.stderr)
    return json.loads(done.stdout)


def series(answer, name):
    index = [measure["name"] for measure in answer["measures"]].index(name)
    return np.array([frame["readings"][index]["value"] for frame in answer["steps"][-1]["frames"]], dtype=float)


def times(answer):
    return np.array([frame["coordinate"] for frame in answer["steps"][-1]["frames"]])


def spectrum(answer):
    return series(answer, "impedance real") + 1j * series(answer, "impedance imaginary")


def resistance(answer):
    return answer["state"]["electrodes"][0]["polarisation_resistance"]


def check_sine(saltbridge):
    """1 mV or so at 10 kHz, where couple and double layer share the current, after four periods."""
    frequency, periods, samples = 1e4, 4, 32
    moments = [(periods + i / samples) / frequency for i in range(samples + 1)]
    for key, unit, mean, amplitude in (("current", "A/m2", 200.0, 30.0), ("potential", "V", 0.85, 1e-3)):
        z = spectrum(run(saltbridge, "steady, impedance: {frequencies: [10 kHz]}", f"{key}: {mean} {unit}"))[0]
        sine = f"{key}: {{sine: {{mean: {mean} {unit}, amplitude: {amplitude} {unit}, frequency: {frequency} Hz}}}}"
        record = ", ".join(f"{t:.17g} s" for t in moments)
        answer = run(saltbridge, f"steady, transient: {{until: {moments[-1]:.17g} s, record: [{record}]}}", sine,
                     accuracy="{time: 1e-7, current: 0.02 %}")
        last = times(answer) > (periods + 0.5 / samples) / frequency
        assert last.sum() == samples
        phases = np.exp(-2j * np.pi * frequency * times(answer)[last])
        seen = -np.mean(series(answer, "potential")[last] * phases) / np.mean(series(answer, "current")[last] * phases)
        print(f"sine of the {key}: Z {z:.5g} by linear response, {seen:.5g} by a transient, apart by {abs(seen/z-1):.1e}")
        assert 0.2 < -z.imag / z.real < 5.0
        assert abs(seen / z - 1.0) < 2e-3


def check_limits(saltbridge):
    """Slow: the polarisation resistance, which is the slope of the steady curve. Fast: solution and compact layer in
    series, with no more than the solution's resistance in their way."""
    for rate in (1e-4, 1.0):
        z = spectrum(run(saltbridge, "steady, impedance: {frequencies: [10 mHz, 1 THz]}", "current: 200 A/m2", rate=rate))
        exact = "{potential: 1 nV}"
        ends = [series(run(saltbridge, "steady", f"current: {i} A/m2", rate=rate, accuracy=exact), "potential")[0]
                for i in (199, 201)]
        slope = -(ends[1] - ends[0]) / 2.0
        own = resistance(run(saltbridge, "steady", "current: 200 A/m2", rate=rate, accuracy=exact))
        assert abs(own / slope - 1.0) < 1e-4, (rate, own, slope)
        assert abs(z[0] / slope - 1.0) < 1e-3, (rate, z[0], slope)
        capacitance = 1.0 / (WIDTH / PERMITTIVITY + 1.0 / STERN)
        fast = -1.0 / (z[1].imag * 2.0 * math.pi * 1e12)
        assert abs(fast / capacitance - 1.0) < 1e-4, (rate, fast, capacitance)


def check_ends(saltbridge):
    """A resistance belongs to the cell: not to the end that is driven, nor to the side it is seen from."""
    for field in ("poisson", "electroneutral"):
        found = {}
        for here, sign in (("right", 1), ("left", -1)):
            ways = ((f"current: {sign * 20} A/m2", ""), (f"current: {sign * 20} A/m2", "potential: 0 V"),
                    ("potential: 0 V", f"current: {sign * 20} A/m2"), ("potential: 0.3 V", f"current: {sign * 20} A/m2"))
            for metal, bath in ways[0 if here == "right" else 1:]:
                answer = run(saltbridge, "steady", metal, bath, field, here=here, accuracy="{potential: 1 nV}")
                found[here, metal, bath] = resistance(answer)
        values = list(found.values())
        assert len(values) == 7 and min(values) > 0.0, found
        assert max(values) / min(values) < 1.0 + 1e-6, found


def main(saltbridge):
    check_sine(saltbridge)
    check_limits(saltbridge)
    check_ends(saltbridge)


if __name__ == "__main__":
    main(sys.argv[1])

#!/usr/bin/python3
"""Where Newton's method alone fails, the fallbacks find the state, say so, and agree with a sweep that walks there."""
import json
import os
import subprocess
import sys
import tempfile

DECK = """
saltbridge: 1
species: [K+, Cl-]
domain:
{domain}
terminals:
  left: {{reservoir: {{K+: 100 mM, Cl-: 100 mM}}}}
  right: {{reservoir: {{K+: {right}, Cl-: {right}}}, potential: {potential} V}}
protocol: [{step}]
"""
JUNCTION = "  - {region: solution, width: 100 nm, fill: {K+: 10 mM, Cl-: 10 mM}}"
MEMBRANE = """  - {region: left bath, width: 100 nm, fill: {K+: 100 mM, Cl-: 100 mM}}
  - {region: membrane, width: 100 nm, fixed_charge: -5 M}
  - {region: right bath, width: 100 nm, fill: {K+: 10 mM, Cl-: 10 mM}}"""

CASES = [
    ("pseudo-transient continuation", JUNCTION, "1 mM", 200, 50),
    ("continuation in fixed charge and set-points", MEMBRANE, "10 mM", 5, 0.5),
]


def run(saltbridge, text):
    """The last step of a run: how it was solved, and its current with the bar."""
    with tempfile.TemporaryDirectory() as folder:
        deck = os.path.join(folder, "deck.yaml")
        with open(deck, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run([saltbridge, "run", deck, "--json", "-o", os.path.join(folder, "out.h5")],
                              capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    step = answer["steps"][-1]
    place = [m["name"] for m in answer["measures"]].index("current")
    return step["effort"]["method"], step["frames"][-1]["readings"][place]


def main(saltbridge):
    for method, domain, right, potential, start in CASES:
        direct, current = run(saltbridge, DECK.format(domain=domain, right=right, potential=potential, step="steady"))
        assert direct == method, f"{potential} V: solved by {direct}, not by {method}"
        sweep = f"{{sweep: {{vary: terminals.right.potential, from: {start} V, to: {potential} V, points: 11}}}}"
        _, walked = run(saltbridge, DECK.format(domain=domain, right=right, potential=start, step=sweep))
        assert current["value"] < 0
        assert abs(current["value"] - walked["value"]) <= current["mesh_bar"] + walked["mesh_bar"], (current, walked)
        print(f"{potential} V: {method}, {current['value']:.6g} A/m2, by a sweep {walked['value']:.6g} A/m2")


if __name__ == "__main__":
    main(sys.argv[1])

"""The problems that every peer is given, in the same numbers: P1, P3, I-V (steady) and P2 (transient).

Scaled, so that every coefficient is near 1: concentrations by 100 mol/m3, potentials by RT/F, lengths by
sqrt(permittivity RT/F^2/(100 mol/m3)), about a Debye length; times stay in seconds. Poisson's equation is then
-phi'' = c_cation - c_anion + fixed_charge, a flux is -D (c' + z c phi') with D in 1/s.

A peer is started as `PEER PROBLEM RESOLUTION` and prints one line of JSON (`answer`). It is not told the known values.
"""
import json
import math
import sys
from dataclasses import dataclass

import numpy as np

FARADAY, GAS, VACUUM = 96485.33212, 8.314462618, 8.8541878128e-12  # C/mol, J/mol/K, F/m; CODATA 2018
TEMPERATURE, PERMITTIVITY, CONCENTRATION = 298.15, 78.4, 100.0  # K, 1, mol/m3
VOLT = GAS * TEMPERATURE / FARADAY  # V, unit of potential
LENGTH = math.sqrt(PERMITTIVITY * VACUUM * VOLT / (FARADAY * CONCENTRATION))  # m
CURRENT = FARADAY * CONCENTRATION * LENGTH  # A/m2, unit of the sum of z J with J in 1/s
H, K, CL = (d / LENGTH**2 for d in (9.311e-9, 1.957e-9, 2.032e-9))  # diffusivities, 1/s
FIRST_TIME = 1e-13  # s, first step of the peers whose steps are ours


@dataclass
class Problem:
    diffusivity: tuple  # of the cation, of the anion
    layers: list  # (width, fixed charge), from left to right
    ends: tuple = (1.0, 0.1)  # concentration of the salt in the left and right reservoir, or half
    voltages: tuple = ()  # right minus left; none means no current
    times: tuple = ()  # s; none means the steady state

    @property
    def width(self):
        return sum(width for width, _ in self.layers)


def _nm(width):
    return width * 1e-9 / LENGTH


_MEMBRANE = [(_nm(100), 0.0), (_nm(100), -1.0), (_nm(100), 0.0)]
PROBLEMS = {
    "P1": Problem((H, CL), [(_nm(1000), 0.0)]),
    "P2": Problem((H, CL), [(_nm(20000), 0.0)], times=tuple(10.0**e for e in range(-11, -2))),
    "P3": Problem((K, CL), _MEMBRANE),
    "I-V": Problem((K, CL), _MEMBRANE, voltages=tuple(np.linspace(-0.2, 0.2, 41) / VOLT)),
}


def nodes(problem, cells):
    """Cells of one length in each layer; for the transient about sinh-graded, finest at the step in the middle."""
    if problem.times:
        half, finest = problem.width / 2, _nm(4)
        spread = np.sinh(np.linspace(-1, 1, 2 * (cells // 2) + 1) * math.asinh(half / finest))
        return half + finest * spread
    edges = np.cumsum([0.0] + [width for width, _ in problem.layers])
    numbers = np.diff(np.rint(edges / problem.width * cells).astype(int))
    parts = [np.linspace(a, b, n, endpoint=False) for a, b, n in zip(edges, edges[1:], numbers)]
    return np.append(np.concatenate(parts), problem.width)


def fixed_charge(problem, x):
    """At the points x; on an edge between two layers the mean of both."""
    edges = np.cumsum([0.0] + [width for width, _ in problem.layers])
    charge = [value for _, value in problem.layers]
    near = 1e-9 * problem.width

    def in_layer(points):
        return np.take(charge, np.clip(np.searchsorted(edges, points) - 1, 0, len(charge) - 1))

    return 0.5 * (in_layer(x - near) + in_layer(x + near))


def guess(problem, x):
    """Where Newton starts: c_cation, c_anion, phi. Electroneutral, in Donnan equilibrium with linear mixing."""
    left, right = problem.ends
    if problem.times:
        salt = np.where(x < problem.width / 2, left, right)
        salt = np.where(np.isclose(x, problem.width / 2), 0.5 * (left + right), salt)
        return salt, salt.copy(), np.zeros_like(x)
    salt = left + (right - left) * x / problem.width
    phi = np.arcsinh(fixed_charge(problem, x) / (2 * salt))
    return salt * np.exp(-phi), salt * np.exp(phi), phi


def time_steps(problem, per_decade):
    """Times of constant ratio that meet all of problem.times; the first is FIRST_TIME."""
    decades = round(math.log10(problem.times[-1] / FIRST_TIME))
    return FIRST_TIME * 10.0 ** (np.arange(decades * per_decade + 1) / per_decade)


def bdf2(step, last):
    """Weights in dc/dt of the new, the last and the state before it; backward Euler without a last step."""
    if last is None:
        return 1 / step, -1 / step, 0.0
    ratio = step / last
    return (1 + 2 * ratio) / (1 + ratio) / step, -(1 + ratio) / step, ratio**2 / (1 + ratio) / step


def is_recorded(problem, time):
    return any(math.isclose(time, wanted, rel_tol=1e-6) for wanted in problem.times)


def from_command_line():
    """Problem and resolution: cells, cells@steps per decade, or a tolerance, as the peer has it."""
    if len(sys.argv) != 3 or sys.argv[1] not in PROBLEMS:
        sys.exit(f"usage: {sys.argv[0]} {{{','.join(PROBLEMS)}}} RESOLUTION")
    return PROBLEMS[sys.argv[1]], sys.argv[2]


def split(resolution):
    """'400@20' to (400, 20), '400' to (400, 0)."""
    cells, _, steps = resolution.partition("@")
    return int(cells), int(steps or 0)


def zero_of(current, first, second, tolerance=1e-9):
    """Secant steps in the voltage to where current(voltage) is zero; for peers that only take voltages."""
    current_first = current(first)
    for _ in range(20):
        current_second = current(second)
        if current_second == current_first:
            return second
        change = -current_second * (second - first) / (current_second - current_first)
        first, current_first, second = second, current_second, second + change
        if abs(change) < tolerance:
            return second
    raise RuntimeError("the voltage of no current was not found")


def answer(version, cells, values):
    """values: potentials or currents in the units of this file; printed in V or A/m2."""
    sys.stdout.write("\n" + json.dumps({"version": version, "cells": int(cells), "values": list(map(float, values))}))
    sys.stdout.write("\n")

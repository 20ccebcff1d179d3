#!/usr/bin/python3
"""SciPy's solve_bvp. Layers are mapped onto one interval with the states joined at their edges, since the right-hand
side jumps there; the fluxes, constant in space, are the unknown parameters. Resolution: tol."""
import sys

import numpy as np
import scipy
from scipy.integrate import solve_bvp

import problems

problem, resolution = problems.from_command_line()
if problem.times:
    sys.exit("solve_bvp is for boundary-value problems: it has no time")
tolerance = float(resolution)
layers = len(problem.layers)
cation, anion = np.array(problem.diffusivity) / problem.diffusivity[0]
FIRST_NODES = 50


def fluxes(p):
    """Of both ions; at zero current they are one number."""
    return (p[0] / cation, p[-1] / anion)


def right_hand_side(s, y, p):
    up, down = fluxes(p)
    rates = np.empty_like(y)
    for k, (width, charge) in enumerate(problem.layers):
        plus, minus, _, slope = y[4 * k : 4 * k + 4]
        rates[4 * k] = width * (-up - plus * slope)
        rates[4 * k + 1] = width * (-down + minus * slope)
        rates[4 * k + 2] = width * slope
        rates[4 * k + 3] = -width * (plus - minus + charge)
    return rates


def jacobian(s, y, p):
    by_state = np.zeros((4 * layers, 4 * layers, s.size))
    by_flux = np.zeros((4 * layers, p.size, s.size))
    for k, (width, _) in enumerate(problem.layers):
        i = 4 * k
        by_state[i, i], by_state[i, i + 3] = -width * y[i + 3], -width * y[i]
        by_state[i + 1, i + 1], by_state[i + 1, i + 3] = width * y[i + 3], width * y[i + 1]
        by_state[i + 2, i + 3] = width
        by_state[i + 3, i], by_state[i + 3, i + 1] = -width, width
        by_flux[i, 0] -= width / cation
        by_flux[i + 1, -1] -= width / anion
    return by_state, by_flux


def boundary(voltage):
    """Residuals: reservoirs at both ends, continuity between the layers, the voltage if there is one."""
    left, right = problem.ends

    def residuals(a, b, p):
        end = b[-4:]
        rows = [a[0] - left, a[1] - left, a[2], end[0] - right, end[1] - right, *(b[:-4] - a[4:])]
        return np.array(rows if voltage is None else rows + [end[2] - voltage])

    return residuals


def first_state(s):
    edges = np.cumsum([0.0] + [width for width, _ in problem.layers])
    state = []
    for k, (width, _) in enumerate(problem.layers):
        inside = np.clip(s, 1e-6, 1 - 1e-6)
        state += [*problems.guess(problem, edges[k] + width * inside), np.zeros_like(s)]
    return np.array(state)


def solve(s, y, p, voltage=None):
    found = solve_bvp(right_hand_side, boundary(voltage), s, y, p, fun_jac=jacobian,
                      tol=tolerance, max_nodes=200000)
    if not found.success:
        sys.exit(f"solve_bvp: {found.message}")
    return found


s = np.linspace(0, 1, FIRST_NODES)
y = first_state(s)
values = []
p = np.zeros(2 if problem.voltages else 1)
for voltage in problem.voltages or (None,):
    found = solve(s, y, p, voltage)
    if voltage is None:
        values.append(found.y[-2, -1] * problems.VOLT)
    else:
        s, y, p = found.x, found.y, found.p  # the next point starts from this one
        values.append((p[0] - p[1]) * problem.diffusivity[0] * problems.CURRENT)
problems.answer(scipy.__version__, layers * (found.x.size - 1), values)

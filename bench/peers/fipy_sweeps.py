#!/usr/bin/env python3
"""FiPy: its three equations coupled, exponential convection terms, swept to convergence, its LU solver.

The drift is linear in the concentration (the convection term) and, with a diffusion term of the potential's change,
in the potential, so that sweeping is Newton's method. FiPy has no equation for a boundary value: the voltage of no
current is found by secants. Time: BDF2 on steps of constant ratio. Resolution: CELLS[@STEPS PER DECADE]."""
import os
import sys

os.environ.setdefault("FIPY_SOLVERS", "scipy")
import fipy  # noqa: E402  (the solvers are chosen first)
import numpy as np  # noqa: E402

import problems  # noqa: E402

SWEEPS, TOLERANCE = 40, 1e-6  # then the next would change less than 1e-11
CHARGES = (1, -1)
problem, resolution = problems.from_command_line()
cells, per_decade = problems.split(resolution)
x = problems.nodes(problem, cells)
mesh = fipy.Grid1D(dx=np.diff(x))
center = np.asarray(mesh.cellCenters[0])
distance = np.diff(center)
guess = problems.guess(problem, center)
ions = [fipy.CellVariable(mesh=mesh, name=name, value=value) for name, value in zip(("cation", "anion"), guess)]
phi = fipy.CellVariable(mesh=mesh, name="potential", value=guess[2])
phi_last = fipy.CellVariable(mesh=mesh, name="potential of the last sweep", value=guess[2])
solver = fipy.LinearLUSolver(tolerance=0.0, iterations=1)  # one solution a sweep, however small the change


def flux_terms(ion, charge, diffusivity):
    """-div J of one ion in units of the cation's diffusivity, with J = -D (c' + z c phi')."""
    d = diffusivity / problem.diffusivity[0]
    known = charge * d * ion.arithmeticFaceValue
    return (fipy.DiffusionTerm(coeff=d, var=ion)
            + fipy.ExponentialConvectionTerm(coeff=charge * d * phi_last.faceGrad, var=ion)
            + fipy.DiffusionTerm(coeff=known, var=phi) - (known * phi_last.faceGrad).divergence)


def implicit(variable):
    """Its source terms are explicit where they weaken the diagonal; a time step of 1 from the last sweep is not."""
    return fipy.TransientTerm(var=variable) + variable


def poisson():
    charge = fipy.CellVariable(mesh=mesh, value=problems.fixed_charge(problem, center))
    return fipy.DiffusionTerm(coeff=1.0, var=phi) + implicit(ions[0]) - implicit(ions[1]) + charge == 0


def sweep(equations):
    """Sweeps until the potential stands still; where the right potential is given it is set beforehand."""
    for _ in range(SWEEPS):
        phi_last.setValue(phi.value)
        equations.sweep(dt=1.0, solver=solver)
        if np.max(np.abs(phi.value - phi_last.value)) < TOLERANCE:
            return
    raise RuntimeError(f"not converged after {SWEEPS} sweeps")


def make_steady():
    left, right = problem.ends
    for ion in ions:
        ion.constrain(left, mesh.facesLeft)
        ion.constrain(right, mesh.facesRight)
    voltage = fipy.Variable(value=0.0)
    for potential in (phi, phi_last):
        potential.constrain(0.0, mesh.facesLeft)
        potential.constrain(voltage, mesh.facesRight)
    equations = [flux_terms(*each) == 0 for each in zip(ions, CHARGES, problem.diffusivity)]
    return voltage, equations[0] & equations[1] & poisson()


def mean_current():
    """Of the discrete fluxes between the cells, which are all alike."""
    total = 0.0
    for ion, charge, diffusivity in zip(ions, CHARGES, problem.diffusivity):
        u = charge * np.diff(phi.value)
        bernoulli = np.divide(u, np.expm1(u), out=np.ones_like(u), where=u != 0)
        total += charge * diffusivity / distance * (bernoulli * ion.value[:-1] - (bernoulli + u) * ion.value[1:])
    return np.mean(total)


def solve_steady():
    voltage, equations = make_steady()

    def current(value):
        voltage.setValue(value)
        sweep(equations)
        return mean_current()

    if problem.voltages:
        return [current(value) * problems.CURRENT for value in problem.voltages]
    return [problems.zero_of(current, 0.0, 1.0) * problems.VOLT]


def make_transient():
    """Weights of the new, old and older state, their values, and the equations."""
    weights = [fipy.Variable(value=0.0) for _ in range(3)]
    states = [[fipy.CellVariable(mesh=mesh, value=ion.value) for ion in ions] for _ in range(2)]
    equations = []
    for k, each in enumerate(zip(ions, CHARGES, problem.diffusivity)):
        change = weights[1] * states[0][k] + weights[2] * states[1][k]
        equations.append(flux_terms(*each) - fipy.ImplicitSourceTerm(coeff=weights[0], var=ions[k]) - change == 0)
    for potential in (phi, phi_last):
        potential.constrain(0.0, mesh.facesLeft)
    return weights, states, equations[0] & equations[1] & poisson()


def solve_in_time():
    weights, (old, older), equations = make_transient()
    times = problems.time_steps(problem, per_decade)
    steps = np.diff(times, prepend=0.0)
    potentials = []
    for k, (time, step) in enumerate(zip(times, steps)):
        for new, last, before in zip(ions, old, older):
            before.setValue(last.value)
            last.setValue(new.value)
        for weight, value in zip(weights, problems.bdf2(step, steps[k - 1] if k else None)):
            weight.setValue(value / problem.diffusivity[0])
        sweep(equations)
        if problems.is_recorded(problem, time):
            potentials.append(float(phi.faceValue.value[-1] - phi.faceValue.value[0]) * problems.VOLT)
    return potentials


try:
    problems.answer(fipy.__version__, len(x) - 1, solve_in_time() if problem.times else solve_steady())
except RuntimeError as error:
    sys.exit(f"FiPy: {error}")

#!/usr/bin/python3
"""DOLFINx: Lagrange elements on the mixed space of both concentrations and the potential, its Newton solver, LU.

Time: BDF2 on steps of constant ratio. Resolution: CELLS[@STEPS PER DECADE][qDEGREE OF THE ELEMENTS]."""
import sys

import dolfinx
import numpy as np
import ufl
from dolfinx import fem, mesh, nls
from mpi4py import MPI
from petsc4py import PETSc

import problems

problem, resolution = problems.from_command_line()
resolution, _, degree = resolution.partition("q")
cells, per_decade = problems.split(resolution)
x = problems.nodes(problem, cells)
cells = len(x) - 1


def make_space():
    """An interval whose nodes, numbered by DOLFINx as it likes, are moved to where ours are."""
    domain = mesh.create_interval(MPI.COMM_SELF, cells, [0.0, float(cells)])
    position = domain.geometry.x
    position[:, 0] = x[np.rint(position[:, 0]).astype(int)]
    element = ufl.FiniteElement("Lagrange", ufl.interval, int(degree or 1))
    return fem.FunctionSpace(domain, ufl.MixedElement([element] * 3))


def make_charge(domain):
    charge = fem.Function(fem.FunctionSpace(domain, ("DG", 0)))
    charge.interpolate(lambda p: problems.fixed_charge(problem, p[0]))
    return charge


def set_guess(state):
    for k in range(3):
        state.sub(k).interpolate(lambda p: problems.guess(problem, p[0])[k])


def fixed(space, sub, side, value):
    """Dirichlet condition of one unknown at one end."""
    domain = space.mesh
    facets = mesh.locate_entities_boundary(domain, 0, lambda p: np.isclose(p[0], side))
    dofs = fem.locate_dofs_topological(space.sub(sub), 0, facets)
    return fem.dirichletbc(value, dofs, space.sub(sub))


def fluxes(state):
    """In units of the cation's diffusivity."""
    plus, minus, phi = ufl.split(state)
    ratio = problem.diffusivity[1] / problem.diffusivity[0]
    return -(ufl.grad(plus) + plus * ufl.grad(phi)), -ratio * (ufl.grad(minus) - minus * ufl.grad(phi))


def weak_form(state, for_cation, for_anion, for_poisson):
    plus, minus, phi = ufl.split(state)
    cation_flux, anion_flux = fluxes(state)
    charge = plus - minus + make_charge(state.function_space.mesh)
    return (ufl.inner(ufl.grad(phi), ufl.grad(for_poisson)) - charge * for_poisson
            - ufl.inner(cation_flux, ufl.grad(for_cation)) - ufl.inner(anion_flux, ufl.grad(for_anion))) * ufl.dx


def make_solver(residual, state, conditions, tolerance=1e-10):
    solver = nls.petsc.NewtonSolver(MPI.COMM_SELF, fem.petsc.NonlinearProblem(residual, state, bcs=conditions))
    solver.convergence_criterion = "incremental"
    solver.rtol, solver.atol, solver.max_it = 1e-9, tolerance, 50
    solver.krylov_solver.setType("preonly")
    solver.krylov_solver.getPC().setType("lu")
    return solver


def reservoirs(space):
    left, right = (PETSc.ScalarType(end) for end in problem.ends)
    return [fixed(space, ion, side, end) for ion in (0, 1) for side, end in ((0.0, left), (problem.width, right))] + [
        fixed(space, 2, 0.0, PETSc.ScalarType(0))]


def potential_at(state, side):
    condition = fixed(state.function_space, 2, side, PETSc.ScalarType(0))
    return state.x.array[condition.dof_indices()[0][0]]


def solve_open(space, state):
    """The potential's functions test the total current, whose natural condition is none; the cation's test Poisson."""
    tests = ufl.TestFunctions(space)
    residual = weak_form(state, tests[2], tests[1] - tests[2], tests[0])
    make_solver(residual, state, reservoirs(space)).solve(state)
    return [potential_at(state, problem.width) * problems.VOLT]


def solve_voltages(space, state):
    """The current is the mean over the length, which is the one that the discrete equations conserve."""
    applied = fem.Constant(space.mesh, PETSc.ScalarType(0))
    conditions = reservoirs(space) + [fixed(space, 2, problem.width, applied)]
    solver = make_solver(weak_form(state, *ufl.TestFunctions(space)), state, conditions)
    cation_flux, anion_flux = fluxes(state)
    mean = fem.form((cation_flux - anion_flux)[0] / problem.width * ufl.dx)
    currents = []
    for voltage in problem.voltages:
        applied.value = voltage
        solver.solve(state)
        currents.append(fem.assemble_scalar(mean) * problem.diffusivity[0] * problems.CURRENT)
    return currents


def solve_in_time(space, state):
    """No ion leaves; the first step by backward Euler."""
    old, older = fem.Function(space), fem.Function(space)
    rate = [fem.Constant(space.mesh, PETSc.ScalarType(0)) for _ in range(3)]
    change = [sum(r * s for r, s in zip(rate, group)) for group in zip(*(ufl.split(f) for f in (state, old, older)))]
    tests = ufl.TestFunctions(space)
    residual = weak_form(state, *tests) + (change[0] * tests[0] + change[1] * tests[1]) * ufl.dx
    solver = make_solver(residual, state, [fixed(space, 2, 0.0, PETSc.ScalarType(0))], tolerance=1e-6)
    times = problems.time_steps(problem, per_decade)
    steps = np.diff(times, prepend=0.0)
    potentials = []
    for k, (time, step) in enumerate(zip(times, steps)):
        older.x.array[:], old.x.array[:] = old.x.array, state.x.array
        for r, value in zip(rate, problems.bdf2(step, steps[k - 1] if k else None)):
            r.value = value / problem.diffusivity[0]
        solver.solve(state)
        if problems.is_recorded(problem, time):
            potentials.append(potential_at(state, problem.width) * problems.VOLT)
    return potentials


space = make_space()
state = fem.Function(space)
set_guess(state)
try:
    solve = solve_in_time if problem.times else solve_voltages if problem.voltages else solve_open
    problems.answer(dolfinx.__version__, cells, solve(space, state))
except RuntimeError as error:
    sys.exit(f"DOLFINx: {error}")

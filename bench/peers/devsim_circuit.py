#!/usr/bin/env python3
"""DEVSIM: finite volumes with exponentially fitted currents, its Newton solver and direct solver.

The cell stands in DEVSIM's circuit: no current means a right contact whose circuit node has nothing to feed.
Time: TR-BDF2 on steps of constant ratio after two of backward Euler, as its manual has it. Resolution:
CELLS[@STEPS PER DECADE]."""
import math
import sys

import devsim
from devsim.python_packages.model_create import (
    CreateContactNodeModel, CreateEdgeModel, CreateEdgeModelDerivatives, CreateNodeModel, CreateNodeModelDerivative,
    CreateSolution)

import problems

DEVICE = {"device": "cell"}
PLACE = {"device": "cell", "region": "water"}
VARIABLES = ("Cation", "Anion", "Potential")
CURRENTS = {"Cation": "CationCurrent", "Anion": "AnionCurrent"}
problem, resolution = problems.from_command_line()
cells, per_decade = problems.split(resolution)
x = problems.nodes(problem, cells)


def make_mesh():
    """From lists of nodes and elements, which takes any spacing: edges are of type 1, nodes of type 0."""
    last = len(x) - 1
    coordinates = [value for place in x.tolist() for value in (place, 0.0, 0.0)]
    elements = [value for k in range(last) for value in (1, 0, k, k + 1)] + [0, 1, 0, 0, 2, last]
    devsim.create_gmsh_mesh(mesh="mesh", coordinates=coordinates, elements=elements,
                            physical_names=["water", "left", "right"])
    devsim.add_gmsh_region(mesh="mesh", gmsh_name="water", region="water", material="water")
    for side in ("left", "right"):
        devsim.add_gmsh_contact(mesh="mesh", gmsh_name=side, region="water", name=side, material="metal")
    devsim.finalize_mesh(mesh="mesh")
    devsim.create_device(mesh="mesh", **DEVICE)


def make_models():
    for name, values in zip(VARIABLES, problems.guess(problem, x)):
        CreateSolution("cell", "water", name)
        devsim.set_node_values(**PLACE, name=name, values=values.tolist())
    devsim.node_solution(**PLACE, name="FixedCharge")
    devsim.set_node_values(**PLACE, name="FixedCharge", values=problems.fixed_charge(problem, x).tolist())
    up, down = problem.diffusivity
    edges = {
        "Drop": "Potential@n0 - Potential@n1",
        "Field": "(Potential@n0 - Potential@n1)*EdgeInverseLength",
        "CationCurrent": f"{up!r}*EdgeInverseLength*(Cation@n0*B(-Drop) - Cation@n1*B(Drop))",
        "AnionCurrent": f"-{down!r}*EdgeInverseLength*(Anion@n0*B(Drop) - Anion@n1*B(-Drop))",
    }
    for name, model in edges.items():
        CreateEdgeModel("cell", "water", name, model)
        for variable in VARIABLES:
            if variable == "Potential" or variable in model:
                CreateEdgeModelDerivatives("cell", "water", name, model, variable)
    nodes = {"SpaceCharge": "-(Cation - Anion + FixedCharge)", "CationCharge": "Cation", "AnionCharge": "-Anion"}
    for name, model in nodes.items():
        CreateNodeModel("cell", "water", name, model)
        for variable in VARIABLES[:2]:
            CreateNodeModelDerivative("cell", "water", name, model, variable)


def make_equations():
    for ion, current in CURRENTS.items():
        devsim.equation(**PLACE, name=ion + "Equation", variable_name=ion, edge_model=current,
                        time_node_model=ion + "Charge", variable_update="positive")
    devsim.equation(**PLACE, name="PotentialEquation", variable_name="Potential", node_model="SpaceCharge",
                    edge_model="Field")


def pin(side, variable, value, derivatives=(), **rest):
    """Contact equation variable = value, the value a number, a parameter or a circuit node."""
    name = side + variable
    CreateContactNodeModel("cell", side, name, f"{variable} - {value}")
    CreateContactNodeModel("cell", side, f"{name}:{variable}", "1")
    for other in derivatives:
        CreateContactNodeModel("cell", side, f"{name}:{other}", "-1")
    devsim.contact_equation(**DEVICE, contact=side, name=variable + "Equation", node_model=name, **rest)


def make_contacts():
    for side, salt in zip(("left", "right"), problem.ends):
        circuit = {"circuit_node": "bias"} if side == "right" and not problem.voltages else {}
        for ion, current in CURRENTS.items():
            pin(side, ion, repr(salt), edge_current_model=current, **circuit)
    pin("left", "Potential", "0")
    if problem.voltages:
        devsim.set_parameter(name="bias", value=0.0)
        pin("right", "Potential", "bias")
    else:
        devsim.add_circuit_node(name="bias", value=0.0, variable_update="default")
        devsim.circuit_element(name="I1", n1="bias", n2=0, value=0.0)
        pin("right", "Potential", "bias", ("bias",), circuit_node="bias")


def solve(kind="dc", relative_error=1e-9, **rest):
    devsim.solve(type=kind, absolute_error=1e-8, relative_error=relative_error, maximum_iterations=100, **rest)


def step_in_time(kind, step, **rest):
    """Potentials start at 0: no bound on their relative change, nor on the step's error (steps are given)."""
    solve("transient_" + kind, relative_error=1e10, charge_error=1e10, tdelta=step, **rest)


def solve_open():
    solve()
    return [devsim.get_circuit_node_value(node="bias", solution="dcop") * problems.VOLT]


def solve_voltages():
    currents = []
    for voltage in problem.voltages:
        devsim.set_parameter(name="bias", value=float(voltage))
        solve()
        parts = [devsim.get_contact_current(**DEVICE, contact="left", equation=ion + "Equation") for ion in CURRENTS]
        currents.append(sum(parts) * problems.CURRENT)
    return currents


def hold_start():
    """A transient starts from the solution of a steady problem: here one whose solution is the given state."""
    for name in VARIABLES:
        devsim.node_solution(**PLACE, name=name + "Start")
        devsim.set_node_values(**PLACE, name=name + "Start", init_from=name)
        model = f"{name} - {name}Start"
        CreateNodeModel("cell", "water", name + "Held", model)
        CreateNodeModelDerivative("cell", "water", name + "Held", model, name)
        time = {} if name == "Potential" else {"time_node_model": name + "Charge"}
        devsim.equation(**PLACE, name=name + "Equation", variable_name=name, node_model=name + "Held", **time)
    solve("transient_dc")


def solve_in_time():
    hold_start()
    make_equations()
    pin("left", "Potential", "0")
    gamma = 2 - math.sqrt(2)
    potentials, last = [], 0.0
    for k, time in enumerate(problems.time_steps(problem, per_decade)):
        step = time - last
        if k == 0:
            step_in_time("bdf1", step / 2)
            step_in_time("bdf1", step / 2)
        else:
            step_in_time("tr", step, gamma=gamma)
            step_in_time("bdf2", step, gamma=gamma)
        last = time
        if problems.is_recorded(problem, time):
            potentials.append(devsim.get_node_model_values(**PLACE, name="Potential")[-1] * problems.VOLT)
    return potentials


try:
    make_mesh()
    make_models()
    if problem.times:
        values = solve_in_time()
    else:
        make_equations()
        make_contacts()
        values = solve_voltages() if problem.voltages else solve_open()
    problems.answer(devsim.__version__, len(x) - 1, values)
except devsim.error as failure:
    sys.exit(f"DEVSIM: {failure}")

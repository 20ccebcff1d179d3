"""A potential and what it is a compromise of, over time or over what a sweep varies: a membrane's with the Nernst potentials of its ions, the currents of
its mechanisms and its gates; an electrode's with the equilibrium potentials and currents of its couples."""

import numpy as np

from .archive import USAGE, Refused, text
from .axes import COLOURS, DASHES, PANEL, make_panels, set_range
from .series import Course, Variation, is_sweep, is_time, mark_reversal
from .words import axis_label, chemical, scale

MOST_CURVES = 8
SMALL = 1e-3  # of the largest current


class Curve:
    """One number over the frames, as a panel shows it."""

    def __init__(self, label, values, style):
        self.label, self.values, self.style = label, values, style


def dataset(step, start, **attributes):
    """Names of the series that begin so and carry these attributes (True: any value of it; None: not at all)."""
    def fits(data, key, value):
        found = key in data.attrs
        return not found if value is None else found and (value is True or text(data.attrs[key]) == value)

    return [name for name, data in step.group.items()
            if name.startswith(start) and not name.endswith("_bar") and data.ndim == 1
            and all(fits(data, key, value) for key, value in attributes.items())]


def attribute(step, name, key):
    return text(step.group[name].attrs[key])


def style_of(i):
    return {"color": COLOURS[i % 8], "ls": DASHES[(i // 8) % 4]}


def ion_style(step, species, dash):
    """An ion has one colour in all panels."""
    return {"color": COLOURS[[label for label, _ in step.species()].index(species) % 8], "ls": DASHES[dash % 4]}


def label_of(step, species):
    charge = {label: step.group[name].attrs["charge_number"] for label, name in step.species()}
    return chemical(species, charge.get(species, 0))


def largest(curves):
    """The few curves that reach furthest."""
    order = sorted(curves, key=lambda curve: -np.nanmax(np.abs(curve.values), initial=0.0))
    return [curve for curve in curves if curve in order[:MOST_CURVES]]


def membrane_currents(step, membrane):
    """Of every ion through every mechanism, but for those too small to be seen."""
    curves, carried = [], []
    for name in dataset(step, "membrane_current_", membrane=membrane, mechanism=True, species=True):
        species = attribute(step, name, "species")
        words = f"{label_of(step, species)}, {attribute(step, name, 'mechanism')}"
        curves.append(Curve(words, step.series(name), ion_style(step, species, carried.count(species))))
        carried.append(species)
    most = max((np.nanmax(np.abs(curve.values), initial=0.0) for curve in curves), default=0.0)
    return [curve for curve in largest(curves) if np.nanmax(np.abs(curve.values), initial=0.0) > SMALL * most]


def membrane_gates(step, membrane):
    return [Curve(f"{name.rsplit('_', 1)[-1]}, {attribute(step, name, 'mechanism')}", step.series(name), style_of(i))
            for i, name in enumerate(dataset(step, "gate_", membrane=membrane))]


def membrane_panels(step):
    """(title, unit, curves) for every panel."""
    membranes = [attribute(step, name, "membrane") for name in dataset(step, "membrane_potential_")]
    several = len(membranes) > 1
    potentials, panels = [], []
    for i, membrane in enumerate(membranes):
        style = style_of(i) if several else {"color": "black"}
        (name,) = dataset(step, "membrane_potential_", membrane=membrane)
        potentials.append(Curve(membrane if several else "membrane", step.series(name), style))
        for name in [] if several else dataset(step, "nernst_potential_", membrane=membrane):
            species = attribute(step, name, "species")
            words = f"Nernst, {label_of(step, species)}"
            potentials.append(Curve(words, step.series(name), {**ion_style(step, species, 1), "lw": 0.8}))
        panels.append((f"Current, {membrane}" if several else "Outward current", "A/m2", membrane_currents(step, membrane)))
        panels.append((f"Gate, {membrane}" if several else "Gate", "1", membrane_gates(step, membrane)))
    return [("Potential", "V", potentials), *panels]


def electrode_panels(step):
    equilibria, currents, metals = [], [], {}
    for i, name in enumerate(dataset(step, "equilibrium_potential_", couple=True)):
        couple, side = attribute(step, name, "couple"), name.rsplit("_", 1)[-1]
        equilibria.append(Curve(f"{couple}, equilibrium", step.series(name), {**style_of(i), "lw": 0.8, "ls": DASHES[1]}))
        over = step.series(name.replace("equilibrium_potential", "overpotential"))
        if over is not None:
            metals.setdefault(side, Curve(f"{side} electrode", step.series(name) + over, {"color": "black"}))
        current = name.replace("equilibrium_potential", "couple_current")
        currents.append(Curve(couple, step.series(current), style_of(i)))
    for metal, style in zip(metals.values(), ("-", (0, (6, 1.5, 1.5, 1.5)))):
        metal.style["ls"] = style
    return [("Potential", "V", [*metals.values(), *equilibria]), ("Current of oxidation", "A/m2", largest(currents))]


def is_membrane(step):
    return (is_time(step) or is_sweep(step)) and bool(dataset(step, "membrane_potential_"))


def is_mixed(step):
    """Whether more than one couple reacts."""
    return step.unit == "s" and step.solved.sum() > 2 and len(dataset(step, "equilibrium_potential_", couple=True)) > 1


def draw_membrane(step, options):
    """Potentials, currents and gates of the membranes."""
    if not is_membrane(step):
        raise Refused(f"step {step.number} ({step.kind}) has no membrane that changes", USAGE)
    contents = membrane_panels(step)
    if is_time(step):
        return draw_panels(step, Course(step, options), contents)
    variation = Variation(step, options)
    current = step.series("current")
    through = len(dataset(step, "membrane_potential_")) > 1 and np.nanmax(np.abs(current), initial=0.0) > 0
    if not through:
        return draw_panels(step, variation, contents)
    figure = draw_panels(step, variation, [("Current", "A/m2", [Curve("current", current, {"color": "black"})]), *contents])
    mark_reversal(figure.axes[0], step, variation.x)
    return figure


def draw_couples(step, options):
    """Potentials and currents of the couples over time."""
    if step.unit != "s" or not dataset(step, "equilibrium_potential_", couple=True):
        raise Refused(f"step {step.number} ({step.kind}) has no couples that change in time", USAGE)
    return draw_panels(step, Course(step, options), electrode_panels(step))


def draw_panels(step, course, contents):
    contents = [(title, unit, curves) for title, unit, curves in contents if curves]
    rows = [0 if len(curves) == 1 else -(-len(curves) // columns_of(curves)) for _, _, curves in contents]
    figure, panels = make_panels([1.2 * PANEL] * len(contents), 0, rows[0], rows[1:])
    for panel, (title, unit, curves) in zip(panels, contents):
        values = np.concatenate([curve.values[course.shown] for curve in curves])
        divisor, written = scale(values, unit)
        for curve in curves:
            panel.plot(course.x[course.shown], curve.values[course.shown] / divisor, label=curve.label, **curve.style)
        set_range(panel, values / divisor, False)
        panel.set_ylabel(axis_label(title, written))
        if len(curves) > 1:
            panel.legend(loc="lower center", bbox_to_anchor=(0.5, 0.98), ncol=columns_of(curves), borderaxespad=0.2)
    course.finish(panels[-1])
    return figure


def columns_of(curves):
    """Of the legend above a panel."""
    return 2 if len(curves) == 4 else 3

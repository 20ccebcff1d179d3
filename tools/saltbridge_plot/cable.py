"""A cable: the potential along it at a few moments, and over time at a few places."""

import numpy as np

from .archive import USAGE, Refused, choose_frames, text
from .axes import PANEL, make_panels, plt, set_range, tidy
from .words import axis_label, scale, words_of

PLACES = 5


def is_cable(step):
    return text(step.group.attrs.get("geometry", "")) == "cable" and step.unit == "s" and step.solved.sum() > 2


def draw_cable(step, options):
    if not is_cable(step):
        raise Refused(f"step {step.number} ({step.kind}) is no transient of a cable", USAGE)
    potential, x = step.series("electric_potential"), step.positions(0)
    frames = choose_frames(step, options.frame)
    nodes = np.searchsorted(x, np.linspace(x[0], x[-1], PLACES)).clip(0, len(x) - 1)
    divisor, unit = scale(potential[step.solved], "V")
    metre, x_unit = scale(x, "m")
    second, t_unit = scale(step.places, "s")
    figure, panels = make_panels([1.2 * PANEL, 1.2 * PANEL], head_rows=2, rows_between=[2], shared=False)
    for i, colour in zip(frames, shades(len(frames))):
        panels[0].plot(x / metre, potential[i] / divisor, color=colour, label=words_of(step.places[i], "s", among=step.places))
    for i, colour in zip(nodes, shades(len(nodes))):
        course = potential[step.solved, i] / divisor
        panels[1].plot(step.places[step.solved] / second, course, color=colour, label=words_of(x[i], "m", among=x))
    for panel, label in zip(panels, (axis_label("Position $x$", x_unit), axis_label("Time", t_unit))):
        panel.set_xlabel(label)
        panel.margins(x=0)
        tidy(panel.xaxis, False)
        panel.set_ylabel(axis_label("Potential", unit))
        set_range(panel, potential[step.solved].ravel() / divisor, False)
        panel.legend(loc="lower center", bbox_to_anchor=(0.5, 0.98), ncol=4, borderaxespad=0.2)
    return figure


def shades(count):
    """From early to late, or from left to right."""
    return [plt.get_cmap("viridis")(share) for share in np.linspace(0, 0.88, count)]

"""The current over the potential that drives it, where a transient ramps that."""

import numpy as np

from .archive import USAGE, Refused, text
from .axes import COLOURS, PANEL, make_panels, set_range, tidy
from .words import axis_label, scale


def is_voltammogram(step):
    """Whether the potential runs up or down at one rate nearly all the time, and a current answers."""
    potential, current = step.series("potential"), step.series("current")
    if step.unit != "s" or potential is None or current is None or step.solved.sum() < 10:
        return False
    rate = np.abs(np.diff(potential[step.solved]) / np.diff(step.places[step.solved]))
    usual = np.median(rate)
    return usual > 0 and np.mean(np.abs(rate - usual) < 1e-6 * usual) > 0.8 and np.nanmax(np.abs(current)) > 0


def draw_voltammogram(step, options):
    """One curve, in the order of time, with the highest and the lowest current marked."""
    del options
    if not is_voltammogram(step):
        raise Refused(f"step {step.number} ({step.kind}) ramps no potential", USAGE)
    figure, (panel,) = make_panels([1.7 * PANEL])
    shown = step.solved & np.isfinite(step.series("current"))
    potential, current = step.series("potential")[shown], step.series("current")[shown]
    (volt, x_unit), (ampere, y_unit) = scale(potential, "V"), scale(current, text(step.group["current"].attrs["units"]))
    panel.axhline(0, color="0.6", lw=0.5, zorder=0)
    panel.plot(potential / volt, current / ampere, color=COLOURS[0])
    set_range(panel, current / ampere, False)
    panel.margins(x=0.03)
    for i, up in ((current.argmax(), 1), (current.argmin(), -1)):
        if 0 < i < len(current) - 1 and up * current[i] > 0.1 * np.abs(current).max():
            x, y = vertex(potential[i - 1 : i + 2] / volt, current[i - 1 : i + 2] / ampere)
            mark_peak(panel, x, y, up, (x_unit, y_unit))
    tidy(panel.xaxis, False)
    panel.set_xlabel(axis_label("Potential", x_unit))
    panel.set_ylabel(axis_label("Current", y_unit))
    return figure


def vertex(x, y):
    """Of the parabola through three points; the middle one where the potential turns between them."""
    if (x[1] - x[0]) * (x[2] - x[1]) <= 0:
        return x[1], y[1]
    second, first, constant = np.polyfit(x - x[1], y, 2)
    return x[1] - first / (2 * second), constant - first**2 / (4 * second)


def mark_peak(panel, x, y, up, units):
    low, high = panel.get_ylim()
    panel.set_ylim(low - (0.08 * (high - low) if up < 0 else 0), high + (0.08 * (high - low) if up > 0 else 0))
    panel.plot([x], [y], "o", ms=3.5, mfc="white", mec=COLOURS[1], mew=1.0, zorder=5)
    words = f"{y:.3g} {units[1]} at {x:.3g} {units[0]}".replace("-", "−")
    panel.annotate(words, (x, y), (0, 5 * up), textcoords="offset points", va="bottom" if up > 0 else "top", ha="center",
                   fontsize=7, color=COLOURS[1])

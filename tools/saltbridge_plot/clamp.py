"""The current of a membrane over its potential, where a terminal's potential is swept: in all, and by mechanism. Both are
counted as physiologists do: the inside's potential minus the outside's, currents outward."""

import numpy as np

from .archive import USAGE, Refused
from .axes import COLOURS, PANEL, make_panels, set_range, tidy
from .compromise import Curve, attribute, dataset, membrane_currents
from .series import is_sweep, mark_zero
from .words import axis_label, scale


def clamped(step):
    """The membrane whose potential a sweep of a terminal's potential holds; None where it is not that of one membrane."""
    names = dataset(step, "membrane_potential_")
    holds = step.path.startswith("terminals.") and "potential" in step.path.split(".")
    return attribute(step, names[0], "membrane") if holds and len(names) == 1 else None


def is_clamped(step):
    return is_sweep(step) and clamped(step) is not None


def draw_clamped(step, _options):
    if not is_clamped(step):
        raise Refused(f"step {step.number} ({step.kind}) varies no potential that one membrane is held at", USAGE)
    membrane = clamped(step)
    (potential,) = dataset(step, "membrane_potential_", membrane=membrane)
    (total,) = dataset(step, "membrane_current_", membrane=membrane, mechanism=None, species=None)
    curves = [Curve("sum", step.series(total), {"color": "black"}), *membrane_currents(step, membrane)]
    figure, (panel,) = make_panels([1.7 * PANEL])
    x, shown = 1e3 * step.series(potential), step.solved
    values = np.concatenate([curve.values[shown] for curve in curves])
    divisor, written = scale(values, "A/m2")
    mark = {"marker": "o", "ms": 2.2, "mec": "none"} if shown.sum() <= 60 else {}
    for curve in curves:
        panel.plot(x[shown], curve.values[shown] / divisor, label=curve.label, **mark, **curve.style)
    for line in (panel.axhline, panel.axvline):
        line(0, color="0.6", lw=0.5, zorder=0)
    set_range(panel, values / divisor, False)
    if "reversal_potential" in step.group and np.isfinite(step.group["reversal_potential"][()]):
        terminal = step.series("potential")[shown]
        order = np.argsort(terminal)
        mark_zero(panel, float(np.interp(step.group["reversal_potential"][()], terminal[order], x[shown][order])), x[shown],
                  step.series(total)[shown], COLOURS[1])
    panel.set_ylabel(axis_label("Outward current", written))
    panel.legend(loc="best")
    panel.margins(x=0.03)
    tidy(panel.xaxis, False)
    panel.set_xlabel("Membrane potential (mV)")
    return figure

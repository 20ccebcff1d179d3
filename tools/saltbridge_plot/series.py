"""Numbers over time, or over what a sweep varies."""

import numpy as np

from .archive import USAGE, Refused, text
from .axes import COLOURS, PANEL, make_panels, set_range, spread, tidy, wants_log
from .words import axis_label, label_of_path, scale, words_of

FARADAY = 96485.33212  # C/mol

CANDIDATES = (("potential", "Potential"), ("current", "Current"), ("charge_left", "Charge, left"),
              ("charge_right", "Charge, right"), ("capacitance_left", "Capacitance, left"),
              ("capacitance_right", "Capacitance, right"))


def noteworthy(step, names):
    """Those of the named numbers that change over the frames by more than their error: (name, title), at most three."""
    fluxes = [step.series(name) for name in step.group if name.startswith("flux_") and name.endswith("_at_right_end")]
    largest = FARADAY * max((np.nanmax(np.abs(flux), initial=0.0) for flux in fluxes), default=0.0)
    found, seen = [], []
    for name, title in CANDIDATES:
        values = step.series(name) if name in names else None
        if values is None or not np.isfinite(values).any():
            continue
        change = np.nanmax(values) - np.nanmin(values)
        error = max(2 * np.nanmedian(step.bar(name)), 1e-6 * largest if name == "current" else 0.0)
        mirrored = any(np.allclose(np.abs(values), np.abs(other), rtol=1e-3, atol=0, equal_nan=True) for other in seen)
        if change > error and not mirrored:
            found.append((name, title))
            seen.append(values)
    return found[:3]


def numbers_to_draw(step, names):
    """The named numbers; where none of them tells anything, whatever else changes."""
    varied = step.path.split(".")[-1]
    found = noteworthy(step, names) or noteworthy(step, [name for name, _ in CANDIDATES if name != varied])
    found = found or [pair for pair in CANDIDATES if pair[0] in step.group][:1]
    if not found:
        raise Refused(f"step {step.number} has stored no potential, current or charge", USAGE)
    return found


def draw_time(step, options):
    """What changes with time."""
    if step.unit != "s":
        raise Refused(f"step {step.number} ({step.kind}) does not run in time", USAGE)
    names = numbers_to_draw(step, [name for name, _ in CANDIDATES])
    figure, panels = make_panels([PANEL if len(names) > 1 else 1.4 * PANEL] * len(names))
    course = Course(step, options)
    for panel, (name, title), colour in zip(panels, names, ["black", *COLOURS]):
        draw_series(panel, step, name, title, course.x, course.shown, colour)
    course.finish(panels[-1])
    return figure


class Course:
    """The time axis: logarithmic where times span decades, which leaves time 0 out."""

    def __init__(self, step, options):
        after = step.solved & (step.places > 0)
        times = step.places[after]
        early = len(times) > 0 and np.median(times) < 0.1 * times[-1]  # evenly spaced times are looked at as they are
        self.logarithmic = wants_log(options, early and spread(times) > 300)
        self.shown = after if self.logarithmic else step.solved
        divisor, self.unit = (1.0, "s") if self.logarithmic else scale(step.places[self.shown], "s")
        self.x = step.places / divisor

    def finish(self, panel):
        if self.logarithmic:
            panel.set_xscale("log")
        panel.set_xlim(self.x[self.shown].min(), self.x[self.shown].max())
        tidy(panel.xaxis, self.logarithmic)
        panel.set_xlabel(axis_label("Time", self.unit))


def draw_series(panel, step, name, title, x, shown, colour):
    """One number over x, with its error bar as a band where it can be seen."""
    values, data = step.series(name), step.group[name]
    bar = step.bar(name)
    divisor, unit = scale(values[shown], text(data.attrs["units"]))
    mark = {"marker": "o", "ms": 2.2, "mec": "none"} if shown.sum() <= 60 else {}
    low, high = (values - bar)[shown] / divisor, (values + bar)[shown] / divisor
    panel.fill_between(x[shown], low, high, color=colour, alpha=0.2, lw=0)
    panel.plot(x[shown], values[shown] / divisor, color=colour, **mark)
    set_range(panel, values[shown] / divisor, False)
    panel.set_ylabel(axis_label(title, unit))


def is_time(step):
    return step.unit == "s" and step.solved.sum() > 2


def is_sweep(step):
    return step.unit != "s" and step.coordinate != "frame" and step.solved.sum() > 2


def draw_sweep(step, options):
    """Current against potential where a potential is varied, else what the variation changes."""
    if step.unit == "s" or step.coordinate == "frame":
        raise Refused(f"step {step.number} ({step.kind}) varies nothing", USAGE)
    end = step.path.split(".")[-1]
    names = numbers_to_draw(step, {"potential": ["current"], "current": ["potential"]}.get(end, ["potential", "current"]))
    figure, panels = make_panels([1.7 * PANEL if len(names) == 1 else PANEL] * len(names))
    variation = Variation(step, options)
    for panel, (name, title), colour in zip(panels, names, ["black", *COLOURS]):
        draw_series(panel, step, name, title, variation.x, step.solved, colour)
        mark_unsolved(panel, step, variation.x)
    if end == "potential" and names[0][0] == "current":
        mark_reversal(panels[0], step, variation.x)
    variation.finish(panels[-1])
    return figure


class Variation:
    """The axis of what a sweep varies."""

    def __init__(self, step, options):
        end = step.path.split(".")[-1]
        electric = end in ("potential", "current")
        wanted = wants_log(options, not electric and spread(np.abs(step.places)) > 100)
        self.logarithmic = wanted and bool((step.places > 0).all())
        divisor, self.unit = scale(step.places, step.unit)
        self.x, self.shown = step.places / divisor, step.solved
        self.word = end if electric else label_of_path(step.path)

    def finish(self, panel):
        if self.logarithmic:
            panel.set_xscale("log")
        else:
            panel.margins(x=0.03)
        tidy(panel.xaxis, self.logarithmic)
        panel.set_xlabel(axis_label(self.word[0].upper() + self.word[1:], self.unit))


def mark_unsolved(panel, step, x):
    if step.solved.all():
        return
    panel.plot(x[~step.solved], np.full((~step.solved).sum(), 0.05), "x", ms=3.5, mew=0.8, color="#D55E00",
               transform=panel.get_xaxis_transform(), label="not solved", clip_on=False)
    panel.legend(loc="best")


def mark_reversal(panel, step, x):
    """Axes through zero, and the potential at which the current changes its sign."""
    for line in (panel.axhline, panel.axvline):
        line(0, color="0.6", lw=0.5, zorder=0)
    if "reversal_potential" in step.group and np.isfinite(step.group["reversal_potential"][()]):
        place = 1e3 * float(step.group["reversal_potential"][()])
        mark_zero(panel, place, x[step.solved], step.series("current")[step.solved], COLOURS[1])


def mark_zero(panel, place, x, current, colour):
    """The place (mV) on the curve of a current over x (mV) where it changes its sign."""
    width = np.ptp(x)
    if abs(place) < 1e-4 * width:
        return  # nothing to tell from zero
    panel.plot([place], [0], "o", ms=3.5, mfc="white", mec=colour, mew=1.0, zorder=5)
    rising = np.polyfit(x, current, 1)[0] > 0
    side = -1 if place > x.min() + 0.7 * width else 1  # of the mark, so that the label keeps clear of the edge
    above = (side > 0) != rising
    panel.annotate(words_of(1e-3 * place, "V", 4), (place, 0), (5 * side, 5 if above else -5), textcoords="offset points",
                   va="bottom" if above else "top", ha="left" if side > 0 else "right", fontsize=7, color=colour)

"""Panels of one journal column, their style, ticks and ranges."""

import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend comes first)
from matplotlib.ticker import AutoMinorLocator, LogLocator, MaxNLocator, NullFormatter  # noqa: E402

MM = 1 / 25.4  # in inches
WIDTH, LEFT, RIGHT = 88, 14, 3.5  # mm; one column of a journal
PANEL, GAP, FOOT, HEAD, ROW = 32, 3, 10, 2, 4  # mm: panel, between panels, x axis, top margin, line of text
# Okabe and Ito's palette, told apart with any colour vision; black is kept for the potential.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C8C00", "#7F7F7F"]
DASHES = ["-", (0, (4, 2)), (0, (1.5, 1.5)), (0, (6, 1.5, 1.5, 1.5))]  # ions of equal concentration stay visible
STYLE = {
    "font.family": "sans-serif", "font.sans-serif": ["Arial", "Liberation Sans", "DejaVu Sans"],
    "font.size": 8, "axes.labelsize": 8, "xtick.labelsize": 7, "ytick.labelsize": 7, "legend.fontsize": 7,
    "axes.linewidth": 0.6, "lines.linewidth": 1.1, "lines.solid_capstyle": "round",
    "xtick.direction": "in", "ytick.direction": "in", "xtick.top": True, "ytick.right": True,
    "xtick.major.width": 0.6, "ytick.major.width": 0.6, "xtick.minor.width": 0.4, "ytick.minor.width": 0.4,
    "xtick.major.size": 3, "ytick.major.size": 3, "xtick.minor.size": 1.7, "ytick.minor.size": 1.7,
    "legend.frameon": False, "legend.handlelength": 1.6, "legend.handletextpad": 0.5, "legend.columnspacing": 1.2,
    "legend.borderaxespad": 0.3, "legend.labelspacing": 0.25, "svg.fonttype": "none", "pdf.fonttype": 42,
}


def make_panels(heights, foot_rows=0, head_rows=0, rows_between=(), shared=True):
    """Figure of one column's width with panels (heights in mm) one above the other; rows: lines of text below, above and
    between them. They share the x axis, or each has its own."""
    top, foot = HEAD + ROW * head_rows, FOOT + ROW * foot_rows
    gap = GAP if shared else GAP + FOOT
    gaps = [gap + ROW * rows for rows in rows_between] or [gap] * (len(heights) - 1)
    total = sum(heights) + sum(gaps) + top + foot
    figure = plt.figure(figsize=(WIDTH * MM, total * MM))
    panels, y = [], total - top
    for height, gap in zip(heights, [*gaps, 0]):
        y -= height
        box = [LEFT / WIDTH, y / total, (WIDTH - LEFT - RIGHT) / WIDTH, height / total]
        panels.append(figure.add_axes(box, sharex=panels[0] if panels and shared else None))
        y -= gap
    for panel in panels:
        panel.yaxis.set_label_coords(-10.2 / (WIDTH - LEFT - RIGHT), 0.5)
        panel.tick_params(which="both", labelbottom=panel is panels[-1] or not shared)
    return figure, panels


def tidy(axis, logarithmic):
    """Few, round ticks."""
    if logarithmic:
        axis.set_major_locator(LogLocator(numticks=7))
        axis.set_minor_locator(LogLocator(subs=np.arange(2, 10), numticks=12))
        axis.set_minor_formatter(NullFormatter())
    else:
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        axis.set_minor_locator(AutoMinorLocator(2))


def spread(values):
    """Largest over smallest positive value."""
    positive = values[np.isfinite(values) & (values > 0)]
    return positive.max() / positive.min() if len(positive) else 1.0


def set_range(panel, values, logarithmic, floor=None):
    """y limits with a little air; a logarithmic one shows at most eight decades."""
    values = values[np.isfinite(values)]
    if logarithmic:
        values = values[values > 0]
        low, high = max(values.min(), 1e-8 * values.max()), values.max()
        panel.set_yscale("log")
        panel.set_ylim(low / 1.6, high * 1.6)
    else:
        low, high = values.min() if floor is None else floor, values.max()
        air = 0.07 * (high - low) if high > low else max(0.05 * abs(high), 1.0)
        panel.set_ylim(low if floor is not None else low - air, high + air)
    tidy(panel.yaxis, logarithmic)


def wants_log(options, natural):
    return options.log if options.log is not None else natural

"""Work against error: one panel a problem, one line a program."""
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend comes first)
from matplotlib.ticker import LogLocator, NullLocator  # noqa: E402

PANELS = {"P1": "P1, junction", "P3": "P3, membrane", "I-V": "I-V, 41 points", "P2": "P2, transient"}
# Okabe and Ito's palette and a marker each, told apart with any colour vision; ours is black.
LOOKS = {
    "saltbridge": ("#000000", "o", "-"), "SciPy": ("#0072B2", "s", "-"), "DOLFINx": ("#D55E00", "^", "-"),
    "DOLFINx, quadratic": ("#D55E00", "v", "--"), "DEVSIM": ("#009E73", "D", "-"), "FiPy": ("#CC79A7", "P", "-"),
    "IDA": ("#E69F00", "X", "-"),
}
STYLE = {"font.size": 8, "axes.titlesize": 8, "axes.linewidth": 0.6, "xtick.labelsize": 7, "ytick.labelsize": 7,
         "legend.fontsize": 8, "svg.fonttype": "none", "svg.hashsalt": "peers",
         "font.sans-serif": ["Arial", "Liberation Sans", "DejaVu Sans"]}


def draw_panel(axes, rows, problem):
    unit = 100.0 if problem == "I-V" else 1e6
    for program, (colour, marker, dash) in LOOKS.items():
        points = sorted((unit * row["error"], row["user"]) for row in rows
                        if row["problem"] == problem and row["program"] == program and row["error"])
        if points:
            axes.plot(*zip(*points), color=colour, marker=marker, linestyle=dash, markersize=3.5, linewidth=1,
                      label=program, zorder=3 if program == "saltbridge" else 2)
    axes.set(xscale="log", yscale="log", title=PANELS[problem],
             xlabel="error / %" if problem == "I-V" else "error / \u00b5V")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(numticks=8))
        axis.set_minor_locator(NullLocator())
    axes.grid(True, color="#dddddd", linewidth=0.4)


def draw(rows, path):
    plt.rcParams.update(STYLE)
    figure, panels = plt.subplots(2, 2, figsize=(6.6, 5.6))
    figure.subplots_adjust(left=0.085, right=0.985, top=0.955, bottom=0.16, wspace=0.17, hspace=0.38)
    handles = {}
    for axes, problem in zip(panels.flat, PANELS):
        draw_panel(axes, rows, problem)
        handles.update(zip(*reversed(axes.get_legend_handles_labels())))  # by label
    for axes in panels[:, 0]:
        axes.set_ylabel("user CPU time / s")
    figure.legend(handles.values(), handles.keys(), loc="lower center", ncols=4, frameon=False)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)

"""Spectra: a Nyquist plot with equal axes, and below it magnitude and phase over the frequency (Bode)."""

import numpy as np

from .archive import USAGE, Refused
from .axes import COLOURS, FOOT, GAP, HEAD, LEFT, MM, PANEL, RIGHT, WIDTH, plt, set_range, spread, tidy, wants_log
from .words import axis_label, words_of


def is_impedance(step):
    return "impedance_real" in step.group and step.coordinate == "frequency" and step.solved.any()


def draw_impedance(step, options):
    """A Nyquist plot with equal axes, and below it magnitude and phase over the frequency (Bode)."""
    if not is_impedance(step):
        raise Refused(f"step {step.number} ({step.kind}) is no impedance step", USAGE)
    side, left = WIDTH - LEFT - RIGHT, LEFT / WIDTH
    heights = [HEAD, 0.8 * side, FOOT + GAP, PANEL, GAP, 0.8 * PANEL, FOOT]  # mm, from the top
    total = sum(heights)
    figure = plt.figure(figsize=(WIDTH * MM, total * MM))
    panels = [figure.add_axes([left, sum(heights[i + 1 :]) / total, side / WIDTH, heights[i] / total]) for i in (1, 3, 5)]
    for panel in panels:
        panel.yaxis.set_label_coords(-10.2 / side, 0.5)
    good = step.solved
    z = 1e4 * (step.series("impedance_real") + 1j * step.series("impedance_imaginary"))[good]  # ohm cm2
    draw_nyquist(panels[0], step.places[good], z)
    draw_bode(panels[1:], step.places[good], z, options)
    return figure


def draw_nyquist(panel, frequencies, z):
    """Minus the imaginary part over the real one, every decade marked; a capacitor's long rise leaves the picture where it
    would hide the rest."""
    size = np.ptp(z.real) or abs(z.real).max()
    shown = z if np.ptp(z.imag) < 25 * size else z[-z.imag < 2 * size + max(0, -z.imag[-1])]
    power = min(max(3 * np.floor(np.log10(np.abs(shown).max() * 1.0000001) / 3), -6), 6)
    divisor, unit = 10.0**power, {-6: "µ", -3: "m", 0: "", 3: "k", 6: "M"}[int(power)] + "Ω cm²"
    few = {"marker": "o", "ms": 2.2, "mec": "none"} if len(z) <= 100 else {}
    panel.plot(z.real / divisor, -z.imag / divisor, color="black", **few)
    decades = np.log10(frequencies)
    for i in np.flatnonzero(np.abs(decades - decades.round()) < 1e-6):
        panel.plot(z.real[i] / divisor, -z.imag[i] / divisor, "o", ms=3.5, mfc="white", mec=COLOURS[1], mew=1.0, zorder=5)
    for value, axis in ((shown.real, "x"), (-shown.imag, "y")):
        low, high = min(value.min(), 0 if value.min() < 0.3 * value.max() else value.min()), value.max()
        air = (0.25 if axis == "x" else 0.07) * (high - low or size)  # a label needs room on either side
        getattr(panel, f"set_{axis}lim")((low - air) / divisor, (high + air) / divisor)
    panel.set_aspect("equal", adjustable="datalim")
    panel.apply_aspect()
    label_decades(panel, frequencies, z / divisor)
    panel.axhline(0, color="0.6", lw=0.5, zorder=0)
    panel.set_xlabel(axis_label("Re $Z$", unit))
    panel.set_ylabel(axis_label("−Im $Z$", unit))
    tidy(panel.xaxis, False)
    tidy(panel.yaxis, False)


def away_from_curve(z, i):
    """Direction in the plot, from the centre of the curve outwards and across its run."""
    run = np.conj(z[min(i + 1, len(z) - 1)] - z[max(i - 1, 0)])  # the plot has the imaginary axis upside down
    outward = np.conj(z[i] - 0.5 * (z.real.max() + z.real.min()))
    side = 1j * run / (abs(run) or 1.0)
    side = side if (side * np.conj(outward)).real >= 0 else -side
    return side.real, side.imag


def label_decades(panel, frequencies, z):
    """Names the decades at both ends, and between them those that stand clear of what is named."""
    span, named = max(np.ptp(panel.get_xlim()), np.ptp(panel.get_ylim())), []
    decades = np.log10(frequencies)
    marked = [i for i in np.flatnonzero(np.abs(decades - decades.round()) < 1e-6) if -z.imag[i] < panel.get_ylim()[1]]
    for i in marked[:1] + marked[-1:] + marked[1:-1]:
        if any(abs(z[i] - other) < 0.12 * span for other in named):
            continue
        across, up = away_from_curve(z, i)
        panel.annotate(words_of(frequencies[i], "Hz"), (z.real[i], -z.imag[i]), (5 * across, 5 * up),
                       textcoords="offset points", va=("top", "center", "bottom")[1 + round(up)],
                       ha=("right", "center", "left")[1 + round(across)], fontsize=7, color=COLOURS[1],
                       bbox={"fc": "white", "ec": "none", "pad": 0.5, "alpha": 0.8})
        named.append(z[i])


def draw_bode(panels, frequencies, z, options):
    few = {"marker": "o", "ms": 2.2, "mec": "none"} if len(z) <= 100 else {}
    phase = np.degrees(np.angle(z))
    panels[0].plot(frequencies, np.abs(z), color="black", **few)
    panels[1].plot(frequencies, phase, color=COLOURS[0], **few)
    set_range(panels[0], np.abs(z), wants_log(options, spread(np.abs(z)) > 3))
    panels[0].set_ylabel(axis_label("|$Z$|", "Ω cm²"))
    set_range(panels[1], np.append(phase, 0.0), False)
    panels[1].set_ylabel("Phase (°)")
    panels[1].set_xlabel("Frequency (Hz)")
    for panel in panels:
        panel.set_xscale("log")
        panel.set_xlim(frequencies[0], frequencies[-1] if len(frequencies) > 1 else 10 * frequencies[0])
        tidy(panel.xaxis, True)
        panel.tick_params(which="both", labelbottom=panel is panels[1])

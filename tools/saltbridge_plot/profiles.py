"""Fields over x, of one frame or of several."""

import numpy as np

from .archive import Refused, choose_frames
from .axes import COLOURS, DASHES, LEFT, MM, PANEL, RIGHT, WIDTH, make_panels, plt, set_range, spread, tidy
from .words import axis_label, chemical, scale, words_of


class Ruler:
    """From positions to the x axis: true to scale, or with every region as wide as its neighbours where the widest would
    hide the narrowest; along a cable always true, since what travels shall be seen to."""

    def __init__(self, step, frames):
        self.edges = max((step.edges(frame) for frame in frames), key=lambda edges: edges[-1])
        widths = np.diff(self.edges)
        self.true = step.cable or widths.max() < 25 * widths.min()
        self.divisor, self.unit = scale(self.edges, "m")
        self.marks = self.edges / self.divisor if self.true else np.arange(len(self.edges), dtype=float)

    def __call__(self, x):
        return x / self.divisor if self.true else np.interp(x, self.edges, self.marks)

    def finish(self, panel):
        panel.set_xlim(self.marks[0], self.marks[-1])
        if self.true:
            panel.set_xlabel(axis_label("Position $x$", self.unit))
            tidy(panel.xaxis, False)
        else:
            panel.set_xlabel("Position (regions drawn equally wide)")
            panel.set_xticks(self.marks, labels=[])


class Regions:
    """Names of the regions above the panels, in as many rows as they need, and a shade over every other region."""

    def __init__(self, names, ruler):
        letter = 0.19 * 7 / (WIDTH - LEFT - RIGHT)  # width that a letter of 7 points takes, roughly, of the panel's
        places = (ruler.marks - ruler.marks[0]) / (ruler.marks[-1] - ruler.marks[0])
        self.marks, self.names, ends = ruler.marks, [], []
        for name, left, right, width in zip(names, places[:-1], places[1:], np.diff(ruler.edges)):
            label = name if ruler.true else f"{name}, {words_of(width, 'm')}"
            half = min(0.5 * letter * len(label), 0.5)
            centre = min(max(0.5 * (left + right), half), 1 - half)
            row = next((row for row, end in enumerate(ends) if end + letter < centre - half), len(ends))
            ends[row : row + 1] = [centre + half]
            self.names.append((label, centre, row))
        self.rows = len(ends)

    def draw(self, panels):
        for panel in panels:
            for r in range(1, len(self.names), 2):
                panel.axvspan(self.marks[r], self.marks[r + 1], color="0.93", lw=0, zorder=0)
        for label, centre, row in self.names:
            up = (1 + 3.2 * row) * MM * 72  # points
            panels[0].annotate(label, (centre, 1), (0, up), xycoords="axes fraction", textcoords="offset points",
                               va="bottom", ha="center", fontsize=7, color="0.35")


def arrange(step, several):
    """Fields to draw, panel by panel: (label, dataset, style). The potential is above; the species share a panel, or for
    several frames, when the colour tells the frame, have one each."""
    panels = [[("Potential", "electric_potential", {"color": "black"})]] if "electric_potential" in step.group else []
    each = []
    for i, (label, name) in enumerate(step.species()):
        style = {"color": COLOURS[i % 8], "ls": DASHES[(i + i // 8) % 4]}
        each.append((chemical(label, step.group[name].attrs["charge_number"]), name, style))
    panels += [[one] for one in each] if several else [each] if each else []
    if not panels:
        raise Refused(f"step {step.number} has stored neither potential nor concentrations")
    return panels


def draw_profiles(step, options):
    """Fields over x, of one frame or of several."""
    frames = choose_frames(step, options.frame)
    several = len(frames) > 1
    contents = arrange(step, several)
    keys = len(frames) if several else len(contents[-1])
    rows = -(-keys // 4) if keys > 1 else 0
    height = min(PANEL, 150 / len(contents)) if several else PANEL
    ruler = Ruler(step, frames)
    regions = Regions([] if several and "position" in step.group else step.regions, ruler)
    figure, panels = make_panels([height] * len(contents), rows, regions.rows)
    for panel, fields in zip(panels, contents):
        handles, unit = draw_fields(panel, step, frames, fields, ruler, options.log)
        title = fields[0][0] if len(fields) == 1 else "Concentration"
        if height < 0.75 * PANEL:
            title, unit = title.replace("Potential", r"$\phi$"), unit.replace("mmol/L", "mM")
        panel.set_ylabel(axis_label(title, unit))
    ruler.finish(panels[-1])
    regions.draw(panels)
    if rows:
        columns = -(-keys // rows)
        in_rows = [key for column in range(columns) for key in handles[column::columns]]
        figure.legend(handles=in_rows, loc="lower center", ncol=columns, bbox_to_anchor=(0.5 + 0.5 * (LEFT - RIGHT) / WIDTH, 0))
    return figure


def draw_fields(panel, step, frames, fields, ruler, log):
    """Curves of one panel, coloured by frame if there are several; returns their handles and the unit of the axis."""
    potential = fields[0][1] == "electric_potential"
    values = np.concatenate([step.profile(name, frame)[1] for _, name, _ in fields for frame in frames])
    divisor, unit = scale(values, "V" if potential else "mol/m3")
    colours = [plt.get_cmap("viridis")(share) for share in np.linspace(0, 0.88, len(frames))]
    handles = []
    for label, name, style in fields:
        for number, colour in zip(frames, colours):
            x, y = step.profile(name, number)
            if len(frames) > 1:
                among = None if step.unit == "s" else step.places
                label, style = words_of(step.places[number], step.unit, among=among), {"color": colour}
            handles += panel.plot(ruler(x), y / divisor, label=label, **style)
    logarithmic = not potential and (spread(values) > 100 if log is None else log)
    set_range(panel, values / divisor, logarithmic, None if potential or logarithmic else 0.0)
    return handles, unit

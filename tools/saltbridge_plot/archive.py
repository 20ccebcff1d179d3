"""Reads an output file of saltbridge: steps, their frames, series and profiles."""

import h5py
import numpy as np

USAGE, NO_FILE, IO = 64, 66, 74  # exit codes
CONVENTION = "saltbridge-1"
MOST_FRAMES = 7


class Refused(Exception):
    """What the user asked for cannot be drawn: a message and an exit code."""

    def __init__(self, message, code=IO):
        super().__init__(message)
        self.code = code


class Step:
    """One step of an archive; fields and numbers as arrays in SI units."""

    def __init__(self, group):
        self.group = group
        self.number, self.kind = int(group.name.split("_")[1]), text(group.attrs["step"])
        self.coordinate = text(group.attrs["coordinate"])
        self.places = group[self.coordinate][()]
        self.unit = text(group[self.coordinate].attrs.get("units", "1"))
        self.path = text(group[self.coordinate].attrs.get("long_name", self.coordinate))
        self.solved = group["solved"][()].astype(bool)
        self.cable = text(group.attrs.get("geometry", "")) == "cable"
        wide = group["region_right"][()] > group["region_left"][()]  # a thin membrane is not
        self.regions = [text(name) for name, has_width in zip(group["region_name"][()], wide) if has_width]

    def series(self, name):
        return self.group[name][()] if name in self.group else None

    def positions(self, frame):
        """Of the entries of a profile; they move where a width is varied."""
        return self.group["position"][frame] if "position" in self.group else self.group["x"][()]

    def edges(self, frame):
        """Region edges in a frame."""
        left = np.flatnonzero(np.diff(self.group["region"][()], prepend=-1))
        return np.append(self.positions(frame)[left], self.positions(frame)[-1])

    def bar(self, name):
        """Error bar of a series; 0 where it is not known."""
        parts = [self.series(name + end) for end in ("_mesh_bar", "_time_bar")]
        return sum(np.nan_to_num(part) for part in parts if part is not None)

    def species(self):
        """Labels and dataset names, in the order of the deck."""
        found = [(text(data.attrs["species"]), name) for name, data in self.group.items()
                 if name.startswith("concentration_") and data.ndim == 2 and not name.endswith(("_real", "_imaginary"))]
        order = [text(name) for name in self.group["species"][()]] if "species" in self.group else []
        return sorted(found, key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))

    def profile(self, name, frame):
        """x and values with a gap between regions, so that a jump is not drawn as a steep line."""
        x = self.positions(frame)
        breaks = np.flatnonzero(np.diff(self.group["region"][()]) * (np.diff(x) == 0)) + 1
        return np.insert(x, breaks, x[breaks]), np.insert(self.group[name][frame], breaks, np.nan)


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def open_archive(path):
    if not path.exists():
        raise Refused(f"{path}: no such file", NO_FILE)
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise Refused(f"{path}: this is no HDF5 file, or it is damaged ({error})") from error
    if text(file.attrs.get("Conventions", "")) != CONVENTION:
        raise Refused(f"{path}: this is no output file of saltbridge")
    return file


def choose_step(file, wanted):
    groups = {int(name.split("_")[1]): group for name, group in file.items() if name.startswith("step_")}
    full = [number for number, group in groups.items() if "solved" in group and group["solved"].shape[0] > 0]
    if not full:
        raise Refused(f"{file.filename}: no step of this run has a result")
    number = max(full) if wanted is None else wanted
    if number not in full:
        raise Refused(f"{file.filename}: there is no result of a step {number}; there is of {join(sorted(full))}", USAGE)
    return Step(groups[number])


def join(numbers):
    return ", ".join(str(number) for number in numbers)


def choose_frames(step, wanted):
    """Indices of the frames to draw; a few, evenly spread, where all are wanted."""
    good = np.flatnonzero(step.solved)
    if len(good) == 0:
        raise Refused(f"step {step.number} has no solved frame")
    if wanted == "last":
        return good[-1:]
    if wanted == "all":
        return good[np.unique(np.linspace(0, len(good) - 1, min(len(good), MOST_FRAMES)).round().astype(int))]
    if not 1 <= wanted <= len(step.solved) or not step.solved[wanted - 1]:
        raise Refused(f"step {step.number} has no solved frame {wanted}; its frames are 1 to {len(step.solved)}", USAGE)
    return np.array([wanted - 1])

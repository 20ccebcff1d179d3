"""What bench/peers/run found, as text: tables, the comparison with IDA at equal error, the goals."""
import datetime
import math
import os
import statistics
import textwrap
from pathlib import Path

import cases

TITLE = {
    "P1": "P1: junction of hydrochloric acid, 100 and 10 mol/m3, 1 um, open circuit; 37.9613452 mV",
    "P3": "P3: membrane between baths of potassium chloride, 3 times 100 nm, open circuit; 11.2799258357 mV",
    "I-V": "I-V: the same membrane from -0.2 V to 0.2 V in 41 points; currents at five of them",
    "P2": "P2: a step between the acids of P1, 20 um between walls; nine potentials from 10 ps to 1 ms",
}
COLUMNS = ["program", "resolution", "cells", "error", "wall, s", "user CPU, s", "system CPU, s", "peak, MB", "runs"]
NOTES = """\
Every program is given the same physics and constants and one thread. Wall, CPU time and memory are those of the whole
process, start-up included: medians of the runs, which took turns. A case that takes longer than 10 s is run once.
SciPy and DOLFINx are Debian's, DEVSIM and FiPy from PyPI, IDA is a C program on Debian's SUNDIALS.

- **error** is the largest difference from the known values, which come from other computations of higher order
  (`bench/decks/`); those of currents are shares of the largest one. They are known to 0.00005 uV (P1), 1e-7 uV (P3)
  and 1e-9 (I-V: solve_bvp at tolerance 1e-9, so that there SciPy is held to itself).
- **resolution**: saltbridge, wanted accuracy (P1, P2; it finds the mesh) or cells; it also solves each problem on a
  coarser mesh for its error bars, and transients several times. SciPy, its tolerance (it finds the mesh). IDA, cells
  and relative tolerance. All others, cells, with steps per decade of time after @.
- Given meshes are of equal cells; in P2, for all but saltbridge, graded toward the step by one and the same law.
- DOLFINx has linear or quadratic elements, Newton's method, LU, and BDF2 in time; its compiled forms are cached by the
  run before. DEVSIM has exponentially fitted fluxes, its circuit for the open end, TR-BDF2. FiPy has exponentially
  fitted fluxes, its equations coupled, secants for the voltage of zero current, BDF2. IDA has the same fluxes,
  variable order and step, the analytic Jacobian and its banded solver; it is an integrator in time, so P2 only.
- Where there is no error, the program gave no answer; what it said is below the table.
"""


# ---- rows ------------------------------------------------------------------------------------------------------------
def rows_of(chosen):
    rows = []
    for case in chosen:
        row = {"problem": case.problem, "program": case.peer.name, "resolution": case.resolution.split("q")[0],
               "runs": len(case.runs), "failure": case.failure, "error": None, "cells": None}
        row.update({key: statistics.median(run[key] for run in case.runs) for key in case.runs[0]})
        if not case.failure:
            row.update(error=cases.error_of(case), cells=case.answer["cells"], step=case.answer.get("step"),
                       version=case.answer["version"])
        rows.append(row)
    return rows


def sorted_rows(rows, problem):
    programs = list(dict.fromkeys(row["program"] for row in rows))
    own = [row for row in rows if row["problem"] == problem]
    return sorted(own, key=lambda row: (programs.index(row["program"]), row["failure"] != "", -(row["error"] or 0)))


def error_text(row):
    if row["error"] is None:
        return "none"
    value, unit = (100 * row["error"], "%") if row["problem"] == "I-V" else (1e6 * row["error"], "uV")
    return (f"{value:.2g}" if value < 99.5 else f"{value:.0f}") + " " + unit


def cells_of(row):
    count = "" if row["cells"] is None else f"{row['cells']:,}".replace(",", " ")
    return [row["program"], row["resolution"], count, error_text(row), f"{row['wall']:.2f}", f"{row['user']:.2f}",
            f"{row['system']:.2f}", f"{row['peak'] / 1e6:.0f}", str(row["runs"])]


def table(rows):
    lines = [COLUMNS] + [cells_of(row) for row in rows]
    widths = [max(len(line[k]) for line in lines) for k in range(len(COLUMNS))]
    text = []
    for line in lines:
        padded = [cell.ljust(w) if k < 2 else cell.rjust(w) for k, (cell, w) in enumerate(zip(line, widths))]
        text.append("| " + " | ".join(padded) + " |")
    rule = "|" + "|".join("-" * (w + 2) if k < 2 else "-" * (w + 1) + ":" for k, w in enumerate(widths)) + "|"
    return "\n".join([text[0], rule, *text[1:]])


def failures(rows):
    told = [f"{row['program']}, {row['resolution']}: {row['failure']}" for row in rows if row["failure"]]
    return "".join(f"\n- {line}" for line in told)


# ---- what it comes to ------------------------------------------------------------------------------------------------
def frontier(rows):
    """The runs that no other beats in both error and time, as (log error, log user CPU), the most exact first."""
    best = []
    for row in sorted(rows, key=lambda row: row["error"]):
        if not best or row["user"] < math.exp(best[-1][1]):
            best.append((math.log(row["error"]), math.log(row["user"])))
    return best


def time_at(points, error):
    """User CPU at an error, log-linear between the two runs around it; nothing beyond them."""
    wanted = math.log(error)
    for (e0, t0), (e1, t1) in zip(points, points[1:]):
        if e0 <= wanted <= e1:
            return math.exp(t0 + (t1 - t0) * (wanted - e0) / (e1 - e0))
    return None


def against_ida(rows):
    solved = [row for row in rows if row["problem"] == "P2" and row["error"]]
    ours = next((row for row in solved if row["program"] == "saltbridge" and row["resolution"] == "10 uV"), None)
    theirs = frontier([row for row in solved if row["program"] == "IDA"])
    if not ours or not theirs:
        return None
    at_equal = time_at(theirs, ours["error"])
    enough = [math.exp(t) for e, t in theirs if e <= math.log(1e-5)]
    return ours, at_equal, min(enough, default=None)


def ida_text(rows):
    found = against_ida(rows)
    if not found:
        return ""
    ours, at_equal, enough = found
    text = (f"P2 at 0.01 mV: saltbridge is off by {error_text(ours)} and takes {ours['user']:.3f} s of user CPU time, "
            f"{ours['step']:.3f} s of wall time in the transient itself, which it solves several times for its error "
            "bars; this is what a user runs. ")
    if not at_equal:
        text += "No run of IDA is as exact. "
    else:
        text += f"IDA at the same error, interpolated between its runs: {at_equal:.3f} s. "
        text += f"**Ratio at equal error, saltbridge to IDA: {ours['user'] / at_equal:.2f}.** "
    if enough:
        text += f"IDA's cheapest run within 0.01 mV: {enough:.3f} s, ratio {ours['user'] / enough:.2f}."
    return textwrap.fill(text, 120) + "\n"


def goals(rows):
    """Goal, value, whether reached; only of what was measured."""
    own = {(row["problem"], row["resolution"]): row for row in rows if row["program"] == "saltbridge" and row["error"]}
    found = []
    if row := own.get(("P1", "0.1 uV")):
        found.append(("P1 to 0.1 uV: at most 0.10 s wall", f"{row['wall']:.3f} s, off by {error_text(row)}",
                      row["wall"] <= 0.10 and row["error"] <= 1e-7))
    if row := own.get(("P3", "1000000")):
        found.append(("P3, 1 000 000 cells: at most 2 s wall and 600 MB",
                      f"{row['wall']:.2f} s, {row['peak'] / 1e6:.0f} MB", row["wall"] <= 2 and row["peak"] <= 600e6))
    if row := own.get(("I-V", "1200")):
        found.append(("I-V, 41 points, 1200 cells: at most 0.12 s wall", f"{row['wall']:.3f} s", row["wall"] <= 0.12))
    compared = against_ida(rows)
    if compared and compared[1]:
        ratio = compared[0]["user"] / compared[1]
        found.append(("P2 at 0.01 mV: at most 1/3 of IDA's CPU time at equal error", f"{ratio:.2f}", ratio <= 1 / 3))
    return "\n".join(f"- {'reached' if reached else 'missed'}: {goal}: {value}" for goal, value, reached in found)


# ---- the report ------------------------------------------------------------------------------------------------------
def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def command_of(options):
    flags = [flag for flag, given in (("--quick", options.quick), ("--large", options.large)) if given]
    flags += [f"--only {peer}" for peer in options.only or []]
    return " ".join(["bench/peers/run", *flags])


def text_of(chosen, options):
    rows = rows_of(chosen)
    versions = dict.fromkeys(f"{row['program'].split(',')[0]} {row['version']}" for row in rows if row.get("version"))
    counted = ((options.threads, "thread"), (options.repeat, "run"))
    counts = ", ".join(f"{number} {what}{'s' if number > 1 else ''}" for number, what in counted)
    parts = [
        "# Saltbridge and what one would use instead\n",
        f"`{command_of(options)}` on {datetime.date.today().isoformat()}: {processor()}, {os.cpu_count()} cores, load "
        f"{os.getloadavg()[0]:.1f} at the end;\n{counts}. {', '.join(versions)}.\n",
        "![User CPU time against error](peers.svg)\n" if options.output else "",
    ]
    for problem, title in TITLE.items():
        own = sorted_rows(rows, problem)
        if own:
            parts.append(f"## {title}\n\n{table(own)}\n{failures(own)}".rstrip() + "\n")
            if problem == "P2":
                parts.append(ida_text(rows))
    if found := goals(rows):
        parts.append(f"## Goals\n\n{found}\n")
    parts.append(f"## What was measured\n\n{NOTES}")
    return "\n".join(part for part in parts if part)

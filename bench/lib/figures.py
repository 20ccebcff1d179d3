"""Numbers and tables that the measurements have in common."""
import math
import os
import statistics
from pathlib import Path


def fmt_count(n):
    return f"{n:,}".replace(",", " ")


def fit_exponent(points):
    """Least squares of log cost against log size over (size, cost): the slope and twice its standard error."""
    logs = [(math.log(size), math.log(cost)) for size, cost in points]
    mean_x = statistics.fmean(x for x, _ in logs)
    mean_y = statistics.fmean(y for _, y in logs)
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread
    residue = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in logs)
    return slope, 2.0 * math.sqrt(residue / (len(logs) - 2) / spread)


def print_table(columns, rows):
    """Markdown; columns are (title, function of a row that gives the text), the first to the left."""
    cells = [[title for title, _ in columns]] + [[text(row) for _, text in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    for number, line in enumerate(cells):
        first, *others = [text.ljust(w) if i == 0 else text.rjust(w) for i, (text, w) in enumerate(zip(line, widths))]
        print("| " + " | ".join([first, *others]) + " |")
        if number == 0:
            print("|" + "|".join(["-" * (widths[0] + 2)] + ["-" * (w + 1) + ":" for w in widths[1:]]) + "|")


def print_goals(goals):
    """goals: dicts of goal (text), value (text), reached."""
    print("\nGoals:")
    for goal in goals:
        print(f"  {'reached' if goal['reached'] else 'missed '}  {goal['goal']}: {goal['value']}")


def machine():
    model = "unknown processor"
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return {"processor": model, "cores": os.cpu_count(), "load": os.getloadavg()[0]}

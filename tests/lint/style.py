#!/usr/bin/python3
"""Holds what no compiler or formatter checks: usage style.py ROOT.

No C file beyond 500 lines, and nothing in the tree that is true on one machine only: no path into somebody's home,
work or scratch folder, none that leads out of the checkout. Prints each offence as file:line, exits with 1 if there
is any.
"""

import pathlib
import re
import sys

LONGEST = 500  # lines

FOLDERS = ["solver", "mesh", "inputs", "tests", "tools", "bench", "docs", "cmake", ".ci"]
SKIPPED = {"__pycache__"}

# Put together here, so that this file passes its own test. A longer path or an address may contain such a word.
MACHINE_PATH = re.compile(r"(?:(?<![\w.})>\]-])|(?<=-[IL]))/(?:" + "|".join(["work", "root", "home", "tmp"]) + r")/")
OUTSIDE = re.compile(r"\.\./" + r"shared\b")


def texts(root):
    """Yields (path relative to root, text) of the tree's text files."""
    candidates = [path for path in root.iterdir() if path.is_file()]
    for folder in FOLDERS:
        candidates += [path for path in (root / folder).rglob("*") if path.is_file()]
    for path in sorted(candidates):
        relative = path.relative_to(root)
        if SKIPPED.intersection(relative.parts) or relative.name == ".git":
            continue
        try:
            yield relative, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a data file


def offences_in(path, text):
    """Yields (line, what) for one file."""
    lines = text.splitlines()
    if path.suffix in {".c", ".h"} and len(lines) > LONGEST:
        yield LONGEST + 1, f"{len(lines)} lines; at most {LONGEST}: split the file"
    for number, line in enumerate(lines, start=1):
        for pattern in (MACHINE_PATH, OUTSIDE):
            found = pattern.search(line)
            if found:
                yield number, f"names a place on one machine: {found.group()}"


def main(arguments):
    if len(arguments) != 2:
        print("usage: style.py ROOT", file=sys.stderr)
        return 64
    root = pathlib.Path(arguments[1]).resolve()
    files = count = 0
    for path, text in texts(root):
        files += 1
        for line, offence in offences_in(path, text):
            print(f"{path}:{line}: {offence}")
            count += 1
    if files == 0:
        print(f"style.py: no files under {root}", file=sys.stderr)
        return 66
    print(f"style: {files} files, {count} offences")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))

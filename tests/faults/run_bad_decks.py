#!/usr/bin/python3
"""Runs the bad decks: usage run_bad_decks.py SALTBRIDGE [--accept].

Each decks/NAME.yaml is given to `SALTBRIDGE check` inside that folder; the exit code must be 65, nothing may stand on
stdout, and stderr must be exactly decks/NAME.expected. Prints the differences, exits with 1 if there are any. With
--accept the messages found are written as the expected ones: read them before they go in.
"""

import difflib
import pathlib
import subprocess
import sys

BAD_DECK = 65
FOLDER = pathlib.Path(__file__).resolve().parent / "decks"


def faults_of(program, deck, accept):
    """What is wrong with the program's answer to one deck, as lines of text."""
    run = subprocess.run(
        [program, "check", deck.name], cwd=FOLDER, capture_output=True, text=True, timeout=60, check=False
    )
    expected = deck.with_suffix(".expected")
    if accept:
        expected.write_text(run.stderr, encoding="utf-8")
    faults = []
    if run.returncode != BAD_DECK:
        faults.append(f"exit code {run.returncode}, expected {BAD_DECK}\n")
    if run.stdout:
        faults.append(f"on stdout: {run.stdout}\n")
    wanted = expected.read_text(encoding="utf-8") if expected.exists() else ""
    faults += difflib.unified_diff(
        wanted.splitlines(keepends=True), run.stderr.splitlines(keepends=True), expected.name, "found"
    )
    return faults


def main(arguments):
    accept = "--accept" in arguments
    programs = [argument for argument in arguments[1:] if argument != "--accept"]
    if len(programs) != 1:
        print("usage: run_bad_decks.py SALTBRIDGE [--accept]", file=sys.stderr)
        return 64
    program = str(pathlib.Path(programs[0]).resolve())
    decks = sorted(FOLDER.glob("*.yaml"))
    bad = 0
    for deck in decks:
        faults = faults_of(program, deck, accept)
        if faults:
            bad += 1
            print(f"{deck.name}:")
            sys.stdout.writelines(faults)
    orphans = [path.name for path in FOLDER.glob("*.expected") if not path.with_suffix(".yaml").exists()]
    for name in orphans:
        print(f"{name}: no deck belongs to it")
    print(f"bad decks: {len(decks)}, {bad} with another answer than expected")
    return 1 if bad or orphans or not decks else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))

"""Drives the program from tests: decks as text, runs as results. Scripts are called with SALTBRIDGE SOURCE_DIR."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM, ROOT = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
INPUTS = ROOT / "inputs"
OK, MISSED, DIVERGED, USAGE, BAD_DECK, NO_FILE, IO, STOPPED = 0, 1, 2, 64, 65, 66, 74, 75
PATIENCE = 150  # s: a run that takes longer hangs

TWO_BATHS = (
    "{region: left, width: 100 nm, fill: {K+: 100 mmol/L, Cl-: 100 mmol/L}}",
    "{region: right, width: 100 nm, fill: {K+: 10 mmol/L, Cl-: 10 mmol/L}}",
)
ONE_BATH = TWO_BATHS[:1]


def membrane(properties):
    """Two baths with 10 nm of something between them."""
    return (TWO_BATHS[0], "{region: membrane, width: 10 nm, %s}" % properties, TWO_BATHS[1])


def deck(
    domain=TWO_BATHS,
    species="[K+, Cl-]",
    left="{reservoir: left}",
    right="{reservoir: right, current: 0 A/m2}",
    protocol="[steady]",
    **more,
):
    """Text of a deck; `more` are further top-level keys."""
    lines = ["saltbridge: 1", f"species: {species}", "domain:"]
    lines += [f"  - {region}" for region in domain]
    lines += ["terminals:", f"  left: {left}", f"  right: {right}", f"protocol: {protocol}"]
    lines += [f"{key}: {value}" for key, value in more.items()]
    return "\n".join(lines) + "\n"


class Folder:
    """A folder for one test, with decks and what runs leave there."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="saltbridge_test_")
        self.path = pathlib.Path(self._folder.name)

    def write(self, text, name="deck.yaml"):
        (self.path / name).write_text(text, encoding="utf-8")
        return name

    def names(self):
        return sorted(path.name for path in self.path.iterdir())

    def call(self, *arguments, **options):
        """A finished call of the program."""
        command = [str(PROGRAM), *map(str, arguments)]
        options = {"capture_output": True, "text": True, "cwd": self.path, "timeout": PATIENCE, **options}
        return subprocess.run(command, check=False, **options)

    def run(self, text, *arguments, **options):
        """A finished run of a deck given as text."""
        return self.call("run", self.write(text), *arguments, **options)

    def json(self, text, ranks=None, petsc=()):
        """Exit code and answer of a run of a deck given as text, under mpiexec if ranks are given; petsc: its options."""
        name = self.write(text)
        command = [str(PROGRAM), "run", name, "--json", "--", *petsc]
        if ranks:
            command = ["mpiexec", "-n", str(ranks), "--oversubscribe", *command]
        result = subprocess.run(
            command, capture_output=True, text=True, cwd=self.path, timeout=PATIENCE, check=False, env=environment()
        )
        return result.returncode, json.loads(result.stdout)

    def start(self, text, *arguments):
        """A run under way."""
        command = [str(PROGRAM), "run", self.write(text), *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.path)

    def remove(self):
        self._folder.cleanup()


def environment():
    """Lets Open MPI run as root, as containers do."""
    return {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


def readings(answer):
    """(measure's name, coordinate, reading) of all frames of all steps."""
    for step in answer["steps"]:
        for frame in step["frames"]:
            for measure, reading in zip(answer["measures"], frame["readings"]):
                yield measure["name"], frame["coordinate"], reading

"""Who solves what, and how finely: the list that bench/peers/run works through."""
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
DECKS = HERE.parent / "decks"
BUILT = HERE.parent.parent / "build" / "peers"
SYSTEM_PYTHON, OWN_PYTHON = Path("/usr/bin/python3"), BUILT / "venv" / "bin" / "python"
DECK = {"P1": "p1.yaml", "P3": "p3.yaml", "I-V": "iv.yaml", "P2": "p2.yaml"}
UNIT = {"mV": 1e-3, "A/m2": 1.0}


@dataclass
class Peer:
    name: str  # as in --only and in the tables
    command: list  # PROBLEM and RESOLUTION are appended; empty for saltbridge
    needs: str = ""  # Python module
    resolutions: dict = field(default_factory=dict)  # problem: list of resolutions, the quick ones first
    quick: int = 1  # how many of them --quick takes


@dataclass
class Case:
    problem: str
    peer: Peer
    resolution: str
    runs: list = field(default_factory=list)  # one dict per measured run
    answer: dict = None  # of the last run that gave one
    failure: str = ""


def script(python, name):
    return [str(python), str(HERE / name)]


def list_peers(large):
    million = ["1000000"] if large else []
    cells = {
        "P1": ["1000", "100", "10000"], "P3": ["1000", "10000", "100000"] + million, "I-V": ["1200", "300", "4800"]}
    tolerances = ["1e-3", "1e-6", "1e-9"]
    ida = ["200 1e-4", "400 1e-4", "600 1e-4", "200 1e-3", "400 1e-5", "800 1e-5", "1600 1e-6"]
    return [
        Peer("saltbridge", [], resolutions={
            "P1": ["10 uV", "100 uV", "1 uV", "0.1 uV", "0.01 uV"], "P3": cells["P3"], "I-V": cells["I-V"],
            "P2": ["10 uV", "100 uV", "1 uV"]}),
        Peer("SciPy", script(SYSTEM_PYTHON, "scipy_bvp.py"), "scipy", {
            "P1": tolerances, "P3": tolerances, "I-V": tolerances, "P2": ["1e-6"]}, quick=2),
        Peer("DOLFINx", script(SYSTEM_PYTHON, "fenics.py"), "dolfinx",
             dict(cells, P2=["200@20", "400@20", "400@40"])),
        Peer("DOLFINx, quadratic", script(SYSTEM_PYTHON, "fenics.py"), "dolfinx", {
            "P1": ["1000q2", "100q2"], "P3": ["1000q2", "10000q2"], "I-V": ["1200q2", "300q2"],
            "P2": ["200@20q2", "200@40q2", "200@80q2"]}),
        Peer("DEVSIM", script(OWN_PYTHON, "devsim_circuit.py"), "devsim",
             dict(cells, P2=["200@10", "400@20", "400@40"])),
        Peer("FiPy", script(OWN_PYTHON, "fipy_sweeps.py"), "fipy", {
            "P1": ["1000", "100"], "P3": ["1000", "10000", "100000"], "I-V": ["300", "1200"],
            "P2": ["200@10", "200@20", "400@40"]}),
        Peer("IDA", [str(BUILT / "ida")], resolutions={"P2": ida}, quick=3),
    ]


def missing(peer):
    """Why a peer cannot be started, or nothing."""
    if not peer.command:
        return ""
    if not Path(peer.command[0]).exists():
        return f"{peer.name} is not there; bench/peers/setup installs it"
    if peer.needs:
        find = f"import importlib.util as u, sys; sys.exit(u.find_spec('{peer.needs}') is None)"
        if subprocess.run([peer.command[0], "-c", find], check=False).returncode:
            return f"{peer.name}: no module {peer.needs}; bench/peers/setup installs it"
    return ""


def list_cases(options):
    cases = []
    for peer in list_peers(options.large):
        if options.only and peer.name.split(",")[0].lower() not in options.only:
            continue
        reason = missing(peer)
        if reason:
            print(f"skipped: {reason}", file=sys.stderr)
            continue
        for problem, resolutions in peer.resolutions.items():
            chosen = resolutions[: peer.quick] if options.quick else resolutions
            if options.quick and options.large and problem == "P3" and "1000000" in resolutions:
                chosen = chosen + ["1000000"]
            cases += [Case(problem, peer, resolution) for resolution in chosen]
    order = list(DECK)
    return sorted(cases, key=lambda case: order.index(case.problem))


def deck_for(case):
    """Our own deck of the problem, with the wanted accuracy or number of cells in it."""
    text = (DECKS / DECK[case.problem]).read_text()
    if case.problem in ("P1", "P2"):
        return re.sub(r"accuracy: \{potential: [^}]*\}", f"accuracy: {{potential: {case.resolution}}}", text)
    return re.sub(r"cells: \d+", f"cells: {case.resolution}", text)


def known_values(problem):
    """V or A/m2, in the order of the deck."""
    found = re.findall(r"value: (\S+) (mV|A/m2)", (DECKS / DECK[problem]).read_text())
    return [float(value) * UNIT[unit] for value, unit in found]


def error_of(case):
    """Largest difference from the known values: V, or of a current as a share of the largest one."""
    known, values = known_values(case.problem), case.answer["values"]
    if case.problem == "I-V" and len(values) == 41:
        values = values[::10]  # those of -0.2, -0.1, 0, 0.1 and 0.2 V
    if len(known) != len(values):
        raise ValueError(f"{case.peer.name}, {case.problem}: {len(values)} values where {len(known)} are known")
    error = max(abs(a - b) for a, b in zip(values, known))
    return error / max(map(abs, known)) if case.problem == "I-V" else error

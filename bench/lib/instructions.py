"""Instructions that a run takes, counted by callgrind, and what such a count depends on."""
import os
import re
import subprocess
from pathlib import Path

from lib.program import BenchError, expectations_met, run_deck


def read_profile(path):
    """Instructions of the whole run under None, and of each function with all that it calls under its name.

    The format is that of the Callgrind manual, "Callgrind Format Specification": `fn=(7) name` or, once the name is
    known, `fn=(7)`; a call is `cfn=` and `calls=`, followed by a line that ends in the cost of the callee. A function
    that calls itself stands there under further names (name'2), so that nothing is counted twice.
    """
    names, counts, callee, called = {}, {}, None, False
    for line in path.read_text().splitlines():
        function = re.match(r"c?fn=\((\d+)\)(?: (.+))?", line)
        if function:
            name = names.setdefault(function[1], function[2])
            callee = name if line.startswith("c") else callee
        elif line.startswith("calls="):
            called = True
        elif called:
            counts[callee] = counts.get(callee, 0) + int(line.split()[-1])
            called = False
        elif line.startswith("totals:"):
            counts[None] = int(line.split()[1])
    return counts


def count_run(program, text, folder):
    """Instructions of one run of a deck, as read_profile() gives them. The run must meet the deck's expectations."""
    profile = folder / "callgrind.out"
    environment = {  # nothing of the caller's own, which would find its way into the counts
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LC_ALL": "C",
        "OMP_NUM_THREADS": "1",
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    }
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}"]
    try:
        answer, _, _ = run_deck(program, text, folder, environment, launcher=valgrind)
    except FileNotFoundError as error:
        raise BenchError("no valgrind here, which counts the instructions (Debian: apt-get install valgrind)") from error
    if not expectations_met(answer):
        raise BenchError(f"the answer to '{answer['title']}' is not the expected one: its cost means nothing")
    return read_profile(profile)


def count_in(counts, functions):
    """Instructions of the first function less those of the others, which it calls; None stands for the whole run."""
    for function in functions:
        if function not in counts:
            raise BenchError(f"no function {function} was called: if it has another name now, say so in bench/regression")
    return counts[functions[0]] - sum(counts[function] for function in functions[1:])


def output_of(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise BenchError(f"{' '.join(map(str, command))}: {error}") from error


def compiler_of(program):
    """Compiler, its version and options, as they stand in the debug information of main.c."""
    units = output_of("readelf", "--debug-dump=info", "--dwarf-depth=1", program)
    for unit in units.split("DW_TAG_compile_unit")[1:]:
        if re.search(r"DW_AT_name\b.*solver/main\.c$", unit, re.MULTILINE):
            return re.search(r"DW_AT_producer\b.*?: (?:\(.*?\): )?(.*)$", unit, re.MULTILINE)[1].strip()
    raise BenchError(f"{program} has no debug information that would say how it was compiled: build the dev preset")


def circumstances(program):
    """What instruction counts depend on besides the source: compiler and options, libraries, processor, valgrind."""
    libraries = dict(re.findall(r"^\s*(\S+?)\.so\S* => (\S+)", output_of("ldd", program), re.MULTILINE))
    flags = set(re.findall(r"\w+", Path("/proc/cpuinfo").read_text()))
    return {
        "compiler": compiler_of(program),
        "glibc": os.confstr("CS_GNU_LIBC_VERSION"),
        **{name: os.path.basename(os.path.realpath(libraries[library])) for name, library in (
            ("PETSc", "libpetsc_real"), ("MPI", "libmpi"), ("HDF5", "libhdf5_openmpi"), ("BLAS", "libblas"),
            ("OpenMP", "libgomp")) if library in libraries},
        "processor": "with AVX2 and FMA" if {"avx2", "fma"} <= flags else "without AVX2 or FMA",
        "valgrind": output_of("valgrind", "--version").strip(),
    }

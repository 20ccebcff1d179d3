#!/usr/bin/python3
"""Holds the rooms of the program apart: usage layers.py ROOT.

Reads every source under ROOT/solver and ROOT/mesh. An include may only name the including room itself or a room
to its left in RANK; PETSc and HDF5 stay in the rooms that own them. Prints each offence as file:line, exits with 1
if there is any.
"""

import pathlib
import posixpath
import re
import sys

# Equal rank: side by side, neither may include the other.
RANK = {
    "base": 0,
    "deck": 1,
    "mesh": 1,
    "model": 2,
    "physics": 3,
    "problem": 4,
    "closed_forms": 5,
    "discretize": 5,
    "solve": 6,
    "output": 6,
    "protocol": 7,
    "main.c": 8,
}

# Narrower than the rank: a physics kind never sees the grid.
BARRED = {("physics", "mesh")}

# Which rooms may include an outside header; the first pattern that fits counts.
HEADER_OWNERS = [
    (re.compile(r"petsc(snes|ts|ksp)\w*\.h"), {"solve"}),
    (re.compile(r"petscviewerhdf5\.h|hdf5\w*\.h|H5\w+\.h"), {"output"}),
    (re.compile(r"petsc\w*\.h"), {"solve", "output", "protocol", "main.c"}),
]

# Which rooms may use an outside library's names in code.
NAME_OWNERS = [
    (re.compile(r"\b(SNES\w*|KSP\w*|TS|TS[A-Z]\w+)\b"), {"solve"}),
    (re.compile(r"\b(hid_t|herr_t|hsize_t|H5[A-Z]{1,2}(_\w+|[a-z]\w*))\b"), {"output"}),
]

INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]+(?:([<\"])([^>\"\n]+)[>\"]|(\S+))", re.MULTILINE)
COMMENT_OR_TEXT = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
SOURCES = {".c", ".h", ".def", ".inc"}


def room_of(path):
    """The room that a path relative to ROOT lies in, or None."""
    parts = path.split("/")
    if parts[0] == "mesh":
        return "mesh"
    if parts[0] == "solver" and len(parts) > 1 and parts[1] != "mesh" and parts[1] in RANK:
        return parts[1]
    return None


def blank(match):
    """Same lines, no words: keeps line numbers true."""
    return re.sub(r"[^\n]", " ", match.group())


def without_comments(text):
    return COMMENT_OR_TEXT.sub(lambda m: m.group() if m.group()[0] in "\"'" else blank(m), text)


def included_path(root, source, name):
    """The project file that an include names, relative to root, searched for as the compiler does; or None."""
    for folder in (posixpath.dirname(source), "solver", ""):
        path = posixpath.normpath(posixpath.join(folder, name))
        if (root / path).is_file():
            return path
    first = name.split("/")[0]
    if "/" in name and first in RANK:  # not there, or written by the build
        return name if first == "mesh" else "solver/" + name
    return None


def include_offence(root, source, room, name, quoted):
    """What is wrong with one include, or None."""
    target = included_path(root, source, name)
    if target is None:
        owners = next((rooms for pattern, rooms in HEADER_OWNERS if pattern.fullmatch(posixpath.basename(name))), None)
        if owners is not None and room not in owners:
            return f"{room} may not include {name}: it belongs to {', '.join(sorted(owners))}"
        if owners is None and quoted:
            return f'"{name}" lies in no room'
        return None
    other = room_of(target)
    if other is None:
        return f"{room} may not include {target}: it lies in no room"
    if other == room:
        return None
    if RANK[other] >= RANK[room] or (room, other) in BARRED:
        return f"{room} may not know {other}: #include of {target}"
    return None


def offences_in(root, source):
    """Yields (line, what) for one source file."""
    room = room_of(source)
    if room is None:
        yield 1, "lies in no room: " + ", ".join(RANK)
        return
    text = without_comments((root / source).read_text(encoding="utf-8"))
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        mark, name, computed = match.groups()
        if computed:
            yield line, f"#include {computed}: name the file itself"
            continue
        offence = include_offence(root, source, room, name, mark == '"')
        if offence:
            yield line, offence
    code = COMMENT_OR_TEXT.sub(blank, INCLUDE.sub(blank, text))
    for pattern, owners in NAME_OWNERS:
        if room in owners:
            continue
        for match in pattern.finditer(code):
            line = code.count("\n", 0, match.start()) + 1
            yield line, f"{room} may not name {match.group()}: it belongs to {', '.join(sorted(owners))}"


def main(arguments):
    if len(arguments) != 2:
        print("usage: layers.py ROOT", file=sys.stderr)
        return 64
    root = pathlib.Path(arguments[1]).resolve()
    sources = sorted(
        path.relative_to(root).as_posix()
        for folder in ("solver", "mesh")
        for path in (root / folder).rglob("*")
        if path.suffix in SOURCES
    )
    if not sources:
        print(f"layers.py: no sources under {root}", file=sys.stderr)
        return 66
    count = 0
    for source in sources:
        for line, offence in sorted(offences_in(root, source)):
            print(f"{source}:{line}: {offence}")
            count += 1
    print(f"layers: {len(sources)} files, {count} offences")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))

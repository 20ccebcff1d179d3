# Shared by tools/quickstart and tools/check; sourced, never run.
# The caller has set `root`, the folder of the checkout.
# shellcheck shell=sh disable=SC2034,SC2154

build_packages="build-essential cmake ninja-build pkg-config petsc-dev libhdf5-openmpi-dev openmpi-bin libopenmpi-dev
    libyaml-dev libudunits2-dev libcmocka-dev python3 python3-h5py python3-matplotlib"
test_packages="valgrind"
fuzz_packages="clang libclang-rt-14-dev"
lint_packages="clang-format clang-tidy libomp-dev"

say() {
    printf '==> %s\n' "$*"
}

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# missing_packages NAME...: prints those that dpkg does not hold as installed.
missing_packages() {
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || printf '%s ' "$package"
    done
}

# install_missing NAME...: calls apt-get only when something is missing.
install_missing() {
    if ! command -v dpkg-query >/dev/null 2>&1; then
        say "no dpkg on this system: please see to these Debian packages or their like yourself: $*"
        return
    fi
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    say "installing: $missing"
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || fail "neither root nor sudo here; have root run: apt-get install $missing"
        as_root=sudo
    fi
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 update ||
        fail "apt-get update failed"
    # shellcheck disable=SC2086  # one word per package
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 \
        install --no-install-recommends $missing || fail "could not install: $missing"
}

# configure_preset PRESET: runs CMake where the build folder is new or older than the presets; otherwise
# Ninja itself notices changed CMake files.
configure_preset() {
    CC=${CC:-gcc}
    export CC
    generated=$root/build/$1/build.ninja
    [ -f "$generated" ] && [ -z "$(find "$root/CMakePresets.json" -newer "$generated")" ] && return
    say "configuring build/$1"
    cmake -S "$root" --preset "$1" || fail "configuring build/$1 failed"
    touch "$generated"
}

# build_preset PRESET [CMAKE --build OPTIONS]
build_preset() {
    preset=$1
    shift
    configure_preset "$preset"
    say "building in build/$preset"
    cmake --build "$root/build/$preset" "$@" || fail "the build in build/$preset failed"
}

# built_program PRESET NAME: prints the path of an executable of that build.
built_program() {
    program=$(find "$root/build/$1" -name "$2" -type f -perm -u+x | head -n 1)
    [ -n "$program" ] || fail "build/$1 holds no program named $2"
    printf '%s\n' "$program"
}

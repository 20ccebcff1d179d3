"""Units, numbers and names as a reader wants them."""

import numpy as np

PREFIXES = {-15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G"}
WRITTEN = {"A/m2": "A/m²", "C/m2": "C/m²", "V/m": "V/m", "mol/m3": "mol/m³", "mol/m2/s": "mol/(m² s)", "m2/s": "m²/s",
           "F/m2": "F/m²", "Hz": "Hz", "ohm m2": "Ω m²", "ohm": "Ω", "1": ""}
PREFIXED = {"m", "s", "Hz", "V", "A/m2", "C/m2", "F/m2", "V/m", "mol/m2/s"}


def scale(values, unit):
    """Divisor and written unit that suit the size of values given in an SI unit."""
    if unit == "mol/m3":
        return 1.0, "mmol/L"
    size = np.nanmax(np.abs(values), initial=0.0)
    if unit not in PREFIXED or size == 0 or not np.isfinite(size):
        return 1.0, WRITTEN.get(unit, unit)
    limits = (-3, 0) if unit == "V" else (-15, 9)  # potentials in mV or V
    power = int(np.clip(3 * np.floor(np.log10(size * 1.0000001) / 3), *limits))
    if unit == "V" and size < 10:
        power = -3
    return 10.0**power, PREFIXES[power] + WRITTEN.get(unit, unit)


def axis_label(name, unit):
    return f"{name} ({unit})" if unit else name


def words_of(value, unit, digits=3, among=None):
    """A value with its unit, to be read in a legend; the unit suits the values among which it stands."""
    divisor, written = scale(np.array([value] if among is None else among), unit)
    return f"{value / divisor:.{digits}g} {written}".strip().replace("-", "−")


def label_of_path(path):
    """`regions.membrane.fixed_charge` -> `fixed charge of membrane`."""
    parts = path.split(".")
    for lists in ("mechanisms", "couples"):  # whose entries have names
        if lists in parts[:-2]:
            parts = parts[parts.index(lists) :]
    name = " ".join(parts[2:]).replace("_", " ")
    if parts[0] == "terminals" and name:
        return f"{name} of the {parts[1]} terminal"
    return f"{name} of {parts[1]}" if name else " ".join(parts).replace("_", " ")


def chemical(label, charge):
    """A label as a chemist sets it: SO4 2- with sub- and superscripts. charge tells Fe3+ from I3-."""
    body, power = label.rstrip("+-") if charge else label, ""
    if charge and body != label:
        power = "+" if charge > 0 else "−"
        if abs(charge) > 1:
            body, power = body.removesuffix(str(abs(charge))).strip(), f"{abs(charge)}{power}"
    if not body.isalnum():
        return label.replace("$", r"\$")
    set_body = "".join(f"_{{{letter}}}" if letter.isdigit() else letter for letter in body)
    return f"$\\mathregular{{{set_body}^{{{power}}}}}$" if power else f"$\\mathregular{{{set_body}}}$"

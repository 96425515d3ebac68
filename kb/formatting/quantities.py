"""Numbers, dates and units as people write them."""

import re
from decimal import Decimal
from typing import NamedTuple

_THIN = "\u202f"
"""A narrow space that breaks no line: between thousands, and between a number and its unit."""
_MINUS = "\u2212"
_GROUPED_FROM = 5
"""Digits from which thousands are set apart: a year has four."""
_MOST_DECIMALS = 4
_DIGITS_OF_A_LONG_NUMBER = 4
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_NUMBER = re.compile(r"[+-]?(?=[.0-9])[0-9]*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?(?<![.])|[+-]?[0-9]+\.", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?)?)?(Z|[+-]\d\d:\d\d)?")
_TIMES = {"a": "year", "mo": "month", "wk": "week", "d": "day", "h": "hour", "min": "minute", "s": "second"}
"""Units of time that are written out where they stand alone."""


class Number(NamedTuple):
    """A number as people write it, and as a program reads it."""

    text: str
    exact: str


def number_text(text: str) -> Number | None:
    """Return a number, given as XML Schema writes it, in the form that people write; None where it is none.

    A number of many decimals is shortened, and marked so: a division gave it.
    """
    value = Decimal(text) if _NUMBER.fullmatch(text) else None
    if value is None or not -9 <= value.adjusted() <= 15:
        return None
    plain = f"{value:f}"
    sign, digits = _MINUS if value < 0 else "", plain.lstrip("-")
    whole, _, decimals = digits.partition(".")
    is_long = len(decimals) > _MOST_DECIMALS and len((whole + decimals).lstrip("0")) > _DIGITS_OF_A_LONG_NUMBER
    about = ""
    if is_long:
        rounded = round(value, max(_DIGITS_OF_A_LONG_NUMBER - 1 - value.adjusted(), 0))
        about = "" if rounded == value else "≈" + _THIN
        whole, _, decimals = f"{abs(rounded):f}".partition(".")
        decimals = decimals.rstrip("0")
    return Number(about + sign + _grouped(whole) + ("." + decimals if decimals else ""), plain)


def whole_number_text(value: int) -> str:
    """Return a whole number as people write it, with thin spaces between thousands."""
    return (_MINUS if value < 0 else "") + _grouped(str(abs(value)))


def date_text(text: str) -> str | None:
    """Return a date of XML Schema as `26 November 2026`, to the precision that it has; None where it is none."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    year, month, day, time, zone = found.groups()
    if not 1 <= int(month) <= 12 or (day and not 1 <= int(day) <= 31):
        return None
    spoken = f"{int(day)} {_MONTHS[int(month) - 1]} {year}" if day else f"{_MONTHS[int(month) - 1]} {year}"
    offset = {"Z": " UTC", None: ""}.get(zone, f" UTC{zone}")
    return f"{spoken}, {time}{offset}" if time else spoken


def unit_text(code: str, number: str = "") -> str:
    """Return the unit with that UCUM code as it stands behind a number, with the space before it; "" for a bare one.

    `number`, as XML Schema writes it, tells one day from two days.
    """
    if code in ("1", ""):
        return ""
    is_one = bool(re.fullmatch(r"[+-]?1(?:\.0*)?", number))
    if code == "%{point}":
        return f" percentage point{'' if is_one else 's'}"
    noun = _TIMES.get(code) or (code[1:-1].replace("_", " ") if re.fullmatch(r"\{[^{}]+\}", code) else None)
    if noun:
        return f"\u00a0{noun if is_one else _plural(noun)}"
    text = re.sub(r"\bu(?=[A-Za-z])", "µ", code).replace("{", "").replace("}", "")
    text = re.sub(r"(?<=\d)\.(?=[A-Za-zµ])", _THIN, text)
    return _THIN + re.sub(r"/d\b", "/day", text).replace(".", "·")


def _grouped(digits: str) -> str:
    return f"{int(digits):,}".replace(",", _THIN) if len(digits) >= _GROUPED_FROM else digits


def _plural(noun: str) -> str:
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou") else noun + "s"

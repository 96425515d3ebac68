"""Figures of a picture as people write them."""

from decimal import Decimal

from kb.formatting.quantities import number_text, unit_text


def written(number: Decimal) -> str:
    """Return a number without its unit."""
    found = number_text(f"{number:f}")
    return found.text if found else str(number)


def measured(number: Decimal, unit: str) -> str:
    """Return a number with the unit of that UCUM code."""
    return written(number) + unit_text(unit, f"{number:f}")


def unit_name(code: str) -> str:
    """Return what an axis in that unit is in, such as `percentage points`; nothing for plain numbers."""
    return unit_text(code, "2").strip()


def span(lower: Decimal | None, upper: Decimal | None, unit: str = "") -> str:
    """Return two ends in words; of one that is open, the other."""
    if lower is not None and upper is not None:
        return f"{written(lower)} to {measured(upper, unit)}"
    if lower is not None:
        return f"{measured(lower, unit)} or more"
    return f"up to {measured(upper, unit)}" if upper is not None else ""

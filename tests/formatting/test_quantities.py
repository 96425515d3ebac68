"""Numbers, dates and units as people write them, with nothing lost or added."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.formatting.quantities import date_text, number_text, unit_text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("75", "75"),
        ("2018", "2018"),
        ("12345.60", "12\u202f345.60"),
        ("6000000", "6\u202f000\u202f000"),
        ("-13.6", "\u221213.6"),
        ("-0", "0"),
        ("+5", "5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("14.2857142857", "≈\u202f14.29"),
        ("-1196.857142857", "≈\u202f\u22121197"),
        ("80.00000000", "80"),
        ("0.00013", "0.00013"),
    ],
)
def test_a_number_is_written_as_people_do(text: str, written: str) -> None:
    number = number_text(text)

    assert number is not None
    assert written == number.text
    assert Decimal(text) == Decimal(number.exact)


@pytest.mark.parametrize("text", ["NaN", "INF", "1_0", "٣", "", ".", "-", "e5", "5 ", "1e400", "abc"])
def test_what_is_no_number_stays_text(text: str) -> None:
    assert number_text(text) is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False))
def test_a_number_of_few_decimals_loses_nothing(value: Decimal) -> None:
    number = number_text(f"{value:f}")
    if number is None:
        assert value == 0 or abs(value) < Decimal("1e-9")
        return
    read = number.text.replace("\u202f", "").replace("\u2212", "-")

    assert value == Decimal(read)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-11-26", "26 November 2026"),
        ("2026-01", "January 2026"),
        ("2026-11-26T09:14:39Z", "26 November 2026, 09:14 UTC"),
        ("2026-11-26T09:14:39.5+01:00", "26 November 2026, 09:14 UTC+01:00"),
        ("2026", None),
        ("2026-13-01", None),
        ("2026-11-32", None),
        ("2026-11-26x", None),
    ],
)
def test_a_date_is_written_to_its_precision(text: str, written: str | None) -> None:
    assert written == date_text(text)


@pytest.mark.parametrize(
    ("code", "number", "written"),
    [
        ("mg", "5", "\u202fmg"),
        ("%", "5", "\u202f%"),
        ("mg/d", "5", "\u202fmg/day"),
        ("ug/mL", "5", "\u202fµg/mL"),
        ("mg/(5.mL)", "5", "\u202fmg/(5\u202fmL)"),
        ("1", "5", ""),
        ("", "5", ""),
        ("d", "1", "\u00a0day"),
        ("d", "10", "\u00a0days"),
        ("{study}", "3", "\u00a0studies"),
        ("{case}", "1.0", "\u00a0case"),
        ("%{point}", "3.2", " percentage points"),
    ],
)
def test_a_unit_is_written_as_people_do(code: str, number: str, written: str) -> None:
    assert written == unit_text(code, number)

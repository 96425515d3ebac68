"""Axes hold all numbers, and their ticks are round, few and never in the wrong place."""

import pytest

from kb.web.pictures.axis import linear_axis, log_axis


@pytest.mark.parametrize(
    "numbers", [[1.0], [0.0001, 5.0], [-3.5, -1.0], [75.0, 10.0], [0.0], [1e6, -1e-6], [99.9], [0.51, 0.06, 0.95]]
)
def test_an_even_axis_holds_all_numbers_and_zero(numbers: list[float]) -> None:
    axis = linear_axis(numbers)
    places = [axis.at(number) for number in (*numbers, 0)]

    assert all(4 <= place <= 96 for place in places)
    assert 2 <= len(axis.ticks) <= 8
    assert axis.ticks == sorted(axis.ticks)


@pytest.mark.parametrize(
    "numbers", [[1.0], [0.77, 0.99], [0.01, 100], [2.4, 16.1], [1e-9, 1e9], [1.02], [0.5, 0.500001], [0.003]]
)
def test_a_logarithmic_axis_holds_all_numbers_and_one(numbers: list[float]) -> None:
    axis = log_axis(numbers)
    places = [axis.at(number) for number in (*numbers, 1)]

    assert all(4 <= place <= 96 for place in places)
    assert 1 <= len(axis.ticks) <= 9
    assert all(4 <= axis.at(tick) <= 96 for tick in axis.ticks)
    assert 1 in axis.ticks


def test_an_axis_in_per_cent_ends_at_a_hundred() -> None:
    assert 100 == linear_axis([98.0], 100).high

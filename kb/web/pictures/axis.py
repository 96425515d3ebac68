"""Axes: what part of the numbers they show, where on them a number lies, and where their ticks are."""

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

LEFT, RIGHT = 5.5, 94.5
"""Where an axis begins and ends, in per cent of the width of the picture."""
_MOST_TICKS = 6


class Axis:
    """An axis that holds all the numbers it was made for; nothing drawn on it is cut off."""

    def __init__(self, low: float, high: float, ticks: Sequence[Decimal], is_log: bool = False) -> None:
        self.low, self.high, self.ticks, self.is_log = low, high, list(ticks), is_log

    def at(self, number: Decimal | float) -> float:
        """Return where a number lies, in per cent of the width of the picture."""
        if self.is_log:
            part = (math.log(float(number)) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        else:
            part = (float(number) - self.low) / (self.high - self.low)
        return LEFT + (RIGHT - LEFT) * part


def linear_axis(numbers: Iterable[Decimal | float], most: float | None = None) -> Axis:
    """Return an axis with even steps from 0 or below to all the numbers; `most` is where it ends at the latest."""
    values = [float(number) for number in numbers] or [0.0]
    low, high = min(0.0, *values), max(0.0, *values)
    if low == high:
        high = 1.0
    step = _step((high - low) / (_MOST_TICKS - 1))
    first = math.floor(Decimal(str(low)) / step)
    last = math.ceil(Decimal(str(high)) / step)
    if most is not None and high <= most:
        last = min(last, math.ceil(Decimal(str(most)) / step))
    ticks = [_plain(step * number) for number in range(first, last + 1)]
    return Axis(float(ticks[0]), float(ticks[-1]), ticks)


def log_axis(numbers: Iterable[Decimal | float]) -> Axis:
    """Return a logarithmic axis for numbers above 0 that holds 1 as well, with as many round ticks as can be read."""
    values = [float(number) for number in numbers] + [1.0]
    low, high = min(values) / 1.15, max(values) * 1.15
    for factors in ((1, 2, 5), (1, 3), (1,)):
        decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        ticks = [Decimal(factor).scaleb(decade) for decade in decades for factor in factors]
        inside = [_plain(tick) for tick in ticks if low <= float(tick) <= high]
        if len(inside) <= _MOST_TICKS + 1 or factors == (1,):
            break
    if len(inside) < 3:
        step = _step((high - low) / (_MOST_TICKS - 1))
        even = [
            step * number
            for number in range(math.ceil(Decimal(str(low)) / step), math.floor(Decimal(str(high)) / step) + 1)
        ]
        inside = [_plain(tick) for tick in even if tick > 0]
    return Axis(low, high, _thinned(inside), is_log=True)


def _thinned(ticks: list[Decimal]) -> list[Decimal]:
    """Return ticks, or of very many every second, third, … one, with 1 among them."""
    every = math.ceil(len(ticks) / (_MOST_TICKS + 1))
    one = next((at for at, tick in enumerate(ticks) if tick == 1), 0)
    return [tick for at, tick in enumerate(ticks) if (at - one) % every == 0]


def _step(least: float) -> Decimal:
    """Return the smallest of 1, 2 and 5 times a power of ten that is not below `least`."""
    power = math.floor(math.log10(least))
    for factor in (1, 2, 5, 10):
        step = Decimal(factor).scaleb(power)
        if float(step) >= least * 0.999:
            return step
    return Decimal(1).scaleb(power + 1)


def _plain(number: Decimal) -> Decimal:
    """Return a number without zeros at the end of it, and never as a power of ten."""
    short = number.normalize()
    return short if short.as_tuple().exponent != 0 and abs(short) < 1 else Decimal(f"{short:f}")

"""An interval that holds the next of several similar figures eight times of ten, even from few of them.

Smoothed full conformal prediction (Vovk, Gammerman, Shafer, *Algorithmic Learning in a Random World*, 2005). A figure
that might come next is put among the past ones, and all are ranked by how far they lie from the mean of all of them,
it included. If the next figure is *exchangeable* with the past ones (any order of them would have been as likely), each
rank is as likely as another, whatever the figures are like. The interval is every figure of the nearest ``AIM``.

That is seldom a whole number of ranks, and several figures may lie equally far. A lot decides between the two intervals
next to it, with the odds that make up for it: the larger alone would hold 89 % after eight weeks.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

PROMISED = 0.8
AIM = 0.81
"""One of a hundred more than is promised, because equal weeks are not quite like drawn ones; four weeks allow 0.8."""
LEAST = 4
_EQUAL = 1e-12


def interval(figures: Sequence[float], lot: float) -> tuple[float, float]:
    """Lowest and highest next figure, from 0 to 1. ``lot`` is drawn from 0 to 1, apart from how figures compare.

    Four figures are the fewest that hold the next one so often by themselves; of fewer it is everything, from 0 to 1.
    Ranks change only where a figure lies as far from the mean as one of the others: on it, or opposite to it.
    """
    count = len(figures)
    if count < LEAST:
        return 0.0, 1.0
    known, whole = sorted(figures), sum(figures)
    opposite = ((2 * whole - (count + 1) * one) / (count - 1) for one in known)
    places = [whole / count, 0.0, 1.0, *known, *opposite]
    found = [place for place in places if 0 <= place <= 1 and _is_held(place, known, whole, lot)]
    return min(found), max(found)


def _is_held(place: float, known: Sequence[float], whole: float, lot: float) -> bool:
    """Whether a figure is among the nearest four fifths of all; the nearest of all is, whatever the lot says."""
    mean = (whole + place) / (len(known) + 1)
    far = abs(place - mean)
    nearer = bisect_left(known, mean + far - _EQUAL) - bisect_right(known, mean - far + _EQUAL)
    alike = (
        bisect_right(known, mean + far + _EQUAL) - bisect_left(known, mean - far - _EQUAL) - max(0, nearer)
    )
    # One other that is equally far is where the interval ends. More of them are one figure that comes again and again.
    share = lot * (alike + 1 if alike > 1 else 1)
    return nearer <= 0 or nearer + share < min(AIM * (len(known) + 1), len(known))

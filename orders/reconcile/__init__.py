"""The ledger against the rows: recompute the stage of every rupiah and name what differs.

What the rows say is worked out by ``orders.standing``; how an order came there is in its trail. What a page can show,
now or as of a moment, is compared with what it is made of:

- ``books``: each order's entries against its rows, in every dimension, and never below zero;
- ``past``: the same at every earlier moment, against trail and shipments;
- ``rows``, ``trail``: the rows against each other, and states against the events that led to them;
- ``pledges``, ``weeks``: what was announced and taken, what is promised of producers' weeks;
- ``sums``, ``readings``: the sums that reads begin with, and the reads themselves.

It goes window by window (``steps``), keeps what it found after each (``runs``) and holds no more than one window in
memory. Nothing here repairs anything: a difference is a fault to be understood.
"""

from orders.reconcile.found import Difference
from orders.reconcile.runs import advance, begin, go_on, run, unfinished
from orders.reconcile.steps import differences
from orders.reconcile.sums import sum_differences

__all__ = [
    "Difference",
    "advance",
    "begin",
    "differences",
    "go_on",
    "run",
    "sum_differences",
    "unfinished",
]

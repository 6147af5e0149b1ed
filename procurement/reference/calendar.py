"""What is known of days off: they come from a package, so a newer version of it brings the next year."""

from importlib.metadata import version

import holidays
from django.utils.translation import gettext as _

from procurement import clock
from procurement.reference.loading import Loaded
from procurement.working_days import holidays_of

_YEARS_AHEAD = 4


def report_holidays() -> list[Loaded]:
    """The days off from this year on, and the last year whose collective leave (*cuti bersama*) is known."""
    this_year = clock.today().year
    years = range(this_year, this_year + _YEARS_AHEAD + 1)
    decreed = [
        year
        for year in years
        if holidays.country_holidays("ID", years=year, categories=("government",), language="id")
    ]
    loaded = Loaded(_("Hari libur"), f"package holidays {version('holidays')}")
    loaded.found = sum(len(holidays_of(year)) for year in decreed)
    loaded.note = (
        f"collective leave is known up to {decreed[-1]}; a newer version of the package brings later years"
        if decreed
        else f"collective leave of {this_year} is not known: bring in a newer version of the package"
    )
    return [loaded]

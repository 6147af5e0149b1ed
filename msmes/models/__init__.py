"""Tables of small producers: the register, the catalogue with its offers, and weekly capacity."""

from msmes.models.capacity import (
    CapacityConflict,
    CapacityPause,
    CapacityPlan,
    CapacityReservation,
    CapacityWeek,
    DayOff,
    WeekException,
)
from msmes.models.catalogue import Category, Offer, Product
from msmes.models.register import District, Msme

__all__ = [
    "CapacityConflict",
    "CapacityPause",
    "CapacityPlan",
    "CapacityReservation",
    "CapacityWeek",
    "Category",
    "DayOff",
    "District",
    "Msme",
    "Offer",
    "Product",
    "WeekException",
]

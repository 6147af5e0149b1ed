"""Tables of small producers: the register, their accounts, the catalogue with its offers, and weekly capacity."""

from msmes.models.banking import BankChange
from msmes.models.capacity import (
    CapacityConflict,
    CapacityPause,
    CapacityPlan,
    CapacityReservation,
    CapacityWeek,
    DayOff,
    WeekException,
)
from msmes.models.catalogue import Category, Offer, Product, ProductPhoto
from msmes.models.joining import ApplicationPhoto, MsmeApplication
from msmes.models.own import Certificate, OfferPhoto
from msmes.models.register import District, Msme

__all__ = [
    "ApplicationPhoto",
    "BankChange",
    "CapacityConflict",
    "CapacityPause",
    "CapacityPlan",
    "CapacityReservation",
    "CapacityWeek",
    "Category",
    "Certificate",
    "DayOff",
    "District",
    "Msme",
    "MsmeApplication",
    "Offer",
    "OfferPhoto",
    "Product",
    "ProductPhoto",
    "WeekException",
]

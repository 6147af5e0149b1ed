"""Which place of the menu is marked on which page: for every page of the policy and everybody who may open it."""

from collections.abc import Iterator

import pytest
from django.test import RequestFactory
from django.urls import NoReverseMatch, resolve, reverse

from procurement.web.navigation import NAVIGATION, places_for
from tests.addresses.policy import OPEN, SIGNED_IN, TABLE

KIND_AND_ROLE = {
    "Q": ("institution", "requester"),
    "A": ("institution", "approver"),
    "R": ("institution", "receiver"),
    "T": ("institution", "treasurer"),
    "M": ("institution", "admin"),
    "O": ("msme", "owner"),
    "H": ("msme", "helper"),
    "C": ("expo", "coordinator"),
    "V": ("expo", "viewer"),
}

ELSEWHERE = {
    "accounts": "of the person and the organisation: in the menu of the account",
    "buyers:profile": "in the menu of the account",
    "msmes:profile": "in the menu of the account",
    "msmes:profile_edit": "below the profile",
    "msmes:bank": "below the profile",
    "msmes:bank_edit": "below the profile",
    "msmes:bank_cancel": "below the profile, or the page of the MSME",
    "msmes:certificates": "below the profile",
    "msmes:certificate_new": "below the profile",
    "msmes:certificate_edit": "below the profile",
    "msmes:certificate_remove": "below the profile",
    **dict.fromkeys(
        (
            "expo:begin",
            "expo:begin_organiser",
            "expo:begin_letterhead",
            "expo:begin_coordinator",
            "expo:begin_second_step",
            "expo:begin_edition",
            "expo:begin_choices",
            "expo:begin_trial",
            "expo:begin_ready",
        ),
        "steps of the set-up, which the checklist leads to",
    ),
    "orders:search": "the field on top of every page",
    "orders:help": "in the menu of the account",
    "procurement:jobs": "only organisers have a place for it",
    "procurement:job": "only organisers have a place for it",
}
"""Pages that no place of the menu leads to, each with where they are."""

NOT_PAGES = {
    "orders:report_photo",
    "documents:download",
    "documents:download_all",
    "expo:report_workbook",
    "buyers:logo_picture",
    "expo:logo",
    "expo:begin_logo",
    "buyers:export",
    "msmes:export",
    "msmes:certificate_file",
    "msmes:photo_file",
    "msmes:product_photo_file",
    "buyers:import_template",
    "msmes:import_template",
    "orders:import_template",
    "expo:channels_import_template",
}
"""Files; what is open to everybody has no menu either."""

BELOW_ANOTHER_ADDRESS = {
    ("A", "orders:approve"): "orders:approvals",
    ("A", "orders:reject"): "orders:approvals",
    ("A", "orders:ask_revision"): "orders:approvals",
    ("Q", "orders:ask_revision"): "orders:list",
    ("A", "orders:amendment"): "orders:approvals",
    ("Q", "orders:amendment"): "orders:list",
    ("T", "orders:settle"): "orders:list",
    ("Q", "orders:import_new"): "orders:new",
    ("R", "orders:receive"): "orders:receiving",
    ("R", "orders:receiving"): "orders:receiving",
    ("Q", "orders:receiving"): "orders:list",
    ("Q", "orders:new"): "orders:new",
    ("Q", "orders:edit"): "orders:list",
    ("O", "orders:prepare"): "orders:shipments",
    ("O", "orders:dispatch"): "orders:shipments",
    ("O", "orders:acknowledge"): "orders:purchase_orders",
    ("O", "orders:amendment"): "orders:purchase_orders",
    ("O", "msmes:home"): "msmes:home",
    ("O", "msmes:capacity_week"): "msmes:capacity",
    ("C", "orders:decline"): "orders:workbench_list",
    ("C", "orders:quote"): "orders:workbench_list",
    ("C", "orders:amendment_new"): "orders:list",
    ("C", "orders:late"): "orders:chase",
    ("C", "buyers:import"): "buyers:institutions",
    ("C", "buyers:proposal"): "buyers:institutions",
    ("M", "buyers:proposal"): "buyers:own",
    ("M", "buyers:site_edit"): "buyers:own",
    ("C", "msmes:catalogue"): "msmes:directory",
    ("C", "msmes:category_new"): "msmes:directory",
    ("C", "msmes:capacity_of"): "msmes:directory",
    ("C", "msmes:capacity_overview"): "msmes:capacity_overview",
    ("C", "expo:edition_edit"): "expo:home",
    ("C", "expo:snapshots"): "expo:home",
    ("C", "expo:report_new"): "expo:reports",
}


def address_of(name: str) -> str:
    """An address of the page; a 1 is a number, a word and a code."""
    for count in range(5):
        try:
            return reverse(name, args=[1] * count)
        except NoReverseMatch:
            continue
    raise AssertionError(f"{name} takes more than four rows")


def marked(letter: str, name: str) -> str:
    """The name of the place that is marked; empty for none."""
    kind, role = KIND_AND_ROLE[letter]
    request = RequestFactory().get(address_of(name))
    request.resolver_match = resolve(request.path)
    found = [place.url for place in places_for(request, kind, frozenset({role})) if place.current]
    assert len(found) <= 1
    return next((entry.name for entry in NAVIGATION[kind] if [reverse(entry.name)] == found), "")


def pages() -> Iterator[tuple[str, str]]:
    for key, row in TABLE.items():
        name = key.partition("@")[0]
        letters = (row.methods.get("GET") or "").partition("/")[0]
        if letters != OPEN and name not in NOT_PAGES:
            yield from ((letter, name) for letter in (KIND_AND_ROLE if letters == SIGNED_IN else letters))


@pytest.mark.parametrize(("who", "place"), BELOW_ANOTHER_ADDRESS.items(), ids=str)
def test_the_place_that_a_page_belongs_to_is_marked(who: tuple[str, str], place: str) -> None:
    assert marked(*who) == place


def test_every_page_of_the_policy_belongs_to_a_place() -> None:
    unplaced = [
        f"{name} for {KIND_AND_ROLE[letter]}"
        for letter, name in pages()
        if not marked(letter, name) and not (name in ELSEWHERE or name.partition(":")[0] in ELSEWHERE)
    ]
    assert not unplaced, "name it in `pages` of an entry of NAVIGATION, or in ELSEWHERE"


def test_a_home_is_not_marked_on_what_only_has_a_longer_address() -> None:
    assert [marked("Q", "buyers:profile"), marked("O", "msmes:profile")] == ["", ""]


def test_every_page_that_an_entry_names_exists() -> None:
    named = {name for entries in NAVIGATION.values() for entry in entries for name in entry.pages}
    assert named <= {name.partition("@")[0] for name in TABLE}

"""Begins the set-up of an organiser: prints the one address that leads to it, or does the steps that are given."""

import os
import sys
from argparse import ArgumentParser
from datetime import date
from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils.translation import override

from accounts.acting import SYSTEM, actor_for
from expo.begin.coordinator import PersonInput, set_first_coordinator
from expo.begin.keys import LIVES, SetupDone, start_setup
from expo.begin.office import OrganiserInput, set_organiser
from expo.begin.steps import edition_of, next_step
from expo.editions.editions import EditionInput, open_edition
from expo.models import Setup
from procurement.errors import Refused

PASSWORD = "BEGIN_PASSWORD"  # noqa: S105 - the name of a variable
_ORGANISER = ("name", "code", "address", "city")
_COORDINATOR = ("coordinator_name", "coordinator_email")
_EDITION = ("edition_name", "edition_number", "venue", "starts_on", "ends_on")
_ASKED = {
    "name": "Name of the organiser (empty: ask for everything in the browser)",
    "code": "Its code, part of the numbers of its papers",
    "address": "Address of its office",
    "city": "City of its office",
    "coordinator_name": "Name of the first coordinator (empty: ask in the browser)",
    "coordinator_email": "E-mail address of the first coordinator",
    "edition_name": "Name of the first edition (empty: ask in the browser)",
    "edition_number": "Its number",
    "venue": "Its place",
    "starts_on": "Its first day (2027-07-01)",
    "ends_on": "Its last day",
}


class Command(BaseCommand):
    """What is given, or typed when asked, is done at once by the verbs of the set-up pages; the rest is for them."""

    help = "Begin an organiser: print the one-time address of the set-up, or take its steps as options."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for option in (*_ORGANISER, *_COORDINATOR, *_EDITION):
            parser.add_argument(f"--{option.replace('_', '-')}", help=_ASKED[option])
        parser.add_argument(
            "--superuser", action="store_true", help="the first coordinator may enter the back office too"
        )
        parser.add_argument(
            "--another", action="store_true", help="a further organiser beside those there are"
        )
        parser.add_argument(
            "--no-input", action="store_true", help="ask nothing; what is not given is left to the browser"
        )
        parser.add_argument(
            "--quietly-done", action="store_true", help="end without a fault when there is nothing to begin"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en"):
            self._begin(options)

    def _begin(self, options: dict[str, Any]) -> None:
        asks = not options["no_input"] and sys.stdin.isatty()
        try:
            setup, token = start_setup(
                actor=SYSTEM, another=options["another"], opens_back_office=options["superuser"]
            )
        except SetupDone as done:
            if options["quietly_done"]:
                return
            raise CommandError(
                f"{done.sentence} A further organiser: manage.py begin --another. A colleague: manage.py invite."
            ) from done
        try:
            self._steps(setup, options, asks=asks)
        except Refused as refusal:
            raise CommandError(f"{refusal.field or 'begin'}: {refusal.sentence}") from refusal
        setup.refresh_from_db()
        self._say_where(setup, token)

    def _steps(self, setup: Setup, options: dict[str, Any], *, asks: bool) -> None:
        if setup.organisation_id is None and (said := self._said(_ORGANISER, options, asks=asks)):
            set_organiser(setup_id=setup.pk, actor=SYSTEM, organiser=OrganiserInput(**said))
            setup.refresh_from_db()
        if setup.organisation is None:
            return
        if said := self._said(_COORDINATOR, options, asks=asks):
            person = PersonInput(
                name=said["coordinator_name"],
                email=said["coordinator_email"],
                password=self._password(asks=asks),
            )
            set_first_coordinator(setup_id=setup.pk, person=person, actor=SYSTEM)
            setup.refresh_from_db()
        if setup.coordinator is None or edition_of(setup) is not None:
            return
        if said := self._said(_EDITION, options, asks=asks):
            actor = actor_for(user=setup.coordinator, organisation=setup.organisation)
            open_edition(actor=actor, edition=_edition(said))

    def _said(self, names: tuple[str, ...], options: dict[str, Any], *, asks: bool) -> dict[str, str]:
        """All of one step, or nothing of it: given as options, else typed."""
        said = {name: (options[name] or "").strip() for name in names}
        if asks and not said[names[0]] and not any(said.values()):
            said[names[0]] = input(f"{_ASKED[names[0]]}: ").strip()
        if not any(said.values()):
            return {}
        for name in names:
            if not said[name] and asks:
                said[name] = input(f"{_ASKED[name]}: ").strip()
        if missing := [f"--{name.replace('_', '-')}" for name in names if not said[name]]:
            raise CommandError(f"This step also needs {', '.join(missing)}.")
        return said

    def _password(self, *, asks: bool) -> str:
        found = os.environ.get(PASSWORD, "")
        if not found and asks:
            found = getpass("Password of the first coordinator: ")
            if found != getpass("Once more: "):
                raise CommandError("The two passwords differ.")
        if not found:
            raise CommandError(f"Set {PASSWORD} to the password of the first coordinator.")
        return found

    def _say_where(self, setup: Setup, token: str) -> None:
        if setup.coordinator is None:
            address = f"{settings.BASE_URL}{reverse('expo:begin_key', args=[token])}"
            hours = int(LIVES.total_seconds() // 3600)
            self.stdout.write(
                f"Open this address once, within {hours} hours, to set up the organiser:\n\n  {address}\n"
            )
            return
        step = next_step(setup)
        page = reverse("expo:begin") if step else reverse("accounts:home")
        self.stdout.write(f"Sign in as {setup.coordinator.email} at {settings.BASE_URL}{page}")


def _edition(said: dict[str, str]) -> EditionInput:
    try:
        return EditionInput(
            number=int(said["edition_number"]),
            name=said["edition_name"],
            venue=said["venue"],
            starts_on=date.fromisoformat(said["starts_on"]),
            ends_on=date.fromisoformat(said["ends_on"]),
        )
    except ValueError as error:
        raise CommandError(f"{error}. Days are written like 2027-07-01, the number like 9.") from error

"""Invite a person from the command line: how the first coordinator of a new installation gets in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.acting import SYSTEM
from accounts.inviting.inviting import invite_member
from accounts.models import Organisation
from procurement.errors import Refused


class Command(BaseCommand):
    help = "Invite a person to an organisation: the same verb, trail and mail as on the members page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--organisation", required=True, help="its code, for example KUMKM")
        parser.add_argument("--role", action="append", required=True, dest="roles", help="may be repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["organisation"]
        organisation = Organisation.objects.filter(code=code).first()
        if organisation is None:
            known = ", ".join(Organisation.objects.order_by("code").values_list("code", flat=True)[:20])
            raise CommandError(f"There is no organisation with the code {code}. Known: {known or 'none'}.")
        try:
            invite_member(
                email=options["email"],
                name=options["name"],
                organisation_id=organisation.pk,
                roles=options["roles"],
                actor=SYSTEM,
            )
        except Refused as refusal:
            raise CommandError(f"{refusal.field or 'invitation'}: {refusal.sentence}") from refusal
        self.stdout.write(f"{options['email']} was invited to {organisation}; the link goes out by mail.")

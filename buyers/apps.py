"""Institutions that order."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BuyersConfig(AppConfig):
    name = "buyers"
    verbose_name = _("instansi pembeli")

    def ready(self) -> None:
        from accounts import members
        from accounts.joining import kinds
        from accounts.joining.retention import kinds_of
        from accounts.privacy import export, notice
        from accounts.privacy.erasure import erasing
        from accounts.session import switching
        from buyers.authority import let_authority_go
        from buyers.joining import letters
        from buyers.models import (
            DeliverySite,
            Institution,
            InstitutionApplication,
            Officer,
            ProposedChange,
            Unit,
        )
        from buyers.personal import OFFICERS, PARTS, forget_person
        from procurement.files import sweeping
        from procurement.templatetags import states
        from procurement.work import retention

        members.ROLES_CHANGED.append(let_authority_go)
        notice.register(OFFICERS)
        export.register(*PARTS)
        erasing.register(forget_person)
        kinds.register(InstitutionApplication)
        retention.register(*kinds_of(InstitutionApplication, letters.forget))
        sweeping.register(letters.FOLDER, sweeping.by_column(InstitutionApplication, "letter"))
        switching.register_rows("institution_id", Institution)
        switching.register_rows("proposed_change_id", ProposedChange)
        for name, model in {
            "unit_id": Unit,
            "site_id": DeliverySite,
            "officer_id": Officer,
        }.items():
            switching.register_rows(name, model, "institution")
        states.register("proposal", ProposedChange.Status)

"""What an institution changes of itself, late in the story: at once, with a second person, and still waiting."""

from decimal import Decimal

from accounts.acting import Actor, actor_for
from buyers.authority import OfficerInput
from buyers.models import DeliverySite, Officer
from buyers.own.deciding import confirm_change
from buyers.own.proposing import propose_officer, propose_terms
from buyers.register.registry import SiteInput, TermsInput, change_site
from demo.people import Cast

INSTITUTION = "BI-JATIM"


def keep_register(cast: Cast) -> None:
    """Sites say when they are open; a tax number takes two; a limit waits for the second administrator."""
    institution = cast.institutions[INSTITUTION]
    first, second = (
        _administrator(cast, "administrator.bi-jatim"),
        _administrator(cast, "administrator2.bi-jatim"),
    )
    for site in DeliverySite.objects.filter(institution=institution).order_by("pk"):
        change_site(
            site_id=site.pk,
            site=SiteInput(
                name=site.name,
                address=site.address,
                city=site.city,
                contact=site.contact,
                phone=site.phone,
                opening_hours="Senin sampai Jumat pukul 08.00 sampai 15.00",
            ),
            actor=first,
        )
    terms = propose_terms(
        institution_id=institution.pk,
        terms=TermsInput(
            npwp=f"{900_101:015d}",
            payment_terms=institution.payment_terms,
            late_fine=institution.late_fine,
        ),
        actor=second,
    )
    confirm_change(change_id=terms.pk, actor=first)
    officer = Officer.objects.get(institution=institution, user=cast.people["penyetuju.bi-jatim"])
    propose_officer(
        institution_id=institution.pk,
        officer=OfficerInput(
            email=officer.user.email,
            name=officer.user.name,
            post=officer.post,
            roles=["approver"],
            nip=officer.nip,
            decree="SK-01/12/2022 (contoh)",
            level=officer.level,
            limit=Decimal(250_000_000),
        ),
        actor=first,
    )


def _administrator(cast: Cast, login: str) -> Actor:
    return actor_for(user=cast.people[login], organisation=cast.institutions[INSTITUTION].organisation)

"""What an institution changes of itself, late in the story: at once, with a second person, and still waiting."""

from decimal import Decimal

from accounts.acting import Actor, actor_for
from accounts.inviting.answering import accept_invitation
from accounts.inviting.inviting import expire_invitations, invite_member
from accounts.inviting.tokens import token_of
from accounts.models import Invitation, Role, User
from buyers.authority import OfficerInput
from buyers.models import DeliverySite, Officer
from buyers.own.deciding import confirm_change
from buyers.own.proposing import propose_officer, propose_terms
from buyers.register.registry import SiteInput, TermsInput, change_site
from demo.people import EMAIL_DOMAIN, Cast

INSTITUTION = "BI-JATIM"
INVITED = (
    # login, name, role, for what
    ("gudang", "Sri Wahyuningsih", Role.RECEIVER, "Menerima kiriman di Gudang Rungkut"),
    ("logistik", "Hadi Purnomo", Role.RECEIVER, "Menerima kiriman di Graha Kegiatan"),
    ("magang", "Putri Maharani", Role.REQUESTER, "Membantu menyusun permintaan"),
)
"""Whom the institution asked to come: who has not answered, who came, and whose invitation is over, in this order."""


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


def invite_early(cast: Cast) -> None:
    """An invitation that nobody will answer."""
    _invite(cast, INVITED[2])


def invite_colleagues(cast: Cast) -> None:
    """The early one is over by now; of two new ones one is accepted."""
    expire_invitations()
    _invite(cast, INVITED[0])
    row = _invite(cast, INVITED[1])
    # As a newcomer does on the page, with the password of everybody in the demonstration.
    password = cast.people["administrator.bi-jatim"].password
    person = User.objects.create(email=row.email, name=row.name, password=password)
    accept_invitation(token=token_of(row), answer=person)


def _invite(cast: Cast, invited: tuple[str, str, Role, str]) -> Invitation:
    login, name, role, purpose = invited
    return invite_member(
        email=f"{login}.bi-jatim@{EMAIL_DOMAIN}",
        name=f"{name} (contoh)",
        organisation_id=cast.institutions[INSTITUTION].pk,
        roles=[role],
        purpose=purpose,
        actor=_administrator(cast, "administrator.bi-jatim"),
    )


def _administrator(cast: Cast, login: str) -> Actor:
    return actor_for(user=cast.people[login], organisation=cast.institutions[INSTITUTION].organisation)

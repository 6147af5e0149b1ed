"""The whole demonstration, from the opening of the expo to the last day of November 2022."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from django.contrib.auth.hashers import make_password

from accounts.acting import Actor
from accounts.models import PrivacyConsent, User
from accounts.privacy.breaches import BreachInput, record_breach
from accounts.privacy.consent import accept_notice
from demo import capacity, figures, joining, leaving, own, telling
from demo.catalogue import make_catalogue
from demo.delivery_acts import DeliveryActs
from demo.msmes import make_makers
from demo.orders import PLANS
from demo.people import EDITION_NUMBER, ORGANISER_CODE, make_cast
from demo.photos import show_products
from demo.round_acts import RoundActs
from demo.tale import Company, Plan
from demo.theatre import Story, Theatre
from expo.models import Edition
from orders.asking import asking, sourcing
from orders.chasing import chase
from orders.quoting import quote
from procurement import clock

FIRST_DAY = datetime(2022, 7, 27, 7, 0, tzinfo=clock.JAKARTA)
LAST_MOMENT = datetime(2022, 11, 30, 17, 0, tzinfo=clock.JAKARTA)
SEED = 9


class Tale(RoundActs, DeliveryActs):
    """One order from the first act of its plan to the last."""


def opening(plan: Plan) -> datetime:
    """The morning on which an order begins."""
    month, day = plan.day
    return datetime(2022, month, day, 9, 0, tzinfo=clock.JAKARTA)


def is_there() -> bool:
    """Whether the edition of the demonstration exists already."""
    return Edition.objects.filter(
        number=EDITION_NUMBER, organiser__organisation__code=ORGANISER_CODE
    ).exists()


def tell(*, password: str) -> None:
    """Make everything; ``password`` opens every account. Call it inside one transaction: all or nothing."""
    chance = Random(SEED)  # noqa: S311 - the same story every time; nothing secret comes of it
    stored = make_password(password)
    with clock.at(FIRST_DAY):
        districts, products = make_catalogue()
        makers = make_makers(chance, districts=districts, products=products, password=stored)
        cast = make_cast(stored)
        company = Company(Theatre(chance=chance, nightly=_night), cast, makers, products)
        company.theatre.play(
            [*_expo(company), *((opening(plan), Tale(company, plan).play()) for plan in PLANS)],
            until=LAST_MOMENT,
        )
    # At the end, so that the worker prints every document before it draws the sizes of photos.
    with clock.at(LAST_MOMENT):
        show_products(products, company.staff())


def everybody_accepts_the_notice() -> None:
    """Everybody accepted what is kept about them. The notice is of today, so not within the story of 2022; whoever
    does not get to it is asked by the banner.
    """
    for person in User.objects.order_by("pk"):
        accept_notice(actor=Actor(user=person, organisation=None), given_by=PrivacyConsent.GivenBy.PASSWORD)


def _breach_exercise(staff: Actor) -> None:
    """What a breach of personal data looks like, marked as an exercise."""
    record_breach(
        breach=BreachInput(
            found_at=clock.now(),
            data="Nama dan nomor telepon 12 pemilik usaha (latihan)",
            people=12,
            cause="Daftar kontak terkirim ke alamat surel yang salah",
            measures="Penerima diminta menghapusnya; pengiriman daftar lewat surel dihentikan",
            contact="Koordinator expo",
            is_example=True,
        ),
        actor=staff,
    )


def _night() -> None:
    """What beat does: answers and quotes whose time is over, and orders that have been standing too long."""
    chase.escalate_stuck()
    sourcing.advance_due()
    asking.expire_asks()
    quote.expire_quotes()


def _expo(company: Company) -> list[tuple[datetime, Story]]:
    """What happens beside the orders: announcements, one pledge that lapses, the day on which MSMEs declare their
    weeks, and what the staff tell others.
    """
    cast, staff = company.cast, company.staff()
    lapsing: list[int] = []

    def pledges() -> None:
        company.pledges.update(figures.announce_pledges(cast, staff))
        lapsing.append(figures.announce_and_lapse(cast, staff))

    def at(month: int, day: int, hour: int, act: Callable[[], object]) -> tuple[datetime, Story]:
        def once() -> Story:
            act()
            yield from ()

        return datetime(2022, month, day, hour, 0, tzinfo=clock.JAKARTA), once()

    return [
        at(7, 27, 10, lambda: figures.announce_mous(cast, staff)),
        at(7, 31, 18, lambda: figures.record_sales(cast, staff)),
        at(7, 31, 19, pledges),
        at(7, 31, 20, lambda: telling.tell_the_press(cast, staff)),
        at(9, 1, 9, lambda: leaving.come(staff)),
        at(9, 20, 9, lambda: _breach_exercise(staff)),
        at(11, 7, 9, lambda: own.invite_early(cast)),
        at(9, 30, 16, lambda: telling.tell_the_head(cast, staff)),
        at(10, 31, 10, lambda: capacity.declare_weeks(company)),
        at(10, 31, 15, lambda: figures.let_lapse(lapsing[0], staff)),
        at(11, 28, 9, lambda: telling.chase_the_oldest(cast, staff)),
        at(11, 29, 10, lambda: own.keep_register(cast)),
        at(11, 29, 14, lambda: own.invite_colleagues(cast)),
        at(11, 29, 11, lambda: joining.apply_and_refuse(cast, staff)),
        at(11, 30, 10, lambda: leaving.leave(staff)),
        at(11, 30, 16, lambda: telling.report(cast, staff)),
    ]

"""Who hears that orders wait for somebody who just went: their requesters, the organisers, and who waits to be paid.

The page that ended the person named the orders first (``orders/desks/left_open.py``). Called through
``procurement.still_open`` by the verbs that end roles, in their transaction and before anything is written.
"""

from collections.abc import Collection, Iterable

from django.conf import settings
from django.utils.translation import override

from accounts.models import Membership, Organisation, Role, User
from buyers.authority import OfficerInput
from orders.desks import left_unsigned
from orders.desks.left_open import MOST_NAMED, waiting_for
from orders.messages import LEFT
from orders.models import Order, PurchaseOrder
from orders.workflow import UNDELIVERED, PurchaseOrderStatus
from procurement import still_open
from procurement.language.said import composed
from procurement.rows.recording import Recorder

_UNPAID = (*UNDELIVERED, PurchaseOrderStatus.RECEIVED)


def register() -> None:
    """Called once, when the app is loaded."""
    still_open.register_telling("member", tell_of_member)
    still_open.register_telling("officer", tell_of_officer)


def tell_of_member(organisation_id: int, user_id: int, lost: Collection[str], *, recorder: Recorder) -> None:
    """Of each role that nobody else holds, and of what nobody else may sign."""
    held = Membership.objects.filter(organisation=organisation_id, is_active=True, user__is_active=True)
    others = set(held.exclude(user=user_id).values_list("role", flat=True))
    for role in sorted(set(lost) - others - {Role.APPROVER}):
        orders, _sentence = waiting_for(role, organisation_id)
        _tell(recorder, orders.values_list("pk", flat=True), role, organisation_id, user_id)
    if Role.APPROVER in lost:
        officers = left_unsigned.officers_without(organisation_id, user_id)
        unsigned = left_unsigned.orders_unsigned(organisation_id, officers)
        _tell(recorder, unsigned, Role.APPROVER, organisation_id, user_id)


def tell_of_officer(institution_id: int, said: OfficerInput, *, recorder: Recorder) -> None:
    """Of what nobody may sign once the post of this person is written so."""
    user = User.objects.filter(email__iexact=said.email.strip()).first()
    officers = left_unsigned.officers_with(institution_id, said)
    if user is not None and officers is not None:
        unsigned = left_unsigned.orders_unsigned(institution_id, officers)
        _tell(recorder, unsigned, Role.APPROVER, institution_id, user.pk)


def _tell(recorder: Recorder, keys: Iterable[int], role: str, organisation_id: int, user_id: int) -> None:
    """One notification for each party, with the numbers of its own orders; longest waiting first."""
    orders = list(
        Order.objects.filter(pk__in=set(keys)).select_related("edition").order_by("status_since", "pk")
    )
    if not orders:
        return
    organisation = Organisation.objects.get(pk=organisation_id)
    with override(settings.LANGUAGE_CODE):
        word = composed(str(Role(role).label))
    person, name = User.objects.get(pk=user_id).name, organisation.name
    if organisation.kind == Organisation.Kind.INSTITUTION:
        LEFT["left to the buyer"].tell(
            recorder, organisation_id, role=word, person=person, numbers=_numbers(orders)
        )
    for organiser_id in sorted({order.edition.organiser_id for order in orders}):
        theirs = [order for order in orders if order.edition.organiser_id == organiser_id]
        LEFT["left to the expo"].tell(
            recorder, organiser_id, role=word, person=person, organisation=name, numbers=_numbers(theirs)
        )
    if role == Role.TREASURER:
        _tell_who_waits_to_be_paid(recorder, orders, organisation)


def _tell_who_waits_to_be_paid(
    recorder: Recorder, orders: Iterable[Order], organisation: Organisation
) -> None:
    parts = PurchaseOrder.objects.filter(order__in=orders, status__in=_UNPAID).order_by("pk")
    numbers: dict[int, list[str]] = {}
    for msme_id, number in parts.values_list("msme_id", "number"):
        numbers.setdefault(msme_id, []).append(number)
    for msme_id, theirs in numbers.items():
        LEFT["left to an MSME"].tell(
            recorder, msme_id, numbers=_named(theirs), organisation=organisation.name
        )


def _numbers(orders: Iterable[Order]) -> str:
    return _named([order.number for order in orders])


def _named(numbers: list[str]) -> str:
    """The first few, and a sign that there are more; the page behind it lists them all."""
    shown = ", ".join(numbers[:MOST_NAMED])
    return f"{shown}, …" if len(numbers) > MOST_NAMED else shown

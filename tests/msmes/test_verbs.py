"""The register of MSMEs, their offers and the catalogue: verbs, refusals, trail."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounts.acting import actor_for
from accounts.models import Membership, Organisation, Role, User
from msmes.catalogue import catalogue, offers
from msmes.models import Category, District, Msme, Offer, Product
from msmes.register import registry
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.models import Event, OutboxMessage
from procurement.rows.events import verify
from tests.factories import World, make_member, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def identity(**said: Any) -> registry.Identity:
    return replace(
        registry.Identity(
            name="Batik Baru (contoh)",
            code="btk-baru",
            size="micro",
            district_id=District.objects.get().pk,
            owner_name="Bu Contoh",
            nib="9876543210123",
            npwp="1234567890123456",
        ),
        **said,
    )


CONTACT = registry.Contact(address="Jalan Baru 1", phone="0812-3456-7890")


class TestRegister:
    def test_a_new_msme_is_an_organisation_with_a_trail(self, world: World) -> None:
        msme = registry.register_msme(actor=world.actor("coordinator"), identity=identity(), contact=CONTACT)
        msme = Msme.objects.get(pk=msme.pk)
        assert (msme.organisation.kind, msme.organisation.code) == ("msme", "BTK-BARU")
        assert msme.phone == "081234567890"
        assert Event.objects.of_stream(msme.stream).get().verb == "msme.register"
        assert list(verify()) == []

    @pytest.mark.parametrize("role", ["viewer", "owner0", "approver"])
    def test_coordinators_alone(self, world: World, role: str) -> None:
        with pytest.raises(NotPermitted):
            registry.register_msme(actor=world.actor(role), identity=identity(), contact=CONTACT)

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"name": "  "}, "name"),
            ({"code": ""}, "code"),
            ({"code": "CTH-1"}, "code"),
            ({"nib": "123"}, "nib"),
            ({"nib": "1234567890123"}, "nib"),
            ({"npwp": "12.345"}, "npwp"),
            ({"size": "huge"}, "size"),
            ({"district_id": 999}, "district"),
            ({"owner_name": ""}, "owner_name"),
        ],
    )
    def test_a_wrong_identity_is_refused_at_its_field(
        self, world: World, said: dict[str, Any], field: str
    ) -> None:
        before = Msme.objects.count()
        with pytest.raises(InvalidInput) as refusal:
            registry.register_msme(
                actor=world.actor("coordinator"), identity=identity(**said), contact=CONTACT
            )
        assert refusal.value.field == field
        assert Msme.objects.count() == before

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"phone": "nol delapan"}, "phone"),
            ({"address": ""}, "address"),
            ({"bank_name": "Bank Contoh"}, "bank_account"),
            ({"bank_name": "B", "bank_account": "rekening", "bank_holder": "X"}, "bank_account"),
        ],
    )
    def test_a_wrong_contact_is_refused_at_its_field(
        self, world: World, said: dict[str, str], field: str
    ) -> None:
        with pytest.raises(InvalidInput) as refusal:
            registry.register_msme(
                actor=world.actor("coordinator"), identity=identity(), contact=replace(CONTACT, **said)
            )
        assert refusal.value.field == field

    def test_a_change_keeps_before_and_after_and_saying_it_twice_adds_nothing(self, world: World) -> None:
        msme = world.msmes[0]
        said: dict[str, Any] = {
            "msme_id": msme.pk,
            "actor": world.actor("coordinator"),
            "identity": identity(is_taxable=True),
            "contact": CONTACT,
        }
        registry.change_msme(**said)
        registry.change_msme(**said)
        event = Event.objects.of_stream(msme.stream).get(verb="msme.change")
        assert event.changes["is_taxable"] == [False, True]
        assert event.changes["name"] == ["Perajin Contoh 0", "Batik Baru (contoh)"]
        assert Msme.objects.get(pk=msme.pk).organisation.name == "Batik Baru (contoh)"

    def test_an_owner_changes_its_own_address_and_no_other(self, world: World) -> None:
        said: dict[str, Any] = {"address": "Jalan Pindah 5", "phone": "081200001111"}
        registry.change_contact(msme_id=world.msmes[0].pk, actor=world.actor("owner0"), **said)
        assert Msme.objects.get(pk=world.msmes[0].pk).address == "Jalan Pindah 5"
        with pytest.raises(NotFound):
            registry.change_contact(msme_id=world.msmes[1].pk, actor=world.actor("owner0"), **said)

    def test_an_owner_cannot_change_its_identity(self, world: World) -> None:
        with pytest.raises(NotPermitted):
            registry.change_msme(
                msme_id=world.msmes[0].pk, actor=world.actor("owner0"), identity=identity(), contact=CONTACT
            )

    def test_a_new_owner_is_made_known_and_told(self, world: World) -> None:
        msme = world.msmes[0]
        said: dict[str, Any] = {
            "msme_id": msme.pk,
            "email": "Baru@Contoh.id",
            "name": "Pak Baru",
            "actor": world.actor("coordinator"),
        }
        registry.add_owner(**said)
        user = User.objects.get(email="baru@contoh.id")
        assert not user.has_usable_password()
        assert Membership.objects.get(user=user).organisation == msme.organisation
        assert OutboxMessage.objects.filter(topic="accounts.invitation").count() == 1
        with pytest.raises(WrongState):
            registry.add_owner(**said)

    def test_an_owner_needs_a_real_address(self, world: World) -> None:
        with pytest.raises(InvalidInput) as refusal:
            registry.add_owner(
                msme_id=world.msmes[0].pk, email="baru", name="X", actor=world.actor("coordinator")
            )
        assert refusal.value.field == "email"


class TestOffers:
    def said(self, world: World, **changed: Any) -> offers.OfferInput:
        return replace(
            offers.OfferInput(
                product_id=world.products[0].pk, price=Decimal(95_000), minimum=10, lead_time_days=7
            ),
            **changed,
        )

    def test_change_stop_and_take_up_again(self, world: World) -> None:
        msme, actor = world.msmes[0], world.actor("owner0")
        for _again in range(2):
            offer = offers.set_offer(msme_id=msme.pk, offer=self.said(world), actor=actor)
        offers.stop_offer(msme_id=msme.pk, offer_id=offer.pk, actor=actor)
        with pytest.raises(WrongState):
            offers.stop_offer(msme_id=msme.pk, offer_id=offer.pk, actor=actor)
        offers.set_offer(msme_id=msme.pk, offer=self.said(world), actor=actor)
        verbs = list(Event.objects.of_stream(msme.stream).order_by("sequence").values_list("verb", flat=True))
        assert verbs == ["offer.change", "offer.stop", "offer.resume"]
        assert Offer.objects.get(pk=offer.pk).price == 95_000
        assert list(verify()) == []

    def test_a_first_offer(self, world: World) -> None:
        Offer.objects.filter(msme=world.msmes[0]).delete()
        offers.set_offer(msme_id=world.msmes[0].pk, offer=self.said(world), actor=world.actor("coordinator"))
        assert Event.objects.get().verb == "offer.add"

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"price": Decimal(0)}, "price"),
            ({"price": Decimal("0.5")}, "price"),
            ({"price": Decimal(10) ** 11}, "price"),
            ({"minimum": 0}, "minimum"),
            ({"lead_time_days": 0}, "lead_time_days"),
            ({"lead_time_days": 1000}, "lead_time_days"),
            ({"product_id": 999}, "product"),
        ],
    )
    def test_nonsense_is_refused_at_its_field(
        self, world: World, changed: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(InvalidInput) as refusal:
            offers.set_offer(
                msme_id=world.msmes[0].pk, offer=self.said(world, **changed), actor=world.actor("owner0")
            )
        assert refusal.value.field == field
        assert not Event.objects.exists()

    def test_a_product_that_left_the_catalogue_is_not_offered_anew(self, world: World) -> None:
        Product.objects.update(is_active=False)
        Offer.objects.filter(msme=world.msmes[0]).update(is_active=False)
        with pytest.raises(InvalidInput):
            offers.set_offer(msme_id=world.msmes[0].pk, offer=self.said(world), actor=world.actor("owner0"))

    @pytest.mark.parametrize(
        ("role", "error"), [("owner1", NotFound), ("approver", NotFound), ("viewer", NotPermitted)]
    )
    def test_nobody_offers_for_another(self, world: World, role: str, error: type[Exception]) -> None:
        with pytest.raises(error):
            offers.set_offer(msme_id=world.msmes[0].pk, offer=self.said(world), actor=world.actor(role))


class TestCatalogue:
    def said(self, **changed: Any) -> catalogue.ProductInput:
        return replace(
            catalogue.ProductInput(
                code="srg-01",
                name="Sarung tenun",
                category_id=Category.objects.get(code="BATIK").pk,
                unit="lembar",
                specification="Katun 100 %",
                reference_price=Decimal(150_000),
            ),
            **changed,
        )

    def test_add_and_change_leave_a_trail(self, world: World) -> None:
        actor = world.actor("coordinator")
        product = catalogue.add_product(actor=actor, product=self.said())
        changed = self.said(reference_price=Decimal(160_000))
        for _again in range(2):
            catalogue.change_product(product_id=product.pk, actor=actor, product=changed)
        first, second = Event.objects.of_stream(product.stream).order_by("sequence")
        assert (first.verb, second.verb) == ("product.add", "product.change")
        assert second.changes == {"reference_price": ["150000", "160000"]}
        assert list(verify()) == []

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"code": "BTK-01"}, "code"),
            ({"name": ""}, "name"),
            ({"unit": "x" * 21}, "unit"),
            ({"specification": " "}, "specification"),
            ({"reference_price": Decimal(0)}, "reference_price"),
            ({"category_id": 999}, "category"),
        ],
    )
    def test_nonsense_is_refused_at_its_field(
        self, world: World, changed: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(InvalidInput) as refusal:
            catalogue.add_product(actor=world.actor("coordinator"), product=self.said(**changed))
        assert refusal.value.field == field

    def test_the_steps_of_a_category_are_chosen_by_who_keeps_it(self, world: World) -> None:
        actor = world.actor("coordinator")
        row = catalogue.add_category(code="KULIT", name="Kulit", actor=actor)
        assert row.keeper_id == actor.organisation_id
        changed = catalogue.change_category(category_id=row.pk, process="craft", actor=actor)
        assert (changed.process, changed.made_by) == ("craft", Category.Process.CRAFT)
        with pytest.raises(InvalidInput) as refusal:
            catalogue.change_category(category_id=row.pk, process="magic", actor=actor)
        assert refusal.value.field == "process"
        other = Organisation.objects.create(kind="expo", name="Expo lain", code="LAIN")
        coordinator = make_member(other, Role.COORDINATOR, "Koordinator lain")
        stranger = actor_for(user=coordinator, organisation=other)
        with pytest.raises(NotPermitted):
            catalogue.change_category(category_id=row.pk, process="food", actor=stranger)
        own = catalogue.add_category(code="ROTAN", name="Rotan", actor=stranger)
        assert (
            catalogue.change_category(category_id=own.pk, process="craft", actor=stranger).process == "craft"
        )
        # What MSMEs of the first organiser make of it as well is no longer for the second to change.
        Product.objects.filter(pk=world.products[0].pk).update(category=own)
        with pytest.raises(NotPermitted, match="dipakai juga oleh 4 UMKM penyelenggara lain"):
            catalogue.change_category(category_id=own.pk, process="food", actor=stranger)
        assert catalogue.change_category(category_id=own.pk, process="food", actor=actor).process == "food"
        with pytest.raises(NotFound):
            catalogue.change_category(category_id=999_999, process="food", actor=actor)

    def test_a_category_code_is_given_once(self, world: World) -> None:
        actor = world.actor("coordinator")
        assert catalogue.add_category(code="kulit", name="Kulit", actor=actor).code == "KULIT"
        with pytest.raises(InvalidInput):
            catalogue.add_category(code="KULIT", name="Kulit lagi", actor=actor)

    @pytest.mark.parametrize("role", ["viewer", "owner0", "requester"])
    def test_coordinators_alone(self, world: World, role: str) -> None:
        actor = world.actor(role)
        acts: list[Callable[[], object]] = [
            lambda: catalogue.add_product(actor=actor, product=self.said()),
            lambda: catalogue.add_category(code="K", name="K", actor=actor),
            lambda: catalogue.change_product(
                product_id=world.products[0].pk, actor=actor, product=self.said()
            ),
        ]
        for act in acts:
            with pytest.raises(NotPermitted):
                act()

"""Whatever is switched off or ended names what is open, and no act goes on with what is no longer there."""

from datetime import timedelta
from typing import Any

import pytest
from django.forms import modelform_factory
from django.test import Client
from django.urls import reverse

from accounts import members
from accounts.admin import OrganisationForm
from accounts.models import Membership, Organisation
from buyers.models import ApprovalRule, DeliverySite, Officer
from expo.editions.editions import close_edition
from msmes.models import Product
from msmes.register.forms import msme_as_typed
from msmes.register.registry import Contact, Identity, change_msme
from orders.amending import amend
from orders.models import Order
from orders.quoting import approve
from orders.requesting import request
from orders.requesting.lines import LineInput
from procurement import clock, still_open
from procurement.errors import InvalidInput, WrongState
from tests.factories import World, make_world
from tests.sent_forms import as_opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def switch_off(world: World, index: int) -> None:
    """As the verb of the register does it."""
    msme = type(world.msmes[index]).objects.select_related("organisation").get(pk=world.msmes[index].pk)
    typed = msme_as_typed(msme)
    contact = {name: typed[name] or "" for name in Contact.__dataclass_fields__}
    said = {name: typed[name] for name in Identity.__dataclass_fields__ if name in typed}
    said["district_id"] = msme.district_id
    change_msme(
        msme_id=msme.pk,
        actor=world.actor("coordinator"),
        identity=Identity(**{**said, "is_active": False}),
        contact=Contact(**contact),
    )


def gone(world: World, index: int) -> None:
    """Whoever did it and however."""
    Organisation.objects.filter(pk=world.msmes[index].pk).update(is_active=False)


def as_typed(order: Order) -> list[LineInput]:
    return [
        LineInput(
            line_id=line.pk,
            product_id=line.product_id,
            name=line.name,
            specification=line.specification,
            unit=line.unit,
            quantity=line.quantity,
            target_price=line.target_price,
            needed_by=line.needed_by,
            site_id=line.site_id,
        )
        for line in order.lines.all()
    ]


class TestMsme:
    def test_purchase_orders_are_ended_first(self, world: World) -> None:
        order = world.approved()
        with pytest.raises(InvalidInput) as refused:
            switch_off(world, 0)
        assert refused.value.field == "is_active"
        assert order.purchase_orders.get(msme=world.msmes[0]).number in refused.value.sentence

    def test_one_that_only_answered_is_switched_off_after_a_word(self, world: World, client: Client) -> None:
        order = world.requested()
        world.ask_everybody(order)
        client.force_login(world.people["coordinator"])
        address = reverse("msmes:edit", args=[world.msmes[0].pk])
        page = client.get(address)
        typed = {
            name: getattr(value, "pk", value)
            for name, value in page.context["form"].initial.items()
            if value is not None and name != "is_active"
        }
        typed = as_opened(client, address, typed)
        first = client.post(address, typed)
        assert first.status_code == 200
        assert order.number in first.content.decode()
        assert Organisation.objects.get(pk=world.msmes[0].pk).is_active
        assert client.post(address, {**typed, "sudah_dibaca": "1"}).status_code == 302
        assert not Organisation.objects.get(pk=world.msmes[0].pk).is_active

    def test_one_that_is_bound_is_refused_at_the_first_page(self, world: World, client: Client) -> None:
        """Nobody is asked about what is merely open where something stops it all the same."""
        order, asked = world.approved(), world.requested()
        world.ask_everybody(asked)
        client.force_login(world.people["coordinator"])
        address = reverse("msmes:edit", args=[world.msmes[0].pk])
        typed = {
            name: getattr(value, "pk", value)
            for name, value in client.get(address).context["form"].initial.items()
            if value is not None and name != "is_active"
        }
        page = client.post(address, as_opened(client, address, typed))
        assert page.status_code == 422
        assert order.purchase_orders.get(msme=world.msmes[0]).number in page.content.decode()
        assert "sudah_dibaca" not in page.content.decode()
        assert Organisation.objects.get(pk=world.msmes[0].pk).is_active

    def test_the_back_office_does_not_switch_it_off_either(self, world: World) -> None:
        world.approved()
        organisation = world.msmes[0].organisation
        typed = {"kind": organisation.kind, "name": organisation.name, "code": organisation.code}
        form = modelform_factory(Organisation, OrganisationForm, fields=["kind", "name", "code", "is_active"])
        assert "surat pesanan" in str(form(typed, instance=organisation).errors["is_active"])
        assert form({**typed, "is_active": "on"}, instance=organisation).is_valid()

    def test_what_was_quoted_of_it_is_not_signed(self, world: World, client: Client) -> None:
        order = world.quoted()
        gone(world, 2)
        with pytest.raises(WrongState) as refused:
            approve.approve_order(
                order_id=order.pk,
                revision=order.revision,
                content_hash=order.content_hash,
                actor=world.actor("approver"),
            )
        assert "tidak aktif lagi" in refused.value.sentence
        client.force_login(world.people["approver"])
        assert client.get(reverse("orders:approve", args=[order.pk])).status_code == 409

    def test_nothing_is_moved_to_it(self, world: World) -> None:
        order = world.approved()
        row = order.allocations.filter(msme=world.msmes[0]).earliest("pk")
        assert row.price is not None
        proposed = amend.propose_move(
            order_id=order.pk,
            move=amend.Move(
                allocation_id=row.pk,
                msme_id=world.msmes[3].pk,
                quantity=1,
                price=row.price,
                ready_on=clock.today() + timedelta(days=20),
            ),
            reason="Terlambat",
            actor=world.actor("coordinator"),
        )
        gone(world, 3)
        with pytest.raises(WrongState):
            amend.agree(amendment_id=proposed.pk, actor=world.actor("owner0"))


class TestCatalogueAndSites:
    @pytest.mark.parametrize("is_submitted", [True, False])
    def test_what_left_does_not_stop_another_line(self, world: World, is_submitted: bool) -> None:
        order = world.requested() if is_submitted else world.draft()
        Product.objects.filter(pk=world.products[0].pk).update(is_active=False)
        DeliverySite.objects.filter(pk=world.site.pk).update(is_active=False)
        first, second = as_typed(order)
        lines = [first, LineInput(**{**_fields(second), "quantity": 61})]
        changed = request.change_order(
            order_id=order.pk, actor=world.actor("requester"), heading=world.heading(), lines=lines
        )
        assert [line.quantity for line in changed.lines.all()] == [300, 61]

    def test_it_is_not_taken_anew(self, world: World) -> None:
        order = world.draft()
        Product.objects.filter(pk=world.products[0].pk).update(is_active=False)
        first, second = as_typed(order)
        lines = [first, LineInput(**{**_fields(second), "product_id": world.products[0].pk})]
        with pytest.raises(InvalidInput) as refused:
            request.change_order(
                order_id=order.pk, actor=world.actor("requester"), heading=world.heading(), lines=lines
            )
        assert (refused.value.row, refused.value.field) == (1, "product")

    def test_the_form_keeps_what_the_order_has(self, world: World, client: Client) -> None:
        order = world.draft()
        Product.objects.filter(pk=world.products[0].pk).update(is_active=False)
        client.force_login(world.people["requester"])
        page = client.get(reverse("orders:edit", args=[order.pk])).content.decode()
        assert f'<option value="{world.products[0].pk}" selected>Kemeja batik' in page
        assert ">Kemeja batik" not in client.get(reverse("orders:new")).content.decode()

    def test_switching_off_names_the_orders(self, world: World, client: Client) -> None:
        order = world.requested()
        client.force_login(world.people["coordinator"])
        address = reverse("msmes:product_edit", args=[world.products[0].pk])
        typed = {
            name: getattr(value, "pk", value)
            for name, value in client.get(address).context["form"].initial.items()
            if value is not None and name != "is_active"
        }
        typed = as_opened(client, address, typed)
        assert order.number in client.post(address, typed).content.decode()
        assert Product.objects.get(pk=world.products[0].pk).is_active
        assert client.post(address, {**typed, "sudah_dibaca": "1"}).status_code == 302
        site = world.site
        address = reverse("buyers:site_edit", args=[site.pk])
        typed = as_opened(client, address, {"name": site.name, "address": site.address, "city": site.city})
        assert order.number in client.post(address, typed).content.decode()
        assert client.post(address, {**typed, "sudah_dibaca": "1"}).status_code == 302
        assert not DeliverySite.objects.get(pk=site.pk).is_active


def _fields(line: LineInput) -> dict[str, Any]:
    return {name: getattr(line, name) for name in LineInput.__dataclass_fields__}


def test_a_closing_edition_names_what_is_open(world: World, client: Client) -> None:
    asked, quoted = world.requested(), world.quoted()
    client.force_login(world.people["coordinator"])
    page = client.get(reverse("expo:edition_close", args=[world.edition.pk])).content.decode()
    assert asked.number in page
    assert quoted.number in page
    close_edition(edition_id=world.edition.pk, actor=world.actor("coordinator"))
    assert world.approve(quoted).status == "approved"


def test_what_one_may_not_see_is_counted_and_not_named(world: World) -> None:
    order = world.requested()
    stranger = world.actor("other_requester")
    (said,) = still_open.sentences_of("product", world.products[0].pk, actor=stranger)
    assert order.number not in said
    assert "nomornya tidak terlihat oleh Anda" in said


class TestMember:
    def test_the_last_one_of_a_role_is_named_with_what_waits(self, world: World, client: Client) -> None:
        order = world.quoted()
        organisation, user = world.institution.organisation, world.people["approver"]
        client.force_login(world.people["coordinator"])
        end = reverse("accounts:member_end", args=[organisation.pk, user.pk])
        assert order.number in client.get(end).content.decode()
        roles = reverse("accounts:member_roles", args=[organisation.pk, user.pk])
        assert order.number in client.post(roles, {"roles": ["receiver"]}).content.decode()
        staff = world.actor("coordinator")
        assert still_open.sentences_of("member", organisation.pk, user.pk, {"receiver"}, actor=staff) == []
        second = world.people["receiver"]
        members.change_roles(
            organisation_id=organisation.pk,
            user_id=second.pk,
            roles=["receiver", "approver"],
            actor=world.actor("coordinator"),
        )
        assert order.number in client.get(end).content.decode(), "without a post nobody signs"
        Officer.objects.create(
            institution=world.institution, user=second, post="Wakil", level=2, is_unlimited=True
        )
        assert order.number not in client.get(end).content.decode()

    @pytest.mark.parametrize(
        ("state", "role"),
        [
            ("requested", "requester"),
            ("delivered", "treasurer"),
            ("approved", "owner0"),
            ("requested", "coordinator"),
        ],
    )
    def test_so_is_the_last_one_of_any_other_role(self, world: World, state: str, role: str) -> None:
        order = getattr(world, state)()
        actor = world.actor(role)
        assert actor.organisation_id is not None
        said = still_open.sentences_of(
            "member", actor.organisation_id, actor.user_id, actor=world.actor("coordinator")
        )
        assert any(order.number in one for one in said), said


class TestWhatIsSigned:
    """Whoever changes what an open quote says reads first that it will need a revision."""

    def test_a_tax_mark(self, world: World, client: Client) -> None:
        order = world.quoted()
        client.force_login(world.people["coordinator"])
        address = reverse("msmes:edit", args=[world.msmes[0].pk])
        typed = {
            name: getattr(value, "pk", value)
            for name, value in client.get(address).context["form"].initial.items()
            if value is not None
        }
        said = as_opened(client, address, typed, owner_name="Pemilik baru")
        assert client.post(address, said).status_code == 302
        typed = as_opened(client, address, typed, owner_name="Pemilik baru", is_taxable="on")
        assert order.number in client.post(address, typed).content.decode()
        assert not type(world.msmes[0]).objects.get(pk=world.msmes[0].pk).is_taxable
        assert client.post(address, {**typed, "sudah_dibaca": "1"}).status_code == 302
        assert type(world.msmes[0]).objects.get(pk=world.msmes[0].pk).is_taxable

    def test_a_site(self, world: World, client: Client) -> None:
        order, site = world.quoted(), world.site
        client.force_login(world.people["coordinator"])
        address = reverse("buyers:site_edit", args=[site.pk])
        typed = {"name": site.name, "address": site.address, "city": site.city, "is_active": "on"}
        said = as_opened(client, address, typed, contact="Satpam")
        assert client.post(address, said).status_code == 302
        assert order.number in client.post(address, {**typed, "address": "Jalan Lain 9"}).content.decode()

    def test_terms_of_payment(self, world: World, client: Client) -> None:
        order = world.quoted()
        client.force_login(world.people["coordinator"])
        address = reverse("buyers:institution_edit", args=[world.institution.pk])
        typed = {
            name: value
            for name, value in client.get(address).context["form"].initial.items()
            if value not in (None, "", False)
        }
        typed["payment_terms"] = "Tiga puluh hari sesudah serah terima"
        assert order.number in client.post(address, typed).content.decode()


class TestPower:
    """Whoever takes power from the only one who can sign reads first what nobody could sign any more."""

    def officer(self, world: World) -> Officer:
        return Officer.objects.get(institution=world.institution, user=world.people["approver"])

    def as_typed(self, world: World, client: Client, **changes: Any) -> dict[str, Any]:
        """The form of the officer as it stands, with some fields typed anew."""
        client.force_login(world.people["coordinator"])
        form = client.get(self.address(world)).context["form"]
        typed = {
            name: form.get_initial_for_field(field, name)
            for name, field in form.fields.items()
            if form.get_initial_for_field(field, name) not in (None, False)
        }
        return as_opened(client, self.address(world), {**typed, **changes})

    def address(self, world: World) -> str:
        return reverse("buyers:officer_edit", args=[self.officer(world).pk])

    @pytest.mark.parametrize(
        "change",
        [
            {"limit": "1000000", "is_unlimited": ""},
            {"level": "1"},
            {"valid_until": "2020-01-01"},
            {"roles": ["receiver"]},
        ],
        ids=["limit", "level", "term", "role"],
    )
    def test_a_post_that_is_changed(self, world: World, client: Client, change: dict[str, Any]) -> None:
        order = world.quoted()
        Officer.objects.filter(pk=self.officer(world).pk).update(level=2, limit=None, is_unlimited=True)
        order.approval_steps.update(level=2, post="KPA")
        ApprovalRule.objects.filter(institution=world.institution).delete()
        ApprovalRule.objects.create(institution=world.institution, level=2, minimum_value=0, post="KPA")
        same = self.as_typed(world, client)
        assert client.post(self.address(world), same).status_code == 302
        typed = self.as_typed(world, client, **change)
        answer = client.post(self.address(world), typed)
        assert answer.status_code == 200, getattr(answer.context and answer.context["form"], "errors", "")
        page = answer.content.decode()
        assert order.number in page
        assert "tidak akan dapat ditandatangani siapa pun" in page
        assert self.officer(world).has_authority(clock.today())
        assert client.post(self.address(world), {**typed, "sudah_dibaca": "1"}).status_code == 302

    def test_an_officer_who_is_ended(self, world: World, client: Client) -> None:
        order = world.quoted()
        client.force_login(world.people["coordinator"])
        page = reverse("buyers:officer_end", args=[self.officer(world).pk])
        assert order.number in client.get(page).content.decode()

    def test_a_second_approver_counts_only_with_power(self, world: World) -> None:
        order = world.quoted()
        organisation, user = world.institution.organisation, world.people["approver"]

        def said() -> str:
            return " ".join(
                still_open.sentences_of("member", organisation.pk, user.pk, actor=world.actor("coordinator"))
            )

        second = world.people["receiver"]
        Membership.objects.create(user=second, organisation=organisation, role="approver")
        assert order.number in said(), "a role without a post signs nothing"
        post = Officer.objects.create(
            institution=world.institution, user=second, post="Wakil", level=1, limit=1
        )
        assert order.number in said(), "the limit is too low"
        Officer.objects.filter(pk=post.pk).update(limit=None, is_unlimited=True, level=9)
        assert order.number not in said()
        Order.objects.filter(pk=order.pk).update(requester=second)
        assert order.number in said(), "a maker signs nothing"

    def test_rules_that_ask_for_what_nobody_can_sign(self, world: World, client: Client) -> None:
        order = world.quoted()
        client.force_login(world.people["coordinator"])
        address = reverse("buyers:rules_edit", args=[world.institution.pk])
        typed = {
            "rules-0-level": "1", "rules-0-post": "PPK", "rules-0-minimum_value": "0",
            "rules-1-level": "9", "rules-1-post": "Direktur", "rules-1-minimum_value": "1",
            "similar_days": "30", "similar_rule": "sign",
        }  # fmt: skip
        typed = as_opened(client, address, typed)
        page = client.post(address, typed).content.decode()
        assert order.number in page
        assert "tingkat paling sedikit 9" in page
        assert client.post(address, {**typed, "sudah_dibaca": "1"}).status_code == 302

    def test_an_addendum_that_waits_is_named_too(self, world: World) -> None:
        order = world.approved()
        share = order.allocations.filter(quantity__gt=0).first()
        assert share is not None
        amend.propose_date(
            order_id=order.pk,
            allocation_id=share.pk,
            ready_on=(share.ready_on or clock.today()) + timedelta(days=5),
            reason="Bahan terlambat",
            actor=world.actor("coordinator"),
        )
        said = still_open.sentences_of(
            "member", world.institution.pk, world.people["approver"].pk, actor=world.actor("coordinator")
        )
        assert any("adendum yang menunggu tanda tangan" in one and order.number in one for one in said), said

    def test_what_nobody_can_sign_anyway_is_not_named_again(self, world: World) -> None:
        world.quoted()
        Officer.objects.update(is_active=False)
        said = still_open.sentences_of(
            "member", world.institution.pk, world.people["approver"].pk, actor=world.actor("coordinator")
        )
        assert said == []

"""Pages of msmes: the producer's own, the register of the staff, the catalogue."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from msmes.models import Category, District, Msme, Offer, Product
from tests.factories import World, make_world
from tests.sent_forms import as_opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def body(client: Client, name: str, *args: int, **query: str) -> str:
    response = client.get(reverse(f"msmes:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


class TestOwn:
    def test_offer_add_change_stop_resume(self, world: World, client: Client) -> None:
        Offer.objects.filter(msme=world.msmes[0], product=world.products[1]).delete()
        client.force_login(world.people["owner0"])
        said = {"product": world.products[1].pk, "price": "45.000", "minimum": 5, "lead_time_days": 3}
        assert client.post(reverse("msmes:offer_new"), said).status_code == 302
        offer = Offer.objects.get(msme=world.msmes[0], product=world.products[1])
        assert offer.price == 45_000
        assert "Rp45.000" in body(client, "offers")
        edit = reverse("msmes:offer_edit", args=[offer.pk])
        assert client.post(edit, as_opened(client, edit, said, price="47000")).status_code == 302
        stop = reverse("msmes:offer_stop", args=[offer.pk])
        assert client.post(stop).status_code == 302
        assert client.post(stop).status_code == 409
        offer.refresh_from_db()
        assert (offer.price, offer.is_active) == (Decimal(47_000), False)
        client.post(edit, as_opened(client, edit, said))
        offer.refresh_from_db()
        assert offer.is_active

    @pytest.mark.parametrize("price", ["0", "-5", "12,5", "gratis", ""])
    def test_a_wrong_price_is_refused_and_the_rest_kept(
        self, world: World, client: Client, price: str
    ) -> None:
        offer = Offer.objects.filter(msme=world.msmes[0])[0]
        client.force_login(world.people["owner0"])
        said = {"price": price, "minimum": 77, "lead_time_days": 3}
        edit = reverse("msmes:offer_edit", args=[offer.pk])
        response = client.post(edit, as_opened(client, edit, said))
        assert response.status_code == 422
        assert 'value="77"' in response.content.decode()
        assert Offer.objects.get(pk=offer.pk).price == 90_000

    def test_only_products_that_are_not_offered_yet_can_be_added(self, world: World, client: Client) -> None:
        client.force_login(world.people["owner0"])
        said = {"product": world.products[0].pk, "price": "1", "minimum": 1, "lead_time_days": 3}
        assert client.post(reverse("msmes:offer_new"), said).status_code == 422

    def test_the_owner_changes_phone_and_address_and_nothing_else(self, world: World, client: Client) -> None:
        client.force_login(world.people["owner0"])
        said = {
            "phone": "0812 0000 1111",
            "address": "Jalan Pindah 5",
            "bank_name": "Bank Contoh",
            "bank_account": "12345",
            "bank_holder": "Pemilik",
            "nib": "0000000000000",
        }
        edit = reverse("msmes:profile_edit")
        assert client.post(edit, as_opened(client, edit, said)).status_code == 302
        msme = Msme.objects.get(pk=world.msmes[0].pk)
        assert (msme.phone, msme.bank_account, msme.nib) == ("081200001111", "0001", "1234567890123")
        assert "Jalan Pindah 5" in body(client, "profile")

    def test_half_an_account_is_refused_and_kept(self, world: World, client: Client) -> None:
        client.force_login(world.people["owner0"])
        said = {"bank_name": "Bank Separuh", "bank_account": "", "bank_holder": ""}
        edit = reverse("msmes:bank_edit")
        response = client.post(edit, as_opened(client, edit, said))
        assert response.status_code == 422
        assert "Bank Separuh" in response.content.decode()

    @pytest.mark.parametrize("person", ["owner1", "requester", "coordinator"])
    def test_foreign_offers_do_not_exist(self, world: World, client: Client, person: str) -> None:
        offer = Offer.objects.filter(msme=world.msmes[0])[0]
        client.force_login(world.people[person])
        said = {"price": "1", "minimum": 1, "lead_time_days": 1}
        assert client.get(reverse("msmes:offer_edit", args=[offer.pk])).status_code == 404
        assert client.post(reverse("msmes:offer_edit", args=[offer.pk]), said).status_code == 404
        assert client.post(reverse("msmes:offer_stop", args=[offer.pk])).status_code == 404
        offer.refresh_from_db()
        assert (offer.price, offer.is_active) == (Decimal(90_000), True)

    @pytest.mark.parametrize("person", ["requester", "coordinator"])
    def test_other_organisations_have_no_such_pages(self, world: World, client: Client, person: str) -> None:
        client.force_login(world.people[person])
        for name in ("offers", "offer_new", "profile", "profile_edit"):
            assert client.get(reverse(f"msmes:{name}")).status_code == 404


class TestRegisterPages:
    def typed(self, **changed: object) -> dict[str, object]:
        return {
            "name": "Kerupuk Baru (contoh)",
            "code": "KRP-BARU",
            "size": "small",
            "district": District.objects.get().name,
            "owner_name": "Bu Contoh",
            "phone": "081234567890",
            "address": "Jalan Baru 1",
            "is_active": "on",
        } | changed

    def test_find_by_name_nib_district_class_category_and_pkp(self, world: World, client: Client) -> None:
        malang = District.objects.create(name="Kota Malang")
        special = world.msmes[2]
        special.organisation.name = "Anyaman Jaya"
        special.organisation.save()
        Msme.objects.filter(pk=special.pk).update(district=malang, nib="5555555555555", size="medium")
        Offer.objects.filter(product=world.products[1]).exclude(msme=special).delete()
        Msme.objects.exclude(pk=special.pk).update(is_taxable=False)
        Msme.objects.filter(pk=special.pk).update(is_taxable=True)
        client.force_login(world.people["viewer"])
        asked: list[dict[str, str]] = [
            {"q": "jaya anyaman"},
            {"q": "5555555555555"},
            {"q": "malang"},
            {"kabupaten": str(malang.pk)},
            {"kelas": "medium"},
            {"kategori": str(Category.objects.get(code="PANGAN").pk)},
            {"pkp": "1"},
        ]
        for query in asked:
            shown = body(client, "directory", **query)
            assert special.organisation.name in shown, query
            assert world.msmes[0].organisation.name not in shown, query

    def test_the_list_is_cheap_and_goes_out_as_a_file(
        self, world: World, client: Client, django_assert_max_num_queries: object
    ) -> None:
        client.force_login(world.people["viewer"])
        with django_assert_max_num_queries(8):  # type: ignore[operator]
            client.get(reverse("msmes:directory"))
        export = client.get(reverse("msmes:directory"), {"export": "csv"})
        text = b"".join(export).decode()
        assert "Perajin Contoh 3" in text
        assert "CTH-3" in text

    def test_detail_shows_identity_offers_and_owners(
        self, world: World, client: Client, django_assert_max_num_queries: object
    ) -> None:
        client.force_login(world.people["viewer"])
        with django_assert_max_num_queries(11):  # type: ignore[operator]
            shown = body(client, "detail", world.msmes[0].pk)
        for word in ("1234567890123", "Kemeja batik", "owner.cth-0@contoh.id", "Bank Contoh"):
            assert word in shown
        assert reverse("msmes:edit", args=[world.msmes[0].pk]) not in shown

    def test_register_then_correct_then_give_it_an_owner(self, world: World, client: Client) -> None:
        client.force_login(world.people["coordinator"])
        assert client.post(reverse("msmes:new"), self.typed()).status_code == 302
        msme = Msme.objects.get(organisation__code="KRP-BARU")
        edit = reverse("msmes:edit", args=[msme.pk])
        assert 'value="Kerupuk Baru (contoh)"' in body(client, "edit", msme.pk)
        assert client.post(edit, as_opened(client, edit, self.typed(nib="1112223334445"))).status_code == 302
        assert Msme.objects.get(pk=msme.pk).nib == "1112223334445"
        owner = {"name": "Bu Baru", "email": "bu.baru@contoh.id"}
        assert client.post(reverse("msmes:owner_new", args=[msme.pk]), owner).status_code == 302
        shown = body(client, "detail", msme.pk)
        assert "bu.baru@contoh.id" in shown
        assert "UMKM didaftarkan" in shown
        again = client.post(reverse("msmes:owner_new", args=[msme.pk]), owner)
        assert again.status_code == 409

    @pytest.mark.parametrize(
        "changed",
        [{"nib": "12"}, {"code": "CTH-1"}, {"district": "Atlantis"}, {"phone": "abc"}, {"name": ""}],
    )
    def test_wrong_input_is_refused_and_kept(
        self, world: World, client: Client, changed: dict[str, object]
    ) -> None:
        client.force_login(world.people["coordinator"])
        response = client.post(reverse("msmes:new"), self.typed(**changed))
        assert response.status_code == 422
        assert 'value="Bu Contoh"' in response.content.decode()
        assert not Msme.objects.filter(organisation__code="KRP-BARU").exists()

    def test_a_viewer_reads_only(self, world: World, client: Client) -> None:
        client.force_login(world.people["viewer"])
        pk = world.msmes[0].pk
        addresses = [
            reverse("msmes:new"),
            reverse("msmes:edit", args=[pk]),
            reverse("msmes:owner_new", args=[pk]),
            reverse("msmes:product_new"),
            reverse("msmes:product_edit", args=[world.products[0].pk]),
            reverse("msmes:category_new"),
        ]
        for address in addresses:
            assert client.get(address).status_code == 403, address
            assert client.post(address, self.typed()).status_code == 403, address

    @pytest.mark.parametrize("person", ["owner0", "requester"])
    def test_the_register_is_for_staff(self, world: World, client: Client, person: str) -> None:
        client.force_login(world.people[person])
        pk = world.msmes[0].pk
        addresses = [reverse("msmes:directory"), reverse("msmes:new"), reverse("msmes:catalogue")]
        addresses += [reverse(f"msmes:{name}", args=[pk]) for name in ("detail", "edit", "owner_new")]
        addresses += [reverse("msmes:product_edit", args=[world.products[0].pk])]
        for address in addresses:
            assert client.get(address).status_code == 404, address

    def test_an_unknown_one_is_404(self, world: World, client: Client) -> None:
        client.force_login(world.people["coordinator"])
        assert client.get(reverse("msmes:detail", args=[999_999])).status_code == 404
        assert client.get(reverse("msmes:product_edit", args=[999_999])).status_code == 404


class TestCataloguePages:
    def typed(self, **changed: object) -> dict[str, object]:
        return {
            "code": "SRG-01",
            "name": "Sarung tenun",
            "category": Category.objects.get(code="BATIK").pk,
            "unit": "lembar",
            "specification": "Katun",
            "reference_price": "150.000",
            "is_active": "on",
        } | changed

    def test_add_change_and_take_out(
        self, world: World, client: Client, django_assert_max_num_queries: object
    ) -> None:
        client.force_login(world.people["coordinator"])
        assert client.post(reverse("msmes:product_new"), self.typed()).status_code == 302
        product = Product.objects.get(code="SRG-01")
        assert product.reference_price == 150_000
        edit = reverse("msmes:product_edit", args=[product.pk])
        gone = self.typed(reference_price="155000")
        del gone["is_active"]
        assert client.post(edit, as_opened(client, edit, gone)).status_code == 302
        product.refresh_from_db()
        assert (product.reference_price, product.is_active) == (Decimal(155_000), False)
        with django_assert_max_num_queries(8):  # type: ignore[operator]
            shown = body(client, "catalogue", kategori=str(product.category_id), keadaan="0")
        assert "Sarung tenun" in shown
        assert "Kemeja batik" not in shown

    def test_the_same_code_twice_is_refused_and_kept(self, world: World, client: Client) -> None:
        client.force_login(world.people["coordinator"])
        response = client.post(reverse("msmes:product_new"), self.typed(code="btk-01"))
        assert response.status_code == 422
        assert 'value="Sarung tenun"' in response.content.decode()

    def test_a_new_category(self, world: World, client: Client) -> None:
        client.force_login(world.people["coordinator"])
        said = {"code": "kulit", "name": "Kulit"}
        assert client.post(reverse("msmes:category_new"), said).status_code == 302
        assert Category.objects.get(code="KULIT").name == "Kulit"
        assert client.post(reverse("msmes:category_new"), said).status_code == 422

    def test_the_steps_of_a_category_are_changed_on_its_page(
        self, world: World, client: Client, django_assert_max_num_queries: object
    ) -> None:
        category = Category.objects.get(code="PANGAN")
        client.force_login(world.people["coordinator"])
        with django_assert_max_num_queries(7):  # type: ignore[operator]
            shown = body(client, "categories")
        edit = reverse("msmes:category_edit", args=[category.pk])
        assert edit in shown
        assert "diolah, dikemas, selesai (menurut nama)" in shown
        assert client.post(edit, as_opened(client, edit, {"process": "craft"})).status_code == 302
        category.refresh_from_db()
        assert category.process == "craft"
        assert "Tahap produksi diubah" in client.get(edit).content.decode()
        assert "dibentuk, dihaluskan, selesai" in body(client, "categories")
        refused = client.post(edit, as_opened(client, edit, {"process": "magic"}))
        assert refused.status_code == 422

    def test_the_list_of_categories_asks_as_much_for_one_as_for_many(
        self, world: World, client: Client
    ) -> None:
        client.force_login(world.people["viewer"])
        body(client, "categories")
        with CaptureQueriesContext(connection) as few:
            shown = body(client, "categories")
        assert "/ubah/" not in shown.partition("<main")[2]
        Category.objects.bulk_create(Category(code=f"K{one}", name=f"Kategori {one}") for one in range(20))
        with CaptureQueriesContext(connection) as many:
            body(client, "categories")
        assert len(few) == len(many)

"""Districts of MSMEs come from the country's list: chosen, made when first needed, linked when they were there."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from msmes.catalogue.shipped import CATEGORIES, UNITS, choose_categories, report_categories
from msmes.models import Category, District, Msme
from msmes.register.regencies import choose_regions, link_districts
from procurement.errors import InvalidInput, NotPermitted
from procurement.models import Event, Regency
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def typed(**changed: object) -> dict[str, object]:
    return {
        "name": "Tenun Baru (contoh)",
        "code": "TNN-BARU",
        "size": "micro",
        "district": "Kabupaten Merauke",
        "owner_name": "Bu Contoh",
        "phone": "081234567890",
        "address": "Jalan Baru 1",
        "is_active": "on",
    } | changed


class TestPlaceOfAnMsme:
    def test_a_place_of_any_province_can_be_typed(self, world: World, client: Client) -> None:
        """Also on an installation without a single district."""
        client.force_login(world.people["coordinator"])
        assert client.post(reverse("msmes:new"), typed()).status_code == 302
        msme = Msme.objects.select_related("district").get(organisation__code="TNN-BARU")
        assert (msme.district.name, msme.district.province) == ("Kabupaten Merauke", "Papua Selatan")
        assert msme.district.regency_id == "93.01"
        again = typed(code="TNN-2", district="kab. merauke")
        assert client.post(reverse("msmes:new"), again).status_code == 302
        assert District.objects.filter(regency="93.01").count() == 1
        shown = client.get(reverse("msmes:directory"), {"kabupaten": msme.district_id})
        assert shown.context["page"].count == 2

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("Malang", "Kota Malang"),
            ("Sidorjo", "Kabupaten Sidoarjo"),
            ("91.01", "93.01 Kabupaten Merauke"),
            ("Kabupaten Toba Samosir", "Kabupaten Toba"),
        ],
    )
    def test_what_is_unclear_is_asked_and_nothing_is_written(
        self, world: World, client: Client, text: str, said: str
    ) -> None:
        client.force_login(world.people["coordinator"])
        before = District.objects.count()
        answer = client.post(reverse("msmes:new"), typed(district=text))
        assert answer.status_code == 422
        page = answer.content.decode()
        assert said in page
        assert f'value="{text}"' in page
        assert 'value="Bu Contoh"' in page
        assert District.objects.count() == before
        assert not Organisation.objects.filter(code="TNN-BARU").exists()

    def test_a_refusal_of_the_verb_makes_no_district(self, world: World, client: Client) -> None:
        client.force_login(world.people["coordinator"])
        assert client.post(reverse("msmes:new"), typed(code="CTH-1")).status_code == 422
        assert not District.objects.filter(regency="93.01").exists()

    def test_an_msme_of_a_merged_regency_can_still_be_corrected(self, world: World, client: Client) -> None:
        """Its district stays as it is told in figures; nobody new is registered there."""
        client.force_login(world.people["coordinator"])
        assert client.post(reverse("msmes:new"), typed(district="Kota Batu")).status_code == 302
        Regency.objects.filter(pk="35.79").update(is_active=False, superseded_by="35.07")
        refused = client.post(reverse("msmes:new"), typed(code="TNN-2", district="Kota Batu"))
        assert refused.status_code == 422
        assert "Kabupaten Malang, Jawa Timur" in refused.content.decode()
        with pytest.raises(InvalidInput, match="Kabupaten Malang"):
            choose_regions(codes=["35.07", "35.79"], actor=world.actor("coordinator"))
        msme = Msme.objects.get(organisation__code="TNN-BARU")
        page = client.get(reverse("msmes:edit", args=[msme.pk])).content.decode()
        assert 'value="Kota Batu"' in page


class TestChoosing:
    def test_regions_become_districts_once(self, world: World) -> None:
        actor = world.actor("coordinator")
        first = choose_regions(codes=["35.78", "35.15", "35.78"], actor=actor)
        assert [row.name for row in first] == ["Kota Surabaya", "Kabupaten Sidoarjo"]
        assert choose_regions(codes=["35.15", "35.78"], actor=actor) == first[::-1]

    @pytest.mark.parametrize("code", ["", "35", "99.99", "91.01"])
    def test_what_is_no_code_of_today_is_refused_whole(self, world: World, code: str) -> None:
        with pytest.raises(InvalidInput):
            choose_regions(codes=["35.78", code], actor=world.actor("coordinator"))
        assert not District.objects.filter(regency="35.78").exists()

    def test_only_coordinators_choose(self, world: World) -> None:
        for role in ("viewer", "owner0", "requester"):
            with pytest.raises(NotPermitted):
                choose_regions(codes=["35.78"], actor=world.actor(role))
            with pytest.raises(NotPermitted):
                choose_categories(names=["Tenun"], actor=world.actor(role))


class TestDistrictsThatWereThere:
    def test_they_are_linked_by_name_and_own_ones_are_left(self, world: World) -> None:
        District.objects.create(name="Kota Surabaya")
        District.objects.create(name="Sidoarjo")
        shared = District.objects.create(name="Malang")
        elsewhere = District.objects.create(name="Kota Bandung")  # said to be in Jawa Timur
        (loaded,) = link_districts()
        assert loaded.renewed == 2
        assert {shared.name, elsewhere.name, "Kabupaten Contoh"} == set(loaded.differ)
        named = dict(District.objects.exclude(regency=None).values_list("name", "regency_id"))
        assert named == {"Kota Surabaya": "35.78", "Sidoarjo": "35.15"}
        (again,) = link_districts()
        assert (again.renewed, again.found) == (0, 2)

    def test_the_name_that_was_there_stays(self, world: World, client: Client) -> None:
        District.objects.create(name="Sidoarjo")
        link_districts()
        client.force_login(world.people["coordinator"])
        assert client.post(reverse("msmes:new"), typed(district="Kabupaten Sidoarjo")).status_code == 302
        assert Msme.objects.get(organisation__code="TNN-BARU").district.name == "Sidoarjo"

    def test_a_regency_is_one_district(self, world: World) -> None:
        District.objects.create(name="Sidoarjo", regency_id="35.15")
        with pytest.raises(IntegrityError), transaction.atomic():
            District.objects.create(name="Sidoarjo lain", regency_id="35.15")


class TestCategories:
    def test_what_ships_is_whole(self) -> None:
        codes = [one.code for one in CATEGORIES]
        assert len(codes) == len(set(codes)) == len({one.name for one in CATEGORIES}) == 16
        for one in CATEGORIES:
            Category(code=one.code, name=one.name, process=one.process).full_clean(exclude=["event_head"])
            assert len(one.units) == len(set(one.units)) >= 3
        assert "lembar" in UNITS

    def test_chosen_ones_come_with_their_steps_and_an_event(self, world: World) -> None:
        actor = world.actor("coordinator")
        first, second = choose_categories(names=["tenun", "KERAMIK"], actor=actor)
        assert (first.code, first.process, second.process) == ("TENUN", "weaving", "craft")
        assert [event.verb for event in Event.objects.of_stream(first.stream)] == ["category.add"]
        assert choose_categories(names=["TENUN"], actor=actor) == [first]

    def test_one_that_is_there_stays_and_is_reported(self, world: World) -> None:
        (known,) = choose_categories(names=["BATIK"], actor=world.actor("coordinator"))
        assert known.name == "Batik"
        assert known.process == ""
        Category.objects.create(code="TENUN", name="Tenun ikat", process="weaving")
        (told,) = report_categories()
        assert (told.found, told.differ) == (1, ["TENUN Tenun ikat"])
        out = StringIO()
        call_command("load_reference", stdout=out)
        assert "left: TENUN Tenun ikat" in out.getvalue()
        assert Category.objects.get(code="TENUN").name == "Tenun ikat"

    def test_what_does_not_ship_is_refused_whole(self, world: World) -> None:
        with pytest.raises(InvalidInput, match="Roket"):
            choose_categories(names=["Tenun", "Roket"], actor=world.actor("coordinator"))
        assert not Category.objects.filter(code="TENUN").exists()

    def test_units_are_offered_at_a_product(self, world: World, client: Client) -> None:
        client.force_login(world.people["coordinator"])
        page = client.get(reverse("msmes:product_new")).content.decode()
        assert 'list="satuan"' in page
        assert '<option value="lembar"></option>' in page

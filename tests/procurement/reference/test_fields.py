"""A place chosen by typing, with and without scripts."""

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from procurement.models import Regency
from procurement.reference.fields import PlaceField, city_of, province_of

pytestmark = pytest.mark.django_db


class OfficeForm(forms.Form):
    city = PlaceField(label="Kota/kabupaten")


class MayBeEmptyForm(forms.Form):
    city = PlaceField(label="Kota/kabupaten", required=False, also=lambda: ["Kabupaten Contoh"])


def test_a_name_becomes_the_regency() -> None:
    form = OfficeForm({"city": "Kabupaten Sidoarjo, Jawa Timur"})
    assert form.is_valid()
    place = form.cleaned_data["city"]
    assert (place.code, city_of(place), province_of(place)) == ("35.15", "Sidoarjo", "Jawa Timur")
    assert city_of(Regency.objects.get(pk="35.73")) == "Kota Malang"


def test_a_shared_name_is_asked_back_and_a_tick_answers() -> None:
    """The page without scripts: both are offered, nothing typed is lost, and what is typed anew counts again."""
    form = OfficeForm({"city": "Malang"})
    assert not form.is_valid()
    drawn = str(form["city"])
    assert "Kabupaten Malang" in form.errors["city"][0]
    assert "Kota Malang" in form.errors["city"][0]
    assert 'value="Malang"' in drawn
    for code in ("35.07", "35.73"):
        assert f'value="{code}"' in drawn
    ticked = {"city": "Malang", "city_ditanya": "Malang", "city_pilihan": "35.73"}
    chosen = OfficeForm(ticked)
    assert chosen.is_valid()
    assert chosen.cleaned_data["city"].code == "35.73"
    assert "Kota Malang, Jawa Timur" in str(chosen["city"])
    again = OfficeForm({**ticked, "city": "Kota Surabaya"})
    assert again.is_valid()
    assert again.cleaned_data["city"].code == "35.78"


@pytest.mark.parametrize("text", ["", "   ", "Atlantis", "Kabupaten Pontianak", "91.01", "x" * 300])
def test_what_is_no_place_has_a_sentence(text: str) -> None:
    form = OfficeForm({"city": text})
    assert not form.is_valid()
    assert form.errors["city"][0]


def test_a_ticked_code_is_looked_at_like_any_text() -> None:
    form = OfficeForm({"city": "Malang", "city_ditanya": "Malang", "city_pilihan": "00.00"})
    assert not form.is_valid()


def test_what_stood_there_and_was_left_stays() -> None:
    """Also words that are no place; another text must be one."""
    for stood in ("Kota Khayalan", "Kota Surabaya"):
        kept = OfficeForm({"city": stood}, initial={"city": stood})
        assert kept.is_valid()
        assert kept.cleaned_data["city"] == stood
        assert not kept.has_changed()
        assert province_of(kept.cleaned_data["city"], "Jawa Timur") == "Jawa Timur"
    assert not OfficeForm({"city": "Kota Lain"}, initial={"city": "Kota Khayalan"}).is_valid()


def test_a_row_as_initial_shows_its_label_and_comes_back_as_a_row() -> None:
    form = OfficeForm({"city": "Kota Surabaya, Jawa Timur"}, initial={"city": "35.78"})
    assert "Kota Surabaya, Jawa Timur" in str(OfficeForm(initial={"city": "35.78"})["city"])
    assert form.is_valid()
    assert form.cleaned_data["city"].code == "35.78"
    assert not form.has_changed()


def test_it_may_be_left_empty_and_know_further_names() -> None:
    empty = MayBeEmptyForm({"city": " "})
    assert empty.is_valid()
    assert empty.cleaned_data["city"] is None
    own = MayBeEmptyForm({"city": "kabupaten contoh"})
    assert own.is_valid()
    assert own.cleaned_data["city"] == "Kabupaten Contoh"


def test_suggestions_are_options_of_the_box(client: Client) -> None:
    address = reverse("procurement:places")
    page = client.get(address, {"isian": "city", "city": "sidoa"}).content.decode()
    assert page.count("<option") == 1
    assert 'value="Kabupaten Sidoarjo, Jawa Timur"' in page
    for asked in ({}, {"isian": "city"}, {"isian": "city", "city": ""}, {"isian": "<b>", "<b>": "<script>"}):
        assert client.get(address, asked).content.strip() == b""
    assert f'hx-get="{address}?isian=city"' in str(OfficeForm()["city"])


def test_suggestions_cost_one_query_and_not_without_end(
    client: Client, django_assert_num_queries: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = reverse("procurement:places")
    with django_assert_num_queries(1):  # type: ignore[operator]
        client.get(address, {"isian": "city", "city": "a"})
    monkeypatch.setattr("procurement.reference.suggesting._A_MINUTE", 2)
    assert client.get(address, {"isian": "city", "city": "a"}).status_code == 200
    assert client.get(address, {"isian": "city", "city": "a"}).status_code == 429

"""Institutions with their units from a sheet."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from buyers.models import Institution, Unit
from buyers.tasks import import_institutions
from procurement.models import Event, Job, OutboxMessage
from procurement.rows import events
from tests.factories import World, make_world
from tests.spreadsheets.sheets import INSTITUTION_HEAD, content_of, institution_row, sign_in, upload, xlsx

pytestmark = pytest.mark.django_db
UPLOAD = "/instansi/impor/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def coordinator(client: Client, world: World) -> Client:
    return sign_in(client, world.people["coordinator"])


def send(client: Client, rows: list[list[Any]]) -> Any:
    return upload(client, UPLOAD, "instansi.xlsx", xlsx(INSTITUTION_HEAD, rows))


def run(client: Client, rows: list[list[Any]]) -> Job:
    answer = send(client, rows)
    assert answer.status_code == 302, [p.text for p in answer.context["checked"].problems][:5]
    client.post(answer["Location"], {"act": "confirm"})
    for message in OutboxMessage.objects.filter(topic="buyers.import", done_at__isnull=True):
        import_institutions(message.pk)
    return Job.objects.latest("pk")


def test_institutions_and_units_come_in_together(coordinator: Client) -> None:
    job = run(
        coordinator,
        [institution_row(1), institution_row(1, unit="KEU"), institution_row(2, unit="", unit_name="")],
    )
    assert job.result["sentence"] == "3 baris baru, 0 baris berubah, 0 baris tetap."
    first = Institution.objects.get(organisation__code="INS-0001")
    assert sorted(first.units.values_list("code", flat=True)) == ["KEU", "UMUM"]
    assert not Unit.objects.filter(institution__organisation__code="INS-0002").exists()
    assert [event.verb for event in Event.objects.of_stream(first.stream)] == [
        "institution.unit", "institution.unit", "institution.register",
    ]  # fmt: skip
    assert list(events.verify()) == []


def test_again_changes_nothing_and_a_change_is_one_change(coordinator: Client) -> None:
    rows = [institution_row(1), institution_row(1, unit="KEU")]
    run(coordinator, rows)
    before = Event.objects.count()
    assert "Tidak ada perubahan: semua 2 baris" in send(coordinator, rows).content.decode()
    assert Event.objects.count() == before
    rows[1] = institution_row(
        1, unit="keu", unit_name="Keuangan"
    )  # codes are compared without regard to case
    run(coordinator, rows)
    assert Unit.objects.get(institution__organisation__code="INS-0001", code="KEU").name == "Keuangan"
    assert Event.objects.count() == before + 1


@pytest.mark.parametrize(
    ("other", "column", "word"),
    [
        ({"kind": "kerajaan"}, "Jenis instansi", "pilih salah satu"),
        ({"city": ""}, "Kota/Kabupaten", "wajib"),
        ({"code": "CTH-0"}, "Kode instansi", "sudah dipakai"),
        ({"unit_name": ""}, "Nama satuan kerja", "wajib"),
        ({"unit": ""}, "Kode satuan kerja", "isi kode"),
        ({"name": "=1+1"}, "Nama instansi", "rumus"),
    ],
)
def test_each_mistake_is_named(coordinator: Client, other: dict[str, Any], column: str, word: str) -> None:
    answer = send(coordinator, [institution_row(1), institution_row(2, **other)])
    assert answer.status_code == 422
    found = answer.context["checked"].problems
    assert [(p.row, p.column) for p in found] == [(3, column)]
    assert word in found[0].sentence
    assert not Job.objects.exists()
    assert Institution.objects.count() == 2


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_goes_out_comes_in_again(coordinator: Client, kind: str) -> None:
    content = content_of(coordinator.get(reverse("buyers:export", args=[kind])))
    answer = upload(coordinator, UPLOAD, f"instansi.{kind}", content)
    assert "Tidak ada perubahan: semua 2 baris" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("coordinator", 200), ("viewer", 403), ("requester", 404), ("owner0", 404)]
)
def test_who_may_import(client: Client, world: World, who: str, status: int) -> None:
    sign_in(client, world.people[who])
    assert client.get(UPLOAD).status_code == status
    assert client.get(reverse("buyers:import_template", args=["csv"])).status_code == status
    assert client.post(UPLOAD, {}).status_code == (422 if status == 200 else status)


@pytest.mark.parametrize(
    ("npwp", "stored"),
    [
        ("0123456789012345", "0123456789012345"),
        ("01.234.567.8-901.000", "012345678901000"),
        (123456789012345, None),
    ],
)
def test_an_npwp_that_lost_its_zero_is_refused(coordinator: Client, npwp: Any, stored: str | None) -> None:
    rows = [[*institution_row(1), npwp]]
    answer = upload(coordinator, UPLOAD, "instansi.xlsx", xlsx([*INSTITUTION_HEAD, "NPWP"], rows))
    if stored is None:
        (problem,) = answer.context["checked"].problems
        assert (answer.status_code, problem.row, problem.column) == (422, 2, "NPWP")
        return
    coordinator.post(answer["Location"], {"act": "confirm"})
    for message in OutboxMessage.objects.filter(topic="buyers.import", done_at__isnull=True):
        import_institutions(message.pk)
    assert Institution.objects.get(organisation__code="INS-0001").npwp == stored


def of_first() -> Institution:
    return Institution.objects.get(organisation__code="INS-0001")


@pytest.mark.parametrize(
    ("city", "province", "stored"),
    [
        ("Surabaya", "Jawa Timur", ("Surabaya", "Jawa Timur")),
        ("kab. merauke", "", ("Merauke", "Papua Selatan")),
        ("Kota Malang, Jawa Timur", "", ("Kota Malang", "Jawa Timur")),
        ("Jakarta Pusat", "DKI Jakarta", ("Jakarta Pusat", "Daerah Khusus Ibukota Jakarta")),
    ],
)
def test_a_place_is_understood_and_its_province_filled(
    coordinator: Client, city: str, province: str, stored: tuple[str, str]
) -> None:
    run(coordinator, [institution_row(1, city=city, province=province)])
    assert (of_first().city, of_first().province) == stored


@pytest.mark.parametrize(
    ("other", "column", "word"),
    [
        ({"city": "Malang"}, "Kota/Kabupaten", "Kota Malang"),
        ({"city": "Atlantis"}, "Kota/Kabupaten", "bukan kabupaten atau kota"),
        ({"city": "Kabupaten Pontianak", "province": ""}, "Kota/Kabupaten", "Kabupaten Mempawah"),
        ({"city": "Surabaya", "province": "Bali"}, "Provinsi", "ada di Jawa Timur"),
    ],
)
def test_a_place_that_is_unclear_is_named(
    coordinator: Client, other: dict[str, Any], column: str, word: str
) -> None:
    found = send(coordinator, [institution_row(1, **other)]).context["checked"].problems
    assert [(p.row, p.column) for p in found] == [(2, column)]
    assert word in found[0].sentence


def test_words_that_stood_there_stay(coordinator: Client) -> None:
    run(coordinator, [institution_row(1)])
    Institution.objects.filter(pk=of_first().pk).update(city="Kota Khayalan", province="Negeri Lain")
    run(coordinator, [institution_row(1, city="Kota Khayalan", province="Negeri Lain", name="Nama Baru")])
    assert (of_first().city, of_first().province) == ("Kota Khayalan", "Negeri Lain")
    assert of_first().organisation.name == "Nama Baru"

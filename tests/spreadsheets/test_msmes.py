"""MSMEs with their offers from a sheet: all or nothing, once, with the row and column of each error (R19)."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Organisation
from msmes.models import District, Msme, Offer
from msmes.register import importing
from msmes.tasks import import_msmes
from procurement.models import Event, Job, OutboxMessage
from procurement.rows import events
from procurement.work import jobs
from tests.factories import World, make_world
from tests.spreadsheets.sheets import MSME_HEAD, content_of, csv_file, msme_row, sign_in, upload, xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.database]
UPLOAD = "/umkm/impor/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def coordinator(client: Client, world: World) -> Client:
    return sign_in(client, world.people["coordinator"])


def review(client: Client, rows: list[list[Any]], head: Sequence[Any] = MSME_HEAD) -> Job:
    """Upload a sheet without errors; the job that waits for review."""
    answer = upload(client, UPLOAD, "umkm.xlsx", xlsx(head, rows))
    assert answer.status_code == 302, [p.text for p in answer.context["checked"].problems][:5]
    return Job.objects.latest("pk")


def work() -> None:
    """What relay and worker do with every message that waits, one time each."""
    for message in OutboxMessage.objects.filter(topic="msmes.import", done_at__isnull=True):
        import_msmes(message.pk)


def run(client: Client, rows: list[list[Any]]) -> Job:
    job = review(client, rows)
    client.post(reverse("msmes:import_review", args=[job.pk]), {"act": "confirm"})
    work()
    return Job.objects.get(pk=job.pk)


def everything() -> list[int]:
    return [model.objects.count() for model in (Organisation, Msme, Offer, Event)]


def problems(
    client: Client, rows: list[list[Any]], head: list[str] = MSME_HEAD
) -> list[tuple[int, str, str]]:
    """What the upload page says is wrong; it answers 422 and keeps nothing."""
    before = everything()
    answer = upload(client, UPLOAD, "umkm.xlsx", xlsx(head, rows))
    assert answer.status_code == 422
    assert everything() == before
    assert not Job.objects.exists()
    return [(p.row, p.column, p.sentence) for p in answer.context["checked"].problems]


def test_upload_review_confirm_done(coordinator: Client, world: World) -> None:
    job = review(coordinator, [msme_row(1), msme_row(1, product="KOP-01", price=40_000), msme_row(2)])
    page = coordinator.get(reverse("msmes:import_review", args=[job.pk]))
    assert job.status == Job.Status.REVIEW
    assert "UKM-0001 · Perajin 1 · Kemeja batik" in page.content.decode()
    assert not Msme.objects.filter(organisation__code="UKM-0001").exists()  # nothing before the confirmation
    assert not OutboxMessage.objects.filter(topic="msmes.import").exists()

    answer = coordinator.post(reverse("msmes:import_review", args=[job.pk]), {"act": "confirm"})
    assert answer["Location"] == reverse("procurement:job", args=[job.pk])
    assert "hx-trigger" in coordinator.get(answer["Location"]).content.decode()
    work()

    page = coordinator.get(answer["Location"])
    assert "3 baris baru, 0 baris berubah, 0 baris tetap." in page.content.decode()
    assert "hx-trigger" not in page.content.decode()
    msme = Msme.objects.get(organisation__code="UKM-0001")
    assert {offer.product.code: int(offer.price) for offer in msme.offers.all()} == {
        "BTK-01": 85_000,
        "KOP-01": 40_000,
    }
    trail = Event.objects.of_stream(msme.stream)
    assert [event.verb for event in trail] == ["offer.add", "offer.add", "msme.register"]
    assert {event.party_id for event in trail} == {msme.pk}
    assert list(events.verify()) == []


def test_the_same_file_again_changes_nothing(coordinator: Client) -> None:
    rows = [msme_row(n) for n in range(1, 6)]
    run(coordinator, rows)
    before = everything()
    answer = upload(coordinator, UPLOAD, "umkm.xlsx", xlsx(MSME_HEAD, rows))
    assert answer.status_code == 200
    assert "Tidak ada perubahan: semua 5 baris" in answer.content.decode()
    assert Job.objects.count() == 1
    assert everything() == before


def test_a_file_reviewed_twice_is_written_once(coordinator: Client) -> None:
    """Two people look at the same file before either confirms: the second run finds everything in place."""
    first, second = review(coordinator, [msme_row(1)]), review(coordinator, [msme_row(1)])
    for job in (first, second):
        coordinator.post(reverse("msmes:import_review", args=[job.pk]), {"act": "confirm"})
    work()
    second.refresh_from_db()
    assert second.status == Job.Status.DONE
    assert second.result["sentence"].startswith("Tidak ada perubahan")
    assert Event.objects.filter(verb="msme.register").count() == 1


def test_only_what_differs_is_changed(coordinator: Client, world: World) -> None:
    run(coordinator, [msme_row(1), msme_row(2)])
    job = run(coordinator, [msme_row(1, price=86_000), msme_row(2)])
    assert (job.result["new"], job.result["changed"], job.result["unchanged"]) == (0, 1, 1)
    event = Event.objects.get(verb="offer.change")
    assert event.changes == {"product": "Kemeja batik", "price": ["85000", "86000"]}
    assert not Event.objects.filter(verb="msme.change").exists()
    assert list(events.verify()) == []


def test_an_empty_cell_erases_nothing(coordinator: Client, world: World) -> None:
    code = world.msmes[0].organisation.code
    row = msme_row(1, code=code, name="", district="", owner="", address="", phone="", price="", minimum=7)
    run(coordinator, [row])
    msme = Msme.objects.get(pk=world.msmes[0].pk)
    offer = msme.offers.get(product__code="BTK-01")
    assert (msme.organisation.name, msme.owner_name, int(offer.price), offer.minimum) == (
        "Perajin Contoh 0", "Pemilik CTH-0", 90_000, 7,
    )  # fmt: skip


def test_a_bad_row_777_of_1000_is_named_and_nothing_is_written(coordinator: Client) -> None:
    rows = [msme_row(n) for n in range(2, 1_002)]  # row n of the sheet holds MSME n
    rows[775] = msme_row(777, price="delapan puluh")
    found = problems(coordinator, rows)
    assert [(row, column) for row, column, _sentence in found] == [(777, "Harga")]
    page = upload(coordinator, UPLOAD, "umkm.xlsx", xlsx(MSME_HEAD, rows)).content.decode()
    assert "777" in page
    assert "misalnya 75000" in page


@pytest.mark.parametrize(
    ("other", "column", "word"),
    [
        ({"price": -5}, "Harga", "rupiah bulat"),
        ({"price": 0}, "Harga", "rupiah bulat"),
        ({"price": 75_000.5}, "Harga", "rupiah bulat"),
        ({"price": "75,5"}, "Harga", "rupiah bulat"),
        ({"price": "75,000"}, "Harga", "rupiah bulat"),  # seventy-five thousand, or seventy-five?
        ({"price": 10**30}, "Harga", "rupiah bulat"),
        ({"price": "9" * 4_000}, "Harga", "rupiah bulat"),
        ({"price": "nan"}, "Harga", "rupiah bulat"),
        ({"price": True}, "Harga", "rupiah bulat"),
        ({"price": None}, "Harga", "wajib"),
        ({"price": "=1+1"}, "Harga", "rumus"),
        ({"name": '=HYPERLINK("http://x")'}, "Nama usaha", "rumus"),
        ({"minimum": 0}, "Jumlah minimum", "bilangan bulat"),
        ({"minimum": 2.5}, "Jumlah minimum", "bilangan bulat"),
        ({"product": "TIDAK-ADA"}, "Kode produk", "tidak ada dalam katalog"),
        ({"district": "Atlantis"}, "Kabupaten/Kota", "bukan kabupaten atau kota"),
        ({"district": "Malang"}, "Kabupaten/Kota", "Kota Malang"),
        ({"district": "Kabupaten Toba Samosir"}, "Kabupaten/Kota", "Kabupaten Toba"),
        ({"code": ""}, "Kode UMKM", "wajib"),
        ({"code": "UKM 1"}, "Kode UMKM", "tanpa spasi"),
        ({"code": "BI-CTH"}, "Kode UMKM", "sudah dipakai"),
        ({"name": ""}, "Nama usaha", "wajib"),
        ({"name": "x" * 161}, "Nama usaha", "160"),
        ({"phone": "telepon"}, "Nomor WhatsApp", "angka"),
        ({"product": ""}, "Kode produk", "isi kode produk"),
    ],
)
def test_each_mistake_is_named_by_row_and_column(
    coordinator: Client, other: dict[str, Any], column: str, word: str
) -> None:
    found = problems(coordinator, [msme_row(1), msme_row(2, **other)])
    assert [(row, where) for row, where, _sentence in found] == [(3, column)]
    assert word in found[0][2]


def test_any_regency_is_understood_and_becomes_one_district(coordinator: Client) -> None:
    """With or without its kind; a sheet that is discarded, or refused, makes none."""
    refused = [msme_row(1, district="Merauke"), msme_row(2, price=-5)]
    assert problems(coordinator, refused)
    review(coordinator, [msme_row(1, district="Merauke")])
    assert not District.objects.filter(regency="93.01").exists()
    run(
        coordinator,
        [
            msme_row(1, district="Merauke"),
            msme_row(1, product="KOP-01", district="kab. merauke"),
            msme_row(2, district="93.01"),
            msme_row(3),
        ],
    )
    district = District.objects.get(regency="93.01")
    assert (district.name, district.province) == ("Kabupaten Merauke", "Papua Selatan")
    assert district.msmes.count() == 2
    run(coordinator, [msme_row(3, district="Kota Surabaya")])
    moved = Msme.objects.select_related("district").get(organisation__code=msme_row(3)[0])
    assert moved.district.name == "Kota Surabaya"
    last = Event.objects.of_stream(moved.stream).order_by("-sequence")[0]
    assert last.changes["district"] == ["Kabupaten Contoh", "Kota Surabaya"]


def test_rows_that_contradict_each_other_are_refused(coordinator: Client) -> None:
    found = problems(
        coordinator, [msme_row(1), msme_row(1), msme_row(1, product="KOP-01", owner="Orang lain")]
    )
    assert [(row, column) for row, column, _sentence in found] == [(3, "Kode produk"), (4, "Nama pemilik")]
    assert "baris 2" in found[0][2]
    assert "baris 2" in found[1][2]


def test_numbers_that_name_something_keep_their_digits(coordinator: Client) -> None:
    head = [*MSME_HEAD, "NIB", "NPWP"]
    run_rows = [[*msme_row(1, phone=81234567890), 9120001234567, "01.234.567.8-901.000"]]
    job_answer = upload(coordinator, UPLOAD, "umkm.xlsx", xlsx(head, run_rows))
    assert job_answer.status_code == 302
    coordinator.post(reverse("msmes:import_review", args=[Job.objects.latest("pk").pk]), {"act": "confirm"})
    work()
    msme = Msme.objects.get(organisation__code="UKM-0001")
    assert (msme.phone, msme.nib, msme.npwp) == ("081234567890", "9120001234567", "012345678901000")
    found = upload(coordinator, UPLOAD, "umkm.xlsx", xlsx(head, [[*msme_row(2), 912, 1234567890123456]]))
    assert [(p.column) for p in found.context["checked"].problems] == ["NPWP", "NIB"]


def test_the_example_row_of_the_template_is_passed_over(coordinator: Client) -> None:
    answer = coordinator.get(reverse("msmes:import_template", args=["xlsx"]))
    book = load_workbook(io.BytesIO(content_of(answer)))
    assert book.sheetnames == ["Data", "Petunjuk", "Daftar"]
    head, example = ([cell.value for cell in row] for row in book["Data"].iter_rows(max_row=2))
    values = dict(zip(head, example, strict=True))
    good = values | {"Kode UMKM": "UKM-9", "Kabupaten/Kota": "Kabupaten Contoh", "Kode produk": "BTK-01"}
    job = review(coordinator, [example, list(good.values())], head)
    assert job.result["rows"] == 1


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_goes_out_comes_in_again_and_changes_nothing(
    coordinator: Client, world: World, kind: str
) -> None:
    world.msmes[0].organisation.name = "=cmd|' /C calc'!A0"
    world.msmes[0].organisation.save()
    Msme.objects.update(phone="+6281200000000", nib="")
    content = content_of(coordinator.get(reverse("msmes:export", args=[kind])))
    answer = upload(coordinator, UPLOAD, f"umkm.{kind}", content)
    assert "Tidak ada perubahan: semua 8 baris" in answer.content.decode()


def test_csv_is_as_good_as_xlsx(coordinator: Client) -> None:
    content = csv_file(MSME_HEAD, [msme_row(1, price="Rp85.000"), msme_row(2, price="85000,00")])
    assert upload(coordinator, UPLOAD, "umkm.csv", content).status_code == 302
    assert Job.objects.get().result["new"] == 2


def test_a_fault_in_the_middle_leaves_nothing_and_the_next_try_finishes(
    coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = review(coordinator, [msme_row(n) for n in range(1, 20)])
    coordinator.post(reverse("msmes:import_review", args=[job.pk]), {"act": "confirm"})
    before = everything()
    with monkeypatch.context() as patched:

        def die(recorders: object) -> None:
            assert Organisation.objects.filter(code="UKM-0001").exists()  # the writing had begun
            raise KeyboardInterrupt

        patched.setattr(importing, "flush_all", die)
        with pytest.raises(KeyboardInterrupt):
            work()
    assert everything() == before
    with pytest.raises(AssertionError, match="not done"):
        assert OutboxMessage.objects.get(topic="msmes.import").done_at, "not done"
    Job.objects.update(leased_until=None)  # the dead worker's lease has run out
    work()
    work()
    assert Job.objects.get(pk=job.pk).status == Job.Status.DONE
    assert Event.objects.filter(verb="msme.register").count() == 19


def test_a_message_that_comes_twice_at_once_is_not_run_beside_the_first(coordinator: Client) -> None:
    job = review(coordinator, [msme_row(1)])
    coordinator.post(reverse("msmes:import_review", args=[job.pk]), {"act": "confirm"})
    assert jobs._take(job.pk) is not None  # another worker has begun
    work()
    message = OutboxMessage.objects.get(topic="msmes.import")
    assert message.done_at is None
    assert "StillRunning" in message.error
    assert not Msme.objects.filter(organisation__code="UKM-0001").exists()


def test_confirming_twice_is_once(coordinator: Client) -> None:
    job = review(coordinator, [msme_row(1)])
    url = reverse("msmes:import_review", args=[job.pk])
    answers = [coordinator.post(url, {"act": "confirm"}) for _try in range(3)]
    assert {answer["Location"] for answer in answers} == {reverse("procurement:job", args=[job.pk])}
    assert OutboxMessage.objects.filter(topic="msmes.import").count() == 1
    assert coordinator.post(url, {"act": "discard"}).status_code == 409


def test_a_discarded_import_cannot_be_confirmed(coordinator: Client) -> None:
    job = review(coordinator, [msme_row(1)])
    url = reverse("msmes:import_review", args=[job.pk])
    assert coordinator.post(url, {"act": "discard"}).status_code == 302
    coordinator.post(url, {"act": "confirm"})
    job.refresh_from_db()
    assert (job.status, job.file.name) == (Job.Status.FAILED, "")
    assert not OutboxMessage.objects.filter(topic="msmes.import").exists()


def test_a_stored_file_that_was_exchanged_is_refused(coordinator: Client) -> None:
    job = review(coordinator, [msme_row(1)])
    coordinator.post(reverse("msmes:import_review", args=[job.pk]), {"act": "confirm"})
    name = str(job.file.name)
    job.file.storage.delete(name)
    job.file.storage.save(name, io.BytesIO(xlsx(MSME_HEAD, [msme_row(2)])))
    work()
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert "berbeda" in job.error
    assert not Msme.objects.filter(organisation__code__startswith="UKM-").exists()


def test_data_that_changed_since_the_review_is_checked_again(coordinator: Client, world: World) -> None:
    job = review(coordinator, [msme_row(1)])
    coordinator.post(reverse("msmes:import_review", args=[job.pk]), {"act": "confirm"})
    world.products[0].code = "BTK-99"
    world.products[0].save()
    work()
    page = coordinator.get(reverse("procurement:job", args=[job.pk])).content.decode()
    assert "Baris 2, kolom “Kode produk”" in page
    assert not Msme.objects.filter(organisation__code="UKM-0001").exists()


def test_a_role_that_was_taken_away_is_gone_for_the_worker_too(coordinator: Client, world: World) -> None:
    job = review(coordinator, [msme_row(1)])
    coordinator.post(reverse("msmes:import_review", args=[job.pk]), {"act": "confirm"})
    world.people["coordinator"].memberships.update(role="viewer")
    work()
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert not Msme.objects.filter(organisation__code="UKM-0001").exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("viewer", 403), ("requester", 404), ("owner0", 404)],
)
def test_who_may_import(client: Client, world: World, who: str, status: int) -> None:
    sign_in(client, world.people[who])
    for url in (UPLOAD, reverse("msmes:import_template", args=["csv"])):
        assert client.get(url).status_code == status
    expected = {200: 422}.get(status, status)  # a coordinator without a file is told to pick one
    assert client.post(UPLOAD, {}).status_code == expected
    export = client.get(reverse("msmes:export", args=["csv"])).status_code
    assert export == (200 if who in ("coordinator", "viewer") else 404)


def test_somebody_elses_job_does_not_exist(client: Client, world: World, coordinator: Client) -> None:
    job = review(coordinator, [msme_row(1)])
    own = [reverse("msmes:import_review", args=[job.pk]), reverse("procurement:job", args=[job.pk])]
    assert [coordinator.get(url).status_code for url in own] == [200, 200]
    for who in ("requester", "owner0"):
        other = sign_in(Client(), world.people[who])
        assert [other.get(url).status_code for url in own] == [404, 404]
        assert other.post(own[0], {"act": "confirm"}).status_code == 404
        assert other.post(reverse("procurement:job_retry", args=[job.pk])).status_code == 404
        assert "umkm.xlsx" not in other.get(reverse("procurement:jobs")).content.decode()
    job.refresh_from_db()
    assert job.status == Job.Status.REVIEW


def test_a_job_of_another_kind_is_not_confirmed_here(coordinator: Client) -> None:
    job = review(coordinator, [msme_row(1)])
    assert (
        coordinator.post(reverse("buyers:import_review", args=[job.pk]), {"act": "confirm"}).status_code
        == 404
    )


def _queries(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()
    return len(captured)


def test_the_number_of_queries_hardly_grows_with_the_rows(coordinator: Client) -> None:
    small = review(coordinator, [msme_row(n) for n in range(1, 11)])
    large = review(coordinator, [msme_row(n) for n in range(101, 1_101)])
    counts = []
    for job in (small, large):
        coordinator.post(reverse("msmes:import_review", args=[job.pk]), {"act": "confirm"})
        counts.append(_queries(work))
    assert Msme.objects.filter(organisation__code__startswith="UKM-").count() == 1_010
    assert counts[0] < 45
    # Databases take a long INSERT in portions (SQLite 999 values), nothing is asked row by row.
    assert counts[1] < counts[0] + 120


def test_the_upload_asks_a_constant_number_of_queries(coordinator: Client) -> None:
    coordinator.get(UPLOAD)
    few = _queries(lambda: review(coordinator, [msme_row(1)]))
    many = _queries(lambda: review(coordinator, [msme_row(n) for n in range(1, 501)]))
    assert many == few


BANK_HEAD = [*MSME_HEAD, "NPWP", "NIB", "Nama bank", "Nomor rekening", "Nama pemilik rekening"]


def test_an_account_number_kept_as_a_number_is_refused(coordinator: Client) -> None:
    content = (Path(__file__).parent / "cases" / "msme-account-number.xlsx").read_bytes()
    answer = upload(coordinator, UPLOAD, "msme-account-number.xlsx", content)
    assert answer.status_code == 422
    (problem,) = answer.context["checked"].problems
    assert (problem.row, problem.column) == (2, "Nomor rekening")
    assert "tersimpan sebagai bilangan" in problem.text
    assert not Msme.objects.filter(organisation__code="UKM-0111").exists()


@pytest.mark.parametrize(
    ("npwp", "nib", "account", "refused"),
    [
        ("0123456789012345", "9120001234567", "0012345678", []),
        ("01.234.567.8-901.2345", " 9120001234567 ", "0012 3456 78", []),
        ("٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥", "９１２０００１２３４５６７", "0012345678", ["NIB", "NPWP"]),
        ("\u200b0123456789012345", "9120001234567\ufeff", "0012345678", []),
        (123456789012345, "", "0012345678", ["NPWP"]),  # fifteen digits of a number that had sixteen
        ("", 9120001234567, "0012345678", []),  # an NIB has thirteen: nothing is missing
        ("", 120001234567, "0012345678", ["NIB"]),
        ("", "", 12345678, ["Nomor rekening"]),
        ("", "", 1234567890123456789, ["Nomor rekening"]),
        ("", "", 12345678.0, ["Nomor rekening"]),
    ],
)
def test_numbers_that_lost_digits_are_refused(
    coordinator: Client, npwp: Any, nib: Any, account: Any, refused: list[str]
) -> None:
    row = [*msme_row(1), npwp, nib, "Bank Contoh", account, "Pemilik"]
    answer = upload(coordinator, UPLOAD, "umkm.xlsx", xlsx(BANK_HEAD, [row]))
    checked = answer.context["checked"].problems if answer.status_code == 422 else []
    assert [problem.column for problem in checked] == refused

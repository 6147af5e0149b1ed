"""The organiser and the institutions, with units, sites, officers and the rules by which they approve."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.acting import actor_for
from accounts.models import Membership, Organisation, Role, User
from buyers.models import ApprovalRule, DeliverySite, Institution, Officer, Unit
from expo.editions.editions import EditionInput, open_edition
from expo.models import Edition, Organiser

EMAIL_DOMAIN = "kumkm.example"
EDITION_NUMBER = 9
ORGANISER_CODE = "KUMKM"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One invented person of one institution. ``roles`` is a word of letters: Requester, Approver, reCeiver,
    Treasurer, adMinistrator; ``level`` and ``limit`` (rupiah) are those of the officer's post."""

    login: str
    name: str
    roles: str
    post: str
    level: int = 1
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """One institution as it is written down below. A site is (name, city)."""

    code: str
    name: str
    kind: str
    city: str
    province: str
    parent: str
    legal_basis: str
    units: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str], ...]
    rules: tuple[tuple[int, int, str], ...]
    people: tuple[DemoPerson, ...]


_ROLES = {
    "R": Role.REQUESTER,
    "A": Role.APPROVER,
    "C": Role.RECEIVER,
    "T": Role.TREASURER,
    "M": Role.ADMINISTRATOR,
}
_BI_BASIS = "Ketentuan pengadaan internal Bank Indonesia (contoh)"
_STATE_BASIS = (
    "Peraturan Presiden Nomor 16 Tahun 2018 sebagaimana diubah dengan Peraturan Presiden Nomor 12 Tahun 2021"
)
_CENTRAL, _PROVINCE = Institution.Kind.CENTRAL_BANK_BRANCH, Institution.Kind.PROVINCIAL_GOVERNMENT

BUYERS = (
    Buyer("BI-JATIM", "Bank Indonesia Kantor Perwakilan Provinsi Jawa Timur", _CENTRAL, "Kota Surabaya",
          "Jawa Timur", "Bank Indonesia", _BI_BASIS,
          (("UMKM", "Unit Pengembangan UMKM"), ("LOG", "Unit Logistik")),
          (("Kantor Perwakilan", "Kota Surabaya"), ("Gudang Rungkut", "Kota Surabaya"),
           ("Graha Kegiatan", "Kota Malang")),
          ((1, 0, "Pejabat Pembuat Komitmen"), (2, 200_000_000, "Kepala Kantor Perwakilan")),
          (DemoPerson("pemohon.bi-jatim", "Dewi Anggraini", "R", "Analis Pengembangan UMKM"),
           DemoPerson("penyetuju.bi-jatim", "Agus Prabowo", "A", "Pejabat Pembuat Komitmen", 1),
           DemoPerson("pimpinan.bi-jatim", "Ratna Kusumawardani", "A", "Kepala Kantor Perwakilan", 2),
           DemoPerson("penerima.bi-jatim", "Slamet Riyadi", "C", "Pelaksana Logistik"),
           DemoPerson("bendahara.bi-jatim", "Nur Aini", "T", "Bendahara"),
           DemoPerson("administrator.bi-jatim", "Endang Rahayu", "M", "Kepala Tata Usaha"),
           DemoPerson("administrator2.bi-jatim", "Wahyu Hidayat", "M", "Kepala Unit Manajemen Intern"))),
    Buyer("BI-MLG", "Bank Indonesia Kantor Perwakilan Malang", _CENTRAL, "Kota Malang", "Jawa Timur",
          "Bank Indonesia", _BI_BASIS, (("UMKM", "Unit Pengembangan UMKM"),),
          (("Kantor Perwakilan", "Kota Malang"),),
          ((1, 0, "Pejabat Pembuat Komitmen"),),
          (DemoPerson("pemohon.bi-mlg", "Yoga Mahendra", "RC", "Analis Pengembangan UMKM"),
           DemoPerson("penyetuju.bi-mlg", "Lestari Handayani", "A", "Pejabat Pembuat Komitmen"),
           DemoPerson("bendahara.bi-mlg", "Bambang Sutrisno", "T", "Bendahara"),
           DemoPerson("administrator.bi-mlg", "Galih Saputra", "M", "Kepala Tata Usaha"))),
    Buyer("BI-KDR", "Bank Indonesia Kantor Perwakilan Kediri", _CENTRAL, "Kota Kediri", "Jawa Timur",
          "Bank Indonesia", _BI_BASIS, (("UMKM", "Unit Pengembangan UMKM"),),
          (("Kantor Perwakilan", "Kota Kediri"),),
          ((1, 0, "Pejabat Pembuat Komitmen"),),
          (DemoPerson("pemohon.bi-kdr", "Indah Permatasari", "RC", "Analis Pengembangan UMKM"),
           DemoPerson("penyetuju.bi-kdr", "Hendra Gunawan", "A", "Pejabat Pembuat Komitmen"),
           DemoPerson("bendahara.bi-kdr", "Sulastri", "T", "Bendahara"),
           DemoPerson("administrator.bi-kdr", "Yuliani", "M", "Kepala Tata Usaha"))),
    Buyer("BI-JBR", "Bank Indonesia Kantor Perwakilan Jember", _CENTRAL, "Kabupaten Jember", "Jawa Timur",
          "Bank Indonesia", _BI_BASIS, (("UMKM", "Unit Pengembangan UMKM"),),
          (("Kantor Perwakilan", "Kabupaten Jember"),),
          ((1, 0, "Pejabat Pembuat Komitmen"),),
          (DemoPerson("pemohon.bi-jbr", "Fajar Nugroho", "RC", "Analis Pengembangan UMKM"),
           DemoPerson("penyetuju.bi-jbr", "Wiwik Sundari", "A", "Pejabat Pembuat Komitmen"),
           DemoPerson("bendahara.bi-jbr", "Edi Purwanto", "T", "Bendahara"),
           DemoPerson("administrator.bi-jbr", "Dimas Prakoso", "M", "Kepala Tata Usaha"))),
    Buyer("ACEH", "Pemerintah Aceh", _PROVINCE, "Kota Banda Aceh", "Aceh", "", _STATE_BASIS,
          (("KOPUKM", "Dinas Koperasi, Usaha Kecil dan Menengah"), ("UMUM", "Biro Umum")),
          (("Kantor Gubernur", "Kota Banda Aceh"), ("Gudang Lhokseumawe", "Kota Lhokseumawe")),
          ((1, 0, "Pejabat Pembuat Komitmen"), (2, 100_000_000, "Kuasa Pengguna Anggaran")),
          (DemoPerson("pemohon.aceh", "Cut Maulida", "R", "Pejabat Pengadaan"),
           DemoPerson("penyetuju.aceh", "Teuku Iskandar", "A", "Pejabat Pembuat Komitmen", 1),
           DemoPerson("kpa.aceh", "Faisal Rahman", "A", "Kuasa Pengguna Anggaran", 2),
           DemoPerson("penerima.aceh", "Zulfikar", "C", "Pejabat Pemeriksa Hasil Pekerjaan"),
           DemoPerson("bendahara.aceh", "Nurhayati", "T", "Bendahara Pengeluaran"),
           DemoPerson("administrator.aceh", "Rahmawati", "M", "Kepala Tata Usaha"))),
    Buyer("BANK-CTH", "Bank Contoh Nusantara (contoh)", Institution.Kind.FINANCIAL_INSTITUTION, "Kota Surabaya",
          "Jawa Timur", "", "Pedoman pengadaan internal (contoh)", (("SEKPER", "Sekretariat Perusahaan"),),
          (("Kantor Pusat", "Kota Surabaya"),),
          ((1, 0, "Kepala Divisi Pengadaan"),),
          (DemoPerson("pemohon.bank-cth", "Melinda Sari", "RC", "Staf Sekretariat"),
           DemoPerson("penyetuju.bank-cth", "Rudi Hartono", "A", "Kepala Divisi Pengadaan", 1, 1_000_000_000),
           DemoPerson("bendahara.bank-cth", "Tri Wahyuni", "T", "Kepala Keuangan"),
           DemoPerson("administrator.bank-cth", "Teguh Santoso", "M", "Kepala Tata Usaha"))),
    Buyer("BUMN-CTH", "PT Niaga Contoh (Persero) (contoh)", Institution.Kind.STATE_FIRM, "Kota Surabaya",
          "Jawa Timur", "", "Pedoman pengadaan barang BUMN (contoh)", (("TJSL", "Unit Tanggung Jawab Sosial"),),
          (("Kantor Pusat", "Kota Surabaya"), ("Depo Sidoarjo", "Kabupaten Sidoarjo")),
          ((1, 0, "Manajer Pengadaan"), (2, 150_000_000, "Direktur")),
          (DemoPerson("pemohon.bumn-cth", "Arif Budiman", "R", "Staf Pengadaan"),
           DemoPerson("penyetuju.bumn-cth", "Sri Mulyati", "A", "Manajer Pengadaan", 1),
           DemoPerson("direktur.bumn-cth", "Joko Widagdo", "A", "Direktur", 2),
           DemoPerson("penerima.bumn-cth", "Supriyanto", "C", "Kepala Depo"),
           DemoPerson("bendahara.bumn-cth", "Anik Setyowati", "T", "Bendahara"),
           DemoPerson("administrator.bumn-cth", "Mega Puspita", "M", "Kepala Tata Usaha"))),
)  # fmt: skip

STAFF = (
    ("koordinator", "Widya Pramesti", Role.COORDINATOR),
    ("koordinator2", "Bagus Setyawan", Role.COORDINATOR),
    ("pengamat", "Retno Palupi", Role.VIEWER),
)


@dataclass(slots=True)
class Cast:
    """Who plays: the edition, the institutions by code, and people by login."""

    edition: Edition
    institutions: dict[str, Institution] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    by_role: dict[tuple[str, str], list[User]] = field(default_factory=dict)


def make_cast(password: str) -> Cast:
    """Organiser, edition, institutions and their people. ``password`` is the stored form, not the text."""
    organisation = Organisation.objects.create(
        kind=Organisation.Kind.EXPO, name="Dinas Koperasi dan UKM Provinsi Jawa Timur", code=ORGANISER_CODE
    )
    Organiser.objects.create(
        organisation=organisation,
        parent_name="Pemerintah Provinsi Jawa Timur",
        address="Jalan Contoh Nomor 100",
        city="Surabaya",
        phone="0800-0000-0100",
        email=f"penyelenggara@{EMAIL_DOMAIN}",
        signatory_name="Widya Pramesti (contoh)",
        signatory_post="Koordinator Penyelenggaraan",
        signatory_nip="198001012005012001",
    )
    people: dict[str, User] = {}
    for login, name, role in STAFF:
        people[login] = _user(login, name, password)
        Membership.objects.create(user=people[login], organisation=organisation, role=role)
    edition = open_edition(
        actor=actor_for(user=people["koordinator"], organisation=organisation),
        edition=EditionInput(
            number=EDITION_NUMBER,
            name="KUMKM Expo ke-9 Jawa Timur",
            venue="Grand City Convention Center, Surabaya",
            starts_on=date(2022, 7, 27),
            ends_on=date(2022, 7, 31),
        ),
    )
    cast = Cast(edition, people=people)
    for number, buyer in enumerate(BUYERS, start=1):
        _institution(cast, buyer, number, password)
    # One person may act for several institutions: the sign-in page offers the switch.
    _member(
        cast,
        "BI-MLG",
        cast.institutions["BI-MLG"].organisation,
        cast.people["pemohon.bi-jatim"],
        Role.RECEIVER,
    )
    return cast


def _user(login: str, name: str, password: str) -> User:
    return User.objects.create(email=f"{login}@{EMAIL_DOMAIN}", name=f"{name} (contoh)", password=password)


def _member(cast: Cast, code: str, organisation: Organisation, user: User, role: Role) -> None:
    Membership.objects.create(user=user, organisation=organisation, role=role)
    cast.by_role.setdefault((code, role), []).append(user)


def _institution(cast: Cast, buyer: Buyer, number: int, password: str) -> None:
    organisation = Organisation.objects.create(
        kind=Organisation.Kind.INSTITUTION, name=buyer.name, code=buyer.code
    )
    institution = Institution.objects.create(
        organisation=organisation,
        kind=buyer.kind,
        address=f"Jalan Contoh Nomor {200 + number}, {buyer.city}",
        city=buyer.city,
        province=buyer.province,
        npwp=f"{900_000 + number:015d}",
        phone=f"0800-0000-02{number:02d}",
        email=f"{buyer.code.lower()}@{EMAIL_DOMAIN}",
        parent_name=buyer.parent,
        legal_basis=buyer.legal_basis,
        is_example=True,
    )
    cast.institutions[buyer.code] = institution
    Unit.objects.bulk_create(
        Unit(institution=institution, code=code, name=name) for code, name in buyer.units
    )
    DeliverySite.objects.bulk_create(
        DeliverySite(
            institution=institution,
            name=name,
            address=f"Jalan Gudang Contoh Nomor {10 * number + place}",
            city=city,
            contact="Petugas penerima (contoh)",
            phone=f"0800-0000-03{10 * number + place:02d}",
        )
        for place, (name, city) in enumerate(buyer.sites, start=1)
    )
    ApprovalRule.objects.bulk_create(
        ApprovalRule(institution=institution, level=level, minimum_value=Decimal(minimum), post=post)
        for level, minimum, post in buyer.rules
    )
    for place, person in enumerate(buyer.people, start=1):
        user = _user(person.login, person.name, password)
        cast.people[person.login] = user
        for letter in person.roles:
            _member(cast, buyer.code, organisation, user, _ROLES[letter])
        Officer.objects.create(
            institution=institution,
            user=user,
            post=person.post,
            nip=f"1980010120050{number:02d}{place:03d}",
            decree=f"SK-{number:02d}/{place:02d}/2022 (contoh)",
            level=person.level,
            limit=None if person.limit is None else Decimal(person.limit),
            is_unlimited="A" in person.roles and person.limit is None,
            is_active="A" in person.roles,
        )

"""What East Java makes: districts, categories and products with specification, unit and reference price."""

from dataclasses import dataclass
from decimal import Decimal

from msmes.models import Category, District, Product
from msmes.register.regencies import link_districts

DISTRICTS = (
    "Kabupaten Bangkalan", "Kabupaten Banyuwangi", "Kabupaten Blitar", "Kabupaten Bojonegoro",
    "Kabupaten Bondowoso", "Kabupaten Gresik", "Kabupaten Jember", "Kabupaten Jombang", "Kabupaten Kediri",
    "Kabupaten Lamongan", "Kabupaten Lumajang", "Kabupaten Madiun", "Kabupaten Magetan", "Kabupaten Malang",
    "Kabupaten Mojokerto", "Kabupaten Nganjuk", "Kabupaten Ngawi", "Kabupaten Pacitan", "Kabupaten Pamekasan",
    "Kabupaten Pasuruan", "Kabupaten Ponorogo", "Kabupaten Probolinggo", "Kabupaten Sampang",
    "Kabupaten Sidoarjo", "Kabupaten Situbondo", "Kabupaten Sumenep", "Kabupaten Trenggalek", "Kabupaten Tuban",
    "Kabupaten Tulungagung", "Kota Batu", "Kota Blitar", "Kota Kediri", "Kota Madiun", "Kota Malang",
    "Kota Mojokerto", "Kota Pasuruan", "Kota Probolinggo", "Kota Surabaya",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Craft:
    """One category, where it is at home, how many of the example MSMEs live of it, and what they make.

    ``name`` and ``shop`` are the category and the word in the invented names of its makers. A product is
    (code, name, unit, reference price in rupiah before PPN, specification).
    """

    code: str
    name: str
    shop: str
    makers: int
    home: tuple[str, ...]
    products: tuple[tuple[str, str, str, int, str], ...]


CRAFTS = (
    Craft("BATIK", "Batik", "Batik", 24,
          ("Kabupaten Bangkalan", "Kabupaten Pamekasan", "Kabupaten Tuban", "Kabupaten Sidoarjo",
           "Kabupaten Banyuwangi", "Kota Surabaya", "Kabupaten Ponorogo"), (
        ("BTK-01", "Kain batik tulis", "lembar", 450_000, "Katun primisima 2,1 × 1,15 m, tulis tangan, pewarna alam"),
        ("BTK-02", "Kain batik cap", "lembar", 165_000, "Katun prima 2,1 × 1,15 m, motif cap tembaga"),
        ("BTK-03", "Kemeja batik lengan panjang", "potong", 225_000, "Batik cap katun, furing, ukuran S–XXL"),
        ("BTK-04", "Blus batik wanita", "potong", 210_000, "Batik cap katun, ukuran S–XXL"),
        ("BTK-05", "Selendang batik", "lembar", 95_000, "Katun paris 2 × 0,5 m"),
    )),
    Craft("TENUN", "Sarung dan tenun ikat", "Tenun", 14,
          ("Kabupaten Gresik", "Kabupaten Lamongan", "Kota Kediri", "Kabupaten Tuban"), (
        ("TNN-01", "Sarung tenun goyor", "lembar", 185_000, "Rayon viskosa 100s, 1,2 × 2,1 m, alat tenun bukan mesin"),
        ("TNN-02", "Sarung katun", "lembar", 95_000, "Katun 210, 1,2 × 2,1 m"),
        ("TNN-03", "Kain tenun ikat", "lembar", 275_000, "Katun mercerized 2,5 × 1,05 m"),
        ("TNN-04", "Syal tenun", "lembar", 75_000, "Katun 1,8 × 0,3 m"),
    )),
    Craft("KOPI", "Kopi", "Kopi", 14,
          ("Kabupaten Bondowoso", "Kabupaten Malang", "Kabupaten Jember", "Kabupaten Banyuwangi",
           "Kabupaten Pasuruan"), (
        ("KOP-01", "Kopi bubuk arabika 250 g", "bungkus", 62_000, "Arabika Ijen-Raung, sangrai sedang, kemasan katup"),
        ("KOP-02", "Kopi bubuk robusta 250 g", "bungkus", 38_000, "Robusta Dampit, sangrai sedang"),
        ("KOP-03", "Biji kopi sangrai 1 kg", "kg", 185_000, "Arabika, skor cicip di atas 80"),
        ("KOP-04", "Kopi celup", "kotak", 32_000, "Isi 10 kantong, 10 g per kantong"),
    )),
    Craft("KULIT", "Barang kulit", "Kulit", 13,
          ("Kabupaten Magetan", "Kabupaten Sidoarjo", "Kota Surabaya"), (
        ("KLT-01", "Sepatu kulit pantofel", "pasang", 325_000, "Kulit sapi, sol karet, ukuran 38–44"),
        ("KLT-02", "Tas kerja kulit", "buah", 475_000, "Kulit sapi, muat laptop 14 inci"),
        ("KLT-03", "Dompet kulit", "buah", 95_000, "Kulit sapi, dalam kotak"),
        ("KLT-04", "Ikat pinggang kulit", "buah", 85_000, "Kulit sapi 3,5 cm, kepala logam"),
        ("KLT-05", "Map dokumen kulit", "buah", 150_000, "Kulit sapi, ukuran A4"),
    )),
    Craft("CAMILAN", "Keripik dan camilan", "Camilan", 20,
          ("Kota Malang", "Kota Batu", "Kabupaten Lumajang", "Kabupaten Trenggalek", "Kabupaten Ngawi"), (
        ("CML-01", "Keripik tempe 200 g", "bungkus", 16_000, "Kedelai lokal, P-IRT, halal"),
        ("CML-02", "Keripik apel 100 g", "bungkus", 22_000, "Apel Batu, penggorengan hampa udara"),
        ("CML-03", "Keripik pisang 200 g", "bungkus", 15_000, "Pisang agung, P-IRT, halal"),
        ("CML-04", "Rengginang 250 g", "bungkus", 14_000, "Beras ketan, rasa terasi atau manis"),
        ("CML-05", "Jenang dodol 500 g", "kotak", 35_000, "Ketan dan gula merah, tanpa pengawet"),
    )),
    Craft("BORDIR", "Bordir dan busana muslim", "Bordir", 11,
          ("Kabupaten Pasuruan", "Kabupaten Tulungagung", "Kabupaten Sidoarjo"), (
        ("BDR-01", "Mukena bordir", "set", 245_000, "Katun rayon, bordir komputer, dengan tas"),
        ("BDR-02", "Baju koko bordir", "potong", 155_000, "Katun toyobo, ukuran S–XXL"),
        ("BDR-03", "Jilbab segi empat bordir", "lembar", 48_000, "Voal 110 × 110 cm"),
        ("BDR-04", "Songkok beludru", "buah", 65_000, "Beludru hitam, ukuran 6–10"),
    )),
    Craft("ANYAM", "Anyaman", "Anyaman", 10,
          ("Kabupaten Ngawi", "Kabupaten Trenggalek", "Kabupaten Lumajang", "Kabupaten Banyuwangi"), (
        ("ANY-01", "Tas anyaman pandan", "buah", 68_000, "Pandan laut, furing katun, tali kulit sintetis"),
        ("ANY-02", "Kotak hantaran bambu", "buah", 42_000, "Bambu apus 25 × 25 × 10 cm, dengan tutup"),
        ("ANY-03", "Tikar mendong", "lembar", 85_000, "Mendong 2 × 1,5 m"),
        ("ANY-04", "Goodie bag anyaman", "buah", 27_500, "Mendong dan kain, sablon satu warna"),
    )),
    Craft("GERABAH", "Gerabah dan keramik", "Gerabah", 7,
          ("Kota Malang", "Kabupaten Malang", "Kabupaten Lamongan", "Kabupaten Bojonegoro"), (
        ("GRB-01", "Cangkir keramik", "buah", 28_000, "Keramik 250 ml, cetak logo satu warna"),
        ("GRB-02", "Vas gerabah", "buah", 75_000, "Tanah liat bakar, tinggi 30 cm"),
        ("GRB-03", "Set teko keramik", "set", 195_000, "Satu teko dan empat cangkir"),
    )),
    Craft("IKAN", "Olahan ikan", "Bahari", 10,
          ("Kabupaten Gresik", "Kabupaten Lamongan", "Kabupaten Sidoarjo", "Kabupaten Probolinggo",
           "Kabupaten Pacitan"), (
        ("IKN-01", "Kerupuk ikan 250 g", "bungkus", 18_000, "Ikan tenggiri, mentah, P-IRT, halal"),
        ("IKN-02", "Bandeng presto", "ekor", 38_000, "Duri lunak, kemasan hampa udara 400 g"),
        ("IKN-03", "Abon tuna 100 g", "bungkus", 34_000, "Tuna Pacitan, tanpa pengawet"),
        ("IKN-04", "Petis udang 250 g", "botol", 24_000, "Udang segar, P-IRT, halal"),
    )),
    Craft("REMPAH", "Madu dan minuman rempah", "Rempah", 7,
          ("Kabupaten Pasuruan", "Kabupaten Pacitan", "Kabupaten Sumenep", "Kabupaten Jombang"), (
        ("RMP-01", "Madu hutan 500 ml", "botol", 110_000, "Madu murni, kadar air di bawah 22%"),
        ("RMP-02", "Jahe merah instan 250 g", "bungkus", 26_000, "Jahe merah dan gula aren, P-IRT"),
        ("RMP-03", "Beras kencur instan 250 g", "bungkus", 24_000, "Serbuk siap seduh, P-IRT"),
    )),
)  # fmt: skip


def make_catalogue() -> tuple[dict[str, District], dict[str, Product]]:
    """Districts by name and products by code; what is there already is used."""
    District.objects.bulk_create([District(name=name) for name in DISTRICTS], ignore_conflicts=True)
    link_districts()
    for craft in CRAFTS:
        category, _new = Category.objects.get_or_create(code=craft.code, defaults={"name": craft.name})
        Product.objects.bulk_create(
            [
                Product(
                    code=code, name=name, category=category, unit=unit,
                    specification=specification, reference_price=Decimal(price),
                )
                for code, name, unit, price, specification in craft.products
            ],
            ignore_conflicts=True,
        )  # fmt: skip
    districts = {district.name: district for district in District.objects.all()}
    products = {product.code: product for product in Product.objects.select_related("category")}
    return districts, products

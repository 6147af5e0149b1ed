"""What people write, and what it means: the one reader of numbers, amounts, days and texts, for forms and for sheets.

Nothing is guessed: what can be read in two ways is refused with the way to write it. The same text has the same meaning
wherever it is typed, pasted or imported.
"""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

from django.utils.translation import gettext as _

from procurement import clock
from procurement.input import letters

MOST_DIGITS = 15
"""Digits of the largest amount (``money.RupiahField``) and of the largest whole number."""

EARLIEST = date(2000, 1, 1)
"""Nothing here is older."""

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
)
"""What has no width and no meaning in a name: joiners, marks of direction, soft hyphens, byte order marks."""
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
#: Cyrillic, Armenian, Cherokee, and those Greek letters that are drawn like Latin ones.
_LOOKS_LATIN = re.compile("[\u0400-\u052f\u0531-\u0586\u13a0-\u13fdΑΒΕΖΗΙΚΜΝΟΡΤΥΧοιν]")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"))

_CURRENCY = re.compile(r"^(?:rp\.?|idr)\s*", re.IGNORECASE)
_NO_CENTS = re.compile(r",-{1,2}$")
_PLAIN = re.compile(r"\d+", re.ASCII)
_INDONESIAN = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,0{1,2})?|\d+,0{1,2}", re.ASCII)
_SPACED = re.compile(r"\d{1,3}(?: \d{3})+(?:,0{1,2})?", re.ASCII)
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.0{1,2})?|\d{1,3},\d{3}\.0{1,2}|\d{4,}\.0{1,2}", re.ASCII)
_ONE_GROUP = re.compile(r"(\d{1,3}),(\d{3})", re.ASCII)

_MONTHS = {
    name: number
    for names in (
        "januari februari maret april mei juni juli agustus september oktober november desember",
        "january february march april may june july august september october november december",
        "jan feb mar apr mei jun jul agu sep okt nov des",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "jan feb mar apr mei jun jul agt sept okt nop des",
    )
    for number, name in enumerate(names.split(), 1)
}
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)
_MOMENT = re.compile(
    r"(.+?)(?:T|,? (?:pukul )?)(\d{1,2})[.:](\d{2})(?:[.:]00(?:\.0+)?)?(?: WIB)?", re.ASCII | re.IGNORECASE
)
_WORDY_DAY = re.compile(r"([0-9]{1,2})[ -]([^\W\d]+)\.?[ -]([0-9]{4})")


class Unclear(ValueError):
    """A text that is not what it should be; the sentence says how to write it. ``code`` tells kinds apart."""

    def __init__(self, sentence: str, code: str = "invalid") -> None:
        self.sentence, self.code = sentence, code
        super().__init__(sentence)


def text(value: str, *, lines: bool = False) -> str:
    """A text as it is stored: composed letters, no invisible signs, single spaces; ``lines`` keeps its lines.

    Two texts that look the same are the same afterwards. Raises :class:`Unclear` on control characters, and on letters
    that no paper can print (:mod:`procurement.input.letters`).
    """
    found = _composed(value)
    _require_one_alphabet(found)
    if lines:
        found = found.replace("\r\n", "\n").replace("\r", "\n")
        found = "\n".join(
            " ".join(line.split()) if line.strip() else "" for line in found.split("\n")
        ).strip()
    else:
        found = " ".join(found.split())
    if sentence := letters.refusal(found):
        raise Unclear(sentence, "letter")
    return found


def _composed(value: str) -> str:
    found = letters.folded(unicodedata.normalize("NFC", _INVISIBLE.sub("", value)))
    if _UNREADABLE.search(found):
        raise Unclear(_("berisi tanda yang tidak dapat dibaca. Ketik ulang isinya."), "unreadable")
    return found


def _require_one_alphabet(found: str) -> None:
    """No word of Latin letters with one among them that only looks Latin: nobody would ever find it again."""
    if found.isascii() or not (_LOOKS_LATIN.search(found) and _LATIN.search(found)):
        return
    for word in found.split():
        strange = _LOOKS_LATIN.search(word)
        if strange and _LATIN.search(word):
            raise Unclear(
                _("berisi huruf “%(letter)s” dari abjad lain dalam kata “%(word)s”. Ketik ulang kata itu.")
                % {"letter": strange[0], "word": word[:40]},
                "alphabet",
            )


def plain(value: str) -> str:
    """The text in which numbers and days are looked for: one kind of dash, nothing that nobody sees."""
    found = " ".join(_composed(value.translate(_DASHES)).split())
    _require_one_alphabet(found)
    return found


def of_digits(value: str) -> str:
    """The text of a code or number that names something. Raises :class:`Unclear` on digits of other scripts.

    They would be stored as they are and never be found by typing 0 to 9.
    """
    found = plain(value)
    if any(sign.isdigit() and not sign.isascii() for sign in found):
        raise Unclear(_("berisi angka dari aksara lain. Ketik ulang dengan angka 0 sampai 9."), "script")
    if sentence := letters.refusal(found):
        raise Unclear(sentence, "letter")
    return found


def key(value: str) -> str:
    """A name as it is compared with others: capitals and spaces aside."""
    found = _composed(value)
    _require_one_alphabet(found)
    return " ".join(found.casefold().split())


def whole(value: str) -> int:
    """A whole number as ``5000``, ``5.000`` or ``5 000``; negative ones too, so that a limit can be named.

    Raises :class:`Unclear` on fractions, on what is no number, and on ``5,000``, which may be five.
    """
    found = plain(value)
    if pair := _ONE_GROUP.fullmatch(found.removeprefix("-").strip()):
        sentence = _(
            "“%(text)s” dapat dibaca dua cara. Tulis sebagai bilangan bulat: %(one)s atau %(other)s."
        )
        raise Unclear(sentence % _two_ways(found, pair), "ambiguous")
    return _whole(found, _("tulis bilangan bulat, misalnya 5000 atau 5.000."))


def amount(value: str) -> Decimal:
    """Whole rupiah as ``1250000``, ``1.250.000``, ``Rp 1.250.000,00``, ``IDR 1,250,000.00`` or ``Rp75.000,-``.

    Raises :class:`Unclear` like :func:`whole`.
    """
    found = plain(value)
    sign, found = ("-", found[1:].strip()) if found.startswith("-") else ("", found)
    found = _NO_CENTS.sub("", _CURRENCY.sub("", found)).strip()
    if pair := _ONE_GROUP.fullmatch(found):
        sentence = _("“%(text)s” dapat dibaca dua cara. Tulis sebagai rupiah bulat: %(one)s atau %(other)s.")
        raise Unclear(sentence % _two_ways(found, pair), "ambiguous")
    return Decimal(
        _whole(sign + found, _("tulis rupiah bulat dengan angka saja, misalnya 75000 atau 75.000."))
    )


def _two_ways(found: str, pair: re.Match[str]) -> dict[str, str]:
    return {"text": found, "one": pair[1] + pair[2], "other": f"{pair[1]}.{pair[2]}"}


def _whole(found: str, sentence: str) -> int:
    negative, found = found.startswith("-"), found.removeprefix("-").strip()
    if not any(form.fullmatch(found) for form in (_PLAIN, _INDONESIAN, _SPACED, _ENGLISH)):
        raise Unclear(sentence)
    # What is left behind the last comma or point of these forms is nothing but zeros.
    without_cents = found if _PLAIN.fullmatch(found) else re.sub(r"[.,]0{1,2}$", "", found)
    digits = re.sub(r"[., ]", "", without_cents).lstrip("0") or "0"
    if len(digits) > MOST_DIGITS:
        raise Unclear(_("bilangan itu terlalu besar. Periksa banyaknya angka nol."), "too_large")
    return -int(digits) if negative else int(digits)


def number_of(value: int | float, *, exact: float = 1e-9) -> int:
    """The whole number that a cell holds as a number; the noise of binary fractions is passed over.

    Raises :class:`Unclear` on real fractions and on numbers that lost digits.
    """
    if isinstance(value, float):
        if value != value or abs(value) >= 10**MOST_DIGITS:
            raise Unclear(_("bilangan itu terlalu besar. Periksa banyaknya angka nol."), "too_large")
        nearest = round(value)
        if abs(value - nearest) > exact * max(1.0, abs(value)):
            raise Unclear(_("tulis bilangan bulat, misalnya 5000 atau 5.000."))
        value = nearest
    if abs(value) >= 10**MOST_DIGITS:
        raise Unclear(_("bilangan itu terlalu besar. Periksa banyaknya angka nol."), "too_large")
    return int(value)


def day(value: str, *, first: date | None = None, last: date | None = None) -> date:
    """A day as ``2026-12-31``, ``31/12/2026``, ``31-12-2026``, ``31.12.2026`` or ``31 Desember 2026``.

    Raises :class:`Unclear`, also on days before 2000 and more than ten years ahead (:func:`within_years`).
    """
    return within_years(_day_of(plain(value)[:40]), first=first, last=last)


def moment(value: str, *, first: date | None = None, last: date | None = None) -> datetime:
    """A day and its hour as ``31-12-2026 17.00``, ``2026-12-31T17:00`` or ``31 Desember 2026 pukul 17.00``, naive.

    Raises :class:`Unclear` like :func:`day`, also on a day alone: nobody knows which hour it would mean.
    """
    match = _MOMENT.fullmatch(plain(value)[:60])
    if match is None or int(match[2]) > 23 or int(match[3]) > 59:
        raise Unclear(_("tulis tanggal dan jam yang benar, misalnya 31-12-2026 17.00."))
    try:
        found = _day_of(match[1])
    except Unclear as unclear:
        raise Unclear(_("tulis tanggal dan jam yang benar, misalnya 31-12-2026 17.00.")) from unclear
    return datetime.combine(within_years(found, first=first, last=last), time(int(match[2]), int(match[3])))


def _day_of(found: str) -> date:
    """The day that a plain text names, of whatever year; never a week, a month or a number of days."""
    if match := _ISO_DAY.fullmatch(found):
        parts = int(match[1]), int(match[2]), int(match[3])
    elif match := _DAY.fullmatch(found):
        parts = int(match[4]), int(match[3]), int(match[1])
    elif (match := _WORDY_DAY.fullmatch(found)) and (month := _MONTHS.get(match[2].casefold())):
        parts = int(match[3]), month, int(match[1])
    else:
        raise Unclear(_("tulis tanggal yang benar, misalnya 31-12-2026."))
    try:
        return date(*parts)
    except ValueError as error:
        raise Unclear(_("tulis tanggal yang benar, misalnya 31-12-2026.")) from error


def within_years(value: date, *, first: date | None = None, last: date | None = None) -> date:
    """The day, unless it is plainly a slip: before 2000, or more than ten years ahead.

    ``first`` and ``last`` are what this very field takes, for the sentence; the verb that stores the day checks them.
    """
    if not EARLIEST <= value <= clock.latest_day():
        raise Unclear(
            _("tanggal %(day)s tidak mungkin. Isi tanggal dari %(first)s sampai %(last)s.")
            % {
                "day": day_text(value),
                "first": day_text(first or EARLIEST),
                "last": day_text(last or clock.latest_day()),
            },
            "year",
        )
    return value


def day_text(value: date) -> str:
    """``31-12-2026``, as people write it, also for years that ``strftime`` would not pad."""
    return f"{value.day:02d}-{value.month:02d}-{value.year:04d}"


def code(value: str) -> str:
    """Letters, digits and signs of a code without spaces around it, in capitals."""
    return of_digits(value).upper()


def digits(value: str) -> str:
    """The digits of a number that names something (NIB, NPWP, an account), without spaces, points and dashes."""
    return re.sub(r"[ .\-]", "", of_digits(value))

"""How recorded changes read in a timeline."""

from procurement.rows.history import Telling


def test_what_never_had_a_value_is_not_told() -> None:
    telling = Telling(sentences={}, labels={"reason": "Alasan", "quantity": "Jumlah"})
    assert telling.value("1", {"reason": None, "note": "", "quantity": 10}) == "Jumlah: 10"
    assert telling.value("1", {"reason": ["", "Panen habis"], "quantity": 0}) == (
        "Alasan: – → Panen habis; Jumlah: 0"
    )
    assert telling.value("1", {"reason": None}) == "–"

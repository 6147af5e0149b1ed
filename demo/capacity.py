"""What the MSMEs of the story declare of their weeks: usual weeks, days off, and a pause at the end of the year."""

from datetime import date

from demo.tale import Company
from msmes.capacity import capacity

DAY_OFF = date(2022, 12, 19)
PAUSE = (date(2022, 12, 26), date(2022, 12, 31))
USUAL = (420, 480, 540, 600)


def declare_weeks(company: Company) -> None:
    """Every second MSME says what it can make; the others show how staff see one that said nothing."""
    for place, maker in enumerate(company.makers[::2]):
        actor = company.actor(maker.owner, maker.msme.organisation)
        for code, offer in sorted(maker.offers.items()):
            capacity.set_usual_week(
                msme_id=maker.msme.pk,
                product_id=offer.product_id,
                usual=USUAL[(place + len(code)) % len(USUAL)],
                work_days=5 + place % 2,
                actor=actor,
            )
        if place % 7 == 0:
            capacity.set_day_off(
                msme_id=maker.msme.pk, day=DAY_OFF, reason="Hajatan keluarga (contoh)", actor=actor
            )
        if place % 5 == 0:
            capacity.pause(
                msme_id=maker.msme.pk,
                first_day=PAUSE[0],
                last_day=PAUSE[1],
                reason="Libur akhir tahun",
                actor=actor,
            )

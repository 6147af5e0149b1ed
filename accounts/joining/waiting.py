"""How many applications wait for the coordinators of an organiser, of each kind."""

from django.db.models import CharField, Count, Value

from accounts.joining.application import ApplicationStatus
from accounts.joining.kinds import every


def waiting_of(organiser_id: int | None) -> dict[str, int]:
    """``{kind: count}`` in one query; a kind of which none waits is missing."""
    counts = [
        model._default_manager.filter(organiser_id=organiser_id or 0, status=ApplicationStatus.WAITING)
        .order_by()
        .values(of=Value(model.kind, output_field=CharField()))
        .annotate(found=Count("pk"))
        .values_list("of", "found")
        for model in every()
    ]
    if not counts:
        return {}
    first, *others = counts
    return dict(first.union(*others, all=True) if others else first)

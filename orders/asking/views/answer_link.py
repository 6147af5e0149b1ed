"""The page behind a personal link: no sign-in, no script, small enough for a slow phone.

Three taps say yes to everything: the link, *Ya, semuanya*, *Kirim jawaban*. What was typed travels from step to step
in hidden fields; only the last step writes.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from msmes.models import Offer
from orders.asking import links
from orders.asking.forms.answering import LATER, AnswerForm
from orders.doubts import about_ready
from orders.models import Allocation
from procurement.errors import InvalidInput, Refused
from procurement.input.codes import CodeNeeded
from procurement.input.forms import put, run_verb
from procurement.web.rate_limit import limit
from procurement.web.request import Request

NOT_ANSWERS = ("csrfmiddlewaretoken", "step", "code", "_idempotency_key")


class LinkAnswerForm(AnswerForm):
    """Every question is answered at once, because the link answers once."""

    def _add_fields(self, row: Allocation, offer: Offer | None) -> None:
        super()._add_fields(row, offer)
        say: Any = self.fields[f"answer-{row.pk}-say"]
        say.choices = [choice for choice in say.choices if choice[0] != LATER]


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_link(request: Request, token: str) -> HttpResponse:
    """Show the questions of one link, and take its one answer."""
    try:
        limit(request, "answer-link", most=60)
        opened = links.open_link(token)
    except Refused as refusal:
        return _page(request, "over", {"sentence": refusal.sentence}, status=refusal.status)
    form = LinkAnswerForm(request.POST or None, rows=opened.rows, offers=_offers(opened))
    context = {"order": opened.link.order, "msme": opened.link.msme, "link": opened.link, "form": form}
    if request.method != "POST" or request.POST.get("step") == "back":
        return _page(request, "ask", context | {"everything": _has_everything(form)})
    if not form.is_valid():
        return _page(request, "ask", context, status=422)
    if request.POST.get("step") != "send":
        return _page(request, "confirm", context | _said(request, form))
    return _send(request, token, form, context)


def _send(request: Request, token: str, form: LinkAnswerForm, context: dict[str, Any]) -> HttpResponse:
    answers, code = form.answers(), request.POST.get("code", "")
    try:
        signed_in = request.actor
        run_verb(None, links.answer_by_link, token=token, answers=answers, code=code, signed_in=signed_in)
    except CodeNeeded as refusal:
        # A wrong guess asks for nothing: only the button beside it, which carries no guess, has a new code sent.
        if not code:
            try:
                run_verb(None, links.send_code, token=token)
            except links.LinkOver as over:
                return _page(request, "over", {"sentence": over.sentence}, status=over.status)
        sentence = refusal.sentence if code else ""
        extra = {"sentence": sentence, "phone": context["msme"].phone[-4:]}
        return _page(request, "code", context | _said(request, form) | extra, status=422 if code else 200)
    except InvalidInput as refusal:
        put(form, refusal)
        return _page(request, "ask", context, status=refusal.status)
    except Refused as refusal:
        return _page(request, "over", {"sentence": refusal.sentence}, status=refusal.status)
    return _page(request, "done", context | _said(request, form))


def _said(request: Request, form: LinkAnswerForm) -> dict[str, Any]:
    answers = form.answers()
    rows = {row.pk: row for row in form.rows}
    return {
        "typed": [(name, value) for name, value in request.POST.items() if name not in NOT_ANSWERS],
        "answers": [
            {
                "row": rows[answer.allocation_id],
                "answer": answer,
                "amount": answer.quantity * (answer.price or 0),
            }
            for answer in answers
        ],
        "total": links.confirmed_value(answers),
        "doubts": [
            sentence
            for answer in answers
            if answer.ready_on
            for sentence in about_ready(rows[answer.allocation_id].line, answer.ready_on)
        ],
    }


def _offers(opened: links.OpenedLink) -> dict[int, Offer]:
    products = {row.line.product_id for row in opened.rows if row.line.product_id}
    offers = Offer.objects.filter(msme_id=opened.link.msme_id, product_id__in=products, is_active=True)
    return {offer.product_id: offer for offer in offers}


def _has_everything(form: LinkAnswerForm) -> bool:
    """Whether one tap can say yes to all: price and date are known for each."""
    return all(line.price.initial is not None and line.ready_on.initial is not None for line in form.lines())


def _page(request: Request, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, f"orders/link/{name}.html", context, status=status)
    # Not "no-referrer": browsers then send "Origin: null", and the CSRF check would refuse every answer.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response

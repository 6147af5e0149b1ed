"""The account of an MSME: what it is, what it is about to be, and how to stop that."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acting import Actor
from msmes.banking import changes
from msmes.banking.account import digits_of
from msmes.banking.address import of_address
from msmes.banking.forms import AccountForm, BankCodeForm, account_as_typed
from msmes.banking.queries import changes_of, open_change, who_asked
from msmes.gates import producer_page
from msmes.models import BankChange, Msme
from msmes.permissions import may, require
from procurement.errors import NotFound, Refused
from procurement.input.forms import render_form, run_verb
from procurement.input.opened import Opened
from procurement.templatetags.words import tanggal_text
from procurement.web.rate_limit import limit
from procurement.web.request import Request, actor_of


@require_safe
@producer_page
def bank(request: Request) -> HttpResponse:
    """Where I am paid, and the change that waits for a code or for its day."""
    actor = actor_of(request)
    require(may("bank.read", actor))
    return render(request, "msmes/bank.html", _context(_my_msme(actor), BankCodeForm()))


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def bank_edit(request: Request) -> HttpResponse:
    """Ask to be paid elsewhere; the code goes to the telephone that is known now."""
    actor = actor_of(request)
    require(may("bank.change", actor))
    msme = _my_msme(actor)
    form = AccountForm(request.POST or None, initial=account_as_typed(msme))
    opened = Opened(
        request, form, lambda: AccountForm(initial=account_as_typed(_my_msme(actor))), stream=msme.stream
    )
    if request.method == "POST" and form.is_valid():
        asked = run_verb(
            form, changes.ask_change, msme_id=msme.pk, account=form.account(), actor=actor, unchanged=opened
        )
        if asked is not None:
            messages.success(
                request, _("Kode dikirim ke nomor berakhiran %(end)s.") % {"end": asked.told_to[-3:]}
            )
            return redirect("msmes:bank")
    return render_form(request, "msmes/bank_edit.html", form, {"msme": msme})


@require_POST
@producer_page
def bank_confirm(request: Request, bank_change_id: int) -> HttpResponse:
    """Type the code; the form is on the page of the account."""
    actor = actor_of(request)
    change = _seen(actor, bank_change_id)
    require(may("bank.change", actor))
    form = BankCodeForm(request.POST)
    if form.is_valid():
        done = run_verb(form, changes.confirm_change, change_id=change.pk, actor=actor, **form.cleaned_data)
        if done is not None:
            messages.success(request, _done(done))
            return redirect("msmes:bank")
    return render_form(request, "msmes/bank.html", form, _context(_my_msme(actor), form))


@require_POST
@producer_page
def bank_code(request: Request, bank_change_id: int) -> HttpResponse:
    """Have another code sent."""
    actor = actor_of(request)
    change = _seen(actor, bank_change_id)
    run_verb(None, changes.send_code, change_id=change.pk, actor=actor)
    messages.success(request, _("Kode dikirim ke nomor berakhiran %(end)s.") % {"end": change.told_to[-3:]})
    return redirect("msmes:bank")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bank_cancel(request: Request, bank_change_id: int) -> HttpResponse:
    """Stop a change that does not apply yet: its owner or a coordinator."""
    actor = actor_of(request)
    change = _seen(actor, bank_change_id)
    require(may("bank.cancel", actor))
    is_own = actor.organisation_id == change.msme_id
    back = reverse("msmes:bank") if is_own else reverse("msmes:detail", args=[change.msme_id])
    if request.method == "POST":
        run_verb(None, changes.cancel_change, change_id=change.pk, actor=actor)
        messages.success(request, _("Perubahan rekening dibatalkan. Rekening tetap yang lama."))
        return redirect(back)
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Batalkan perubahan rekening?"),
            "subject": _subject(change),
            "sentences": [
                _("Rekening tetap %(old)s, dan pembayaran ditujukan ke sana.")
                % {"old": digits_of(change.old_bank_account)},
                _("Pemilik usaha dan koordinator expo diberi tahu."),
            ],
            "verb": _("Batalkan perubahan"),
            "icon_name": "ban",
            "cancel_url": back,
        },
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bank_stop(request: Request, token: str) -> HttpResponse:
    """The address in the message to the old telephone: it stops a change and can do nothing else."""
    try:
        limit(request, "bank-stop", most=60)
        change = of_address(token)
        if request.method == "POST":
            run_verb(None, changes.stop_by_address, token=token)
    except Refused as refusal:
        return _stop_page(request, "over", {"sentence": refusal.sentence}, status=refusal.status)
    if request.method == "POST":
        return _stop_page(request, "done", {"msme": change.msme})
    state = {"subject": _subject(change), "change": change, "who": who_asked(change)}
    return _stop_page(request, "ask" if change.is_open else "ended", state)


def _stop_page(request: Request, step: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = render(request, "msmes/bank_stop.html", {"step": step, **context}, status=status)
    answer["Referrer-Policy"] = "same-origin"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _context(msme: Msme, form: BankCodeForm) -> dict[str, Any]:
    change = open_change(msme)
    return {
        "msme": msme,
        "change": change,
        "new": digits_of(change.bank_account) if change else "",
        "who": who_asked(change) if change else "",
        "phone_end": change.told_to[-3:] if change else "",
        "form": form if change and change.status == BankChange.Status.ASKED else None,
        "may_try": change is not None and changes.CODES.may_try(change),
        "may_send": change is not None and changes.CODES.may_send(change),
        "no_more_codes": changes.no_more_codes(),
        "changes": [
            (
                row,
                digits_of(row.old_bank_account),
                digits_of(row.bank_account),
                who_asked(row),
            )
            for row in changes_of(msme)
        ],
    }


def _done(change: BankChange) -> str:
    if change.status == BankChange.Status.APPLIED:
        return _("Rekening Anda sekarang %(account)s.") % {"account": digits_of(change.bank_account)}
    return _("Dikonfirmasi. Rekening %(account)s berlaku mulai %(day)s.") % {
        "account": digits_of(change.bank_account),
        "day": tanggal_text(change.effective_on),
    }


def _subject(change: BankChange) -> str:
    old, new = digits_of(change.old_bank_account), digits_of(change.bank_account)
    return f"{change.msme} · {old} → {new}"


def _seen(actor: Actor, bank_change_id: int) -> BankChange:
    rows = BankChange.objects.visible_to(actor).select_related("msme__organisation", "asked_by", "asked_for")
    found = rows.filter(pk=bank_change_id).first()
    if found is None:
        raise NotFound(_("Perubahan rekening itu tidak ada."))
    return found


def _my_msme(actor: Actor) -> Msme:
    found = Msme.objects.visible_to(actor).select_related("organisation").first()
    if found is None:
        raise NotFound(_("Data usaha Anda belum terdaftar. Hubungi penyelenggara expo."))
    return found

"""Pages of notifications: the list, opening one, marking as read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import NotificationForm
from accounts.gates import person_of
from accounts.notifications import inbox
from accounts.session.middleware import choose
from procurement.errors import InvalidInput, NotFound
from procurement.models import Notification
from procurement.web.request import Request, actor_of


@require_safe
@login_required
def notification_list(request: Request) -> HttpResponse:
    """The notifications of all my organisations, unread first."""
    organisations = request.organisations
    page = inbox.page_of(person_of(request), organisations, request.GET.get("setelah", ""))
    return render(
        request, "accounts/notifications.html", {"page": page, "is_first": "setelah" not in request.GET}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def open_notification(request: Request, notification_id: int) -> HttpResponse:
    """Lead on to what a notification is about, and mark it as read.

    When it belongs to another of the person's organisations, a GET (the link in a mail) asks first; a POST switches.
    """
    note = (
        inbox.inbox_of(person_of(request), request.organisations)
        .select_related("organisation")
        .filter(pk=notification_id)
        .first()
    )
    if note is None:
        raise NotFound(_("Pemberitahuan ini tidak ada, atau bukan untuk Anda."))
    actor = actor_of(request)
    if note.organisation_id != actor.organisation_id:
        if request.method != "POST":
            return render(request, "components/confirm.html", _switch_question(note, str(actor.organisation)))
        choose(request, note.organisation_id)
        messages.info(
            request,
            _("Anda sekarang bertindak untuk %(organisation)s.") % {"organisation": note.organisation},
        )
    inbox.mark_read(Notification.objects.filter(pk=note.pk))
    return redirect(note.url if _is_local(note.url) else "accounts:notifications")


@require_POST
@login_required
def mark_read(request: Request) -> HttpResponse:
    """Mark one (field ``notification``) or all of mine as read."""
    form = NotificationForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(_("Pemberitahuan ini tidak dikenal. Muat ulang daftarnya."), field="notification")
    notes = inbox.inbox_of(person_of(request), request.organisations)
    if form.cleaned_data["notification"]:
        notes = notes.filter(pk=form.cleaned_data["notification"])
        if not notes.exists():
            raise NotFound(_("Pemberitahuan ini tidak ada, atau bukan untuk Anda."))
    inbox.mark_read(notes)
    return redirect("accounts:notifications")


def _switch_question(note: Notification, present: str) -> dict[str, object]:
    return {
        "title": _("Buka sebagai %(organisation)s?") % {"organisation": note.organisation},
        "subject": note.text,
        "sentences": [
            _("Pemberitahuan ini untuk %(organisation)s, sedangkan Anda bertindak untuk %(present)s.")
            % {"organisation": note.organisation, "present": present},
            _("Sesudah ini semua halaman menampilkan data %(organisation)s.")
            % {"organisation": note.organisation},
        ],
        "verb": _("Bertindak untuk %(organisation)s") % {"organisation": note.organisation},
        "icon_name": "arrow-right",
        "cancel_url": reverse("accounts:notifications"),
        "back_label": _("Kembali ke pemberitahuan"),
    }


def _is_local(address: str) -> bool:
    """Only paths of ours: what is stored must never lead somebody away."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)

"""The back office: Django's own admin, behind the second step."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.errors import NotPermitted


def passed_second_step(request: HttpRequest) -> bool:
    """Whether this session was opened, or confirmed since, with a passkey or a code, and the person still has one."""
    if not is_mfa_enabled(request.user):
        return False
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


class BackOffice(admin.AdminSite):
    """Only for staff who signed in with the second step; everybody signs in on the one page that counts failures."""

    site_header = gettext_lazy("Pesanan KUMKM: halaman admin")
    site_title = gettext_lazy("Admin Pesanan KUMKM")
    index_title = gettext_lazy("Pengaturan dan catatan")

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and passed_second_step(request)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign-in is the site's own page; a person without the second step is told how to get it."""
        address = request.GET.get("next", request.get_full_path())
        if not request.user.is_authenticated:
            return redirect_to_login(address)
        if not request.user.is_staff:
            raise NotPermitted(_("Halaman admin hanya untuk pengelola sistem."))
        if self.has_permission(request):
            return redirect("admin:index")
        if is_mfa_enabled(request.user):
            return redirect_to_login(address, "mfa_reauthenticate")
        messages.warning(
            request,
            _("Halaman admin memerlukan verifikasi dua langkah. Aktifkan salah satu caranya di bawah ini."),
        )
        return redirect("mfa_index")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        """Leaving is the site's own page too."""
        return redirect("account_logout")

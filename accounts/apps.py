"""The accounts app."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Akun dan organisasi")

    def ready(self) -> None:
        """Say how states look, what is forgotten, and what addresses call an organisation and a job."""
        # Models are loaded only now, so these cannot be imported at the top.
        from accounts.inviting.models import InvitationStatus
        from accounts.inviting.retention import INVITATIONS
        from accounts.joining.application import ApplicationStatus
        from accounts.models import ErasureRequest, Organisation
        from accounts.privacy.breaches import BreachStatus
        from accounts.session import switching
        from procurement.models import Job
        from procurement.templatetags import states
        from procurement.work import retention

        retention.register(INVITATIONS)
        states.register("application", ApplicationStatus)
        states.register("invitation", InvitationStatus)
        states.register("breach", BreachStatus)
        states.register("erasure", ErasureRequest.Status)
        switching.register_rows("organisation_id", Organisation)
        switching.register_rows("job_id", Job)


class BackOfficeConfig(admin_apps.AdminConfig):
    """Django's admin with our own site."""

    default = False  # "accounts" in INSTALLED_APPS means the app above
    default_site = "accounts.backoffice.BackOffice"

"""Who signs in, and for which organisation they act. The organisation is the tenant of everything."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.inviting.models import Invitation as Invitation
from accounts.privacy.models import BreachNotice as BreachNotice
from accounts.privacy.models import ErasureRequest as ErasureRequest
from accounts.privacy.models import PrivacyConsent as PrivacyConsent
from procurement.models import Audited

if TYPE_CHECKING:
    from accounts.acting import Actor


class UserManager(BaseUserManager["User"]):
    """Makes people who sign in with an e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **(fields | {"is_staff": True, "is_superuser": True}))


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Being a superuser opens the back office and gives no right to act on orders."""

    class Language(models.TextChoices):
        INDONESIAN = "id", "Bahasa Indonesia"
        ENGLISH = "en", "English"

    email = models.EmailField(_("alamat surel"), unique=True)
    name = models.CharField(_("nama"), max_length=120)
    phone = models.CharField(_("nomor telepon"), max_length=20, blank=True)
    language = models.CharField(
        _("bahasa"), max_length=5, choices=Language.choices, default=Language.INDONESIAN
    )
    wants_mail = models.BooleanField(_("kirim pemberitahuan lewat surel"), default=True)
    is_staff = models.BooleanField(_("boleh masuk halaman admin"), default=False)
    is_active = models.BooleanField(_("aktif"), default=True)
    acted_for = models.ForeignKey(
        "Organisation",
        verbose_name=_("terakhir bertindak untuk"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    """The organisation that was chosen last: the next sign-in begins there."""
    privacy_version = models.CharField(
        _("versi pemberitahuan data pribadi"), max_length=20, blank=True, default="", editable=False
    )
    """The version that was accepted last (:class:`PrivacyConsent`), so that no page needs a query to know."""
    joined_at = models.DateTimeField(_("terdaftar sejak"), auto_now_add=True)
    erased_at = models.DateTimeField(_("data pribadi dihapus"), null=True, editable=False)
    """Since when only a pseudonym stands here (``accounts.privacy.erasure``); nobody signs in with this row again."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("pengguna")
        verbose_name_plural = _("pengguna")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(language__in=["id", "en"]), name="accounts_user_language_known"
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True)
                | models.Q(is_active=False, is_staff=False, is_superuser=False, phone=""),
                name="accounts_user_erased_for_ever",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split()[0] if self.name else self.email


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Who sees which organisation, and with it the people who belong to it."""

    def visible_to(self, actor: "Actor") -> "OrganisationQuerySet":
        """Each its own; expo staff also who is in their organiser's care, never another organiser; the system all."""
        if actor.is_system:
            return self
        if not actor.roles:
            return self.none()
        own = models.Q(pk=actor.organisation_id)
        if actor.kind == Organisation.Kind.EXPO:
            return self.filter(own | (in_care_of(actor) & ~models.Q(kind=Organisation.Kind.EXPO)))
        return self.filter(own)


class Organisation(Audited):
    """The tenant: an institution, an MSME or the expo organiser each are exactly one organisation.

    Its chain of events tells who got and lost which role. Code that changes a field without holding the lock on the
    row names it in ``update_fields``, so that the end of the chain is never written back from an old copy.
    """

    class Kind(models.TextChoices):
        INSTITUTION = "institution", _("instansi pembeli")
        MSME = "msme", _("UMKM")
        EXPO = "expo", _("penyelenggara expo")

    kind = models.CharField(_("jenis"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("nama"), max_length=160)
    code = models.CharField(
        _("kode"), max_length=24, unique=True, help_text=_("Kode singkat yang tampil pada nomor dokumen.")
    )
    is_active = models.BooleanField(_("aktif"), default=True)
    is_operator = models.BooleanField(
        _("pengelola sistem"),
        default=False,
        db_default=False,
        help_text=_("Penyelenggara yang menjalankan sistem ini: hanya ia yang membuka halaman sistem."),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisasi")
        verbose_name_plural = _("organisasi")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=["institution", "msme", "expo"]),
                name="accounts_organisation_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(is_operator=False) | models.Q(kind="expo"),
                name="accounts_operator_is_organiser",
            ),
            models.UniqueConstraint(
                fields=["is_operator"], condition=models.Q(is_operator=True), name="accounts_one_operator"
            ),
        )
        # Lists of orders are sorted by it: the few organisations in order, then the many orders of each.
        indexes = (models.Index(fields=["name"], name="accounts_org_by_name"),)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The first organiser of an installation runs it; later the back office names another."""
        if self._state.adding and self.kind == self.Kind.EXPO and not self.is_operator:
            self.is_operator = not Organisation.objects.filter(is_operator=True).exists()
        super().save(*args, **kwargs)


class Acceptance(models.Model):
    """An institution or MSME and an organiser: whether the organiser may keep its register.

    Members, rules, limits, bank accounts and capacity of an organisation are read and kept by itself and by the
    organisers that it accepted. Who registered it keeps it from the first day, until its own people
    end that; every other organiser asks first. Who is in nobody's care is in the operator's (:func:`in_care_of`).
    """

    class Status(models.TextChoices):
        ASKED = "asked", _("menunggu persetujuan")
        ACCEPTED = "accepted", pgettext_lazy("penyelenggara", "diterima")
        ENDED = "ended", pgettext_lazy("penyelenggara", "berakhir")

    class Way(models.TextChoices):
        REGISTERED = "registered", _("mendaftarkan")
        ASKED = "asked", _("meminta persetujuan")
        BEFORE = "before", _("sudah bekerja sama sebelumnya")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="acceptances")
    organiser = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="accepted_by")
    status = models.CharField(_("keadaan"), max_length=8, choices=Status.choices)
    way = models.CharField(_("asal"), max_length=10, choices=Way.choices)
    since = models.DateTimeField(_("sejak"))
    by = models.ForeignKey(
        User, verbose_name=_("oleh"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("penyelenggara yang diterima")
        verbose_name_plural = _("penyelenggara yang diterima")
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "organiser"], name="accounts_acceptance_once_each"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["asked", "accepted", "ended"]),
                name="accounts_acceptance_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(way__in=["registered", "asked", "before"]),
                name="accounts_acceptance_way_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(organisation=models.F("organiser")), name="accounts_acceptance_of_two"
            ),
        )
        indexes = (
            models.Index(fields=["organiser", "status"], name="accounts_accepted_organiser"),
            models.Index(
                fields=["organisation"], condition=models.Q(status="accepted"), name="accounts_accepted"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} · {self.organiser} · {self.get_status_display()}"


def in_care_of(organiser: "Actor | int | None", path: str = "pk") -> models.Q:
    """Rows whose organisation (the key at ``path``) is in an organiser's care: it accepted this organiser.

    The operator also takes care of those that no organiser cares for. ``organiser`` is somebody who acts for it, or
    its key.
    """
    accepted = Acceptance.objects.filter(status=Acceptance.Status.ACCEPTED).order_by()
    key = (organiser if organiser is None or isinstance(organiser, int) else organiser.organisation_id) or 0
    mine = models.Q(**{f"{path}__in": accepted.filter(organiser_id=key).values("organisation_id")})
    nobodys = ~models.Q(**{f"{path}__in": accepted.values("organisation_id")})
    if organiser is None or isinstance(organiser, int):
        runs_it = Organisation.objects.filter(pk=key, is_operator=True)
        return mine | (nobodys & models.Q(models.Exists(runs_it)))
    return mine | nobodys if organiser.is_operator else mine


class Role(models.TextChoices):
    """Every role of every kind of organisation; :data:`ROLES_OF_KIND` says which belongs where."""

    REQUESTER = "requester", _("pemohon")
    APPROVER = "approver", _("penyetuju (PPK/KPA)")
    RECEIVER = "receiver", _("penerima barang")
    TREASURER = "treasurer", _("bendahara")
    ADMINISTRATOR = "admin", _("administrator instansi")
    OWNER = "owner", _("pemilik usaha")
    HELPER = "helper", _("staf usaha")
    COORDINATOR = "coordinator", _("koordinator expo")
    VIEWER = "viewer", _("pengamat expo")


ROLES_OF_KIND: dict[str, tuple[Role, ...]] = {
    Organisation.Kind.INSTITUTION: (
        Role.REQUESTER,
        Role.APPROVER,
        Role.RECEIVER,
        Role.TREASURER,
        Role.ADMINISTRATOR,
    ),
    Organisation.Kind.MSME: (Role.OWNER, Role.HELPER),
    Organisation.Kind.EXPO: (Role.COORDINATOR, Role.VIEWER),
}


class Membership(models.Model):
    """One person holds one role in one organisation. Several roles are several rows."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("peran"), max_length=12, choices=Role.choices)
    is_active = models.BooleanField(_("aktif"), default=True)

    class Meta:
        verbose_name = _("keanggotaan")
        verbose_name_plural = _("keanggotaan")
        constraints = (
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], name="accounts_membership_role_once"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[r.value for r in Role]), name="accounts_membership_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"


class JoiningSetting(models.Model):
    """Whether an organiser takes applications from its public pages (``accounts/joining``); no row means no."""

    organiser = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="joining"
    )
    takes_institutions = models.BooleanField(_("terima pendaftaran instansi"), default=False)
    takes_msmes = models.BooleanField(_("terima pendaftaran UMKM"), default=False)

    class Meta:
        verbose_name = _("pendaftaran pada penyelenggara")
        verbose_name_plural = _("pendaftaran pada penyelenggara")

    def __str__(self) -> str:
        return str(self.organiser)

"""Who signs in, and for which organisation they act. The organisation is the tenant of everything."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

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
    joined_at = models.DateTimeField(_("terdaftar sejak"), auto_now_add=True)

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
        )

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split()[0] if self.name else self.email


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Who sees which organisation, and with it the people who belong to it."""

    def visible_to(self, actor: "Actor") -> "OrganisationQuerySet":
        """Each its own; expo staff also every institution and MSME, never another organiser; the system all."""
        if actor.is_system:
            return self
        if not actor.roles:
            return self.none()
        own = models.Q(pk=actor.organisation_id)
        if actor.kind == Organisation.Kind.EXPO:
            return self.filter(own | ~models.Q(kind=Organisation.Kind.EXPO))
        return self.filter(own)


class Organisation(Audited):
    """The tenant: an institution, an MSME or the expo organiser each are exactly one organisation.

    Its chain of events tells who got and lost which role. Whoever changes a field without holding the lock on the
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

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisasi")
        verbose_name_plural = _("organisasi")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=["institution", "msme", "expo"]),
                name="accounts_organisation_kind_known",
            ),
        )
        # Lists of orders are sorted by it: the few organisations in order, then the many orders of each.
        indexes = (models.Index(fields=["name"], name="accounts_org_by_name"),)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """Every role of every kind of organisation; :data:`ROLES_OF_KIND` says which belongs where."""

    REQUESTER = "requester", _("pemohon")
    APPROVER = "approver", _("penyetuju (PPK/KPA)")
    RECEIVER = "receiver", _("penerima barang")
    TREASURER = "treasurer", _("bendahara")
    OWNER = "owner", _("pemilik usaha")
    COORDINATOR = "coordinator", _("koordinator expo")
    VIEWER = "viewer", _("pengamat expo")


ROLES_OF_KIND: dict[str, tuple[Role, ...]] = {
    Organisation.Kind.INSTITUTION: (Role.REQUESTER, Role.APPROVER, Role.RECEIVER, Role.TREASURER),
    Organisation.Kind.MSME: (Role.OWNER,),
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

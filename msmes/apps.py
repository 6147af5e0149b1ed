"""Small producers and what they offer."""

from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MsmesConfig(AppConfig):
    name = "msmes"
    verbose_name = _("UMKM")

    def ready(self) -> None:
        """Say which data ships, that MSMEs may apply, how long what they send is kept, and which files are known."""
        # Models are loaded only now, so these cannot be imported at the top.
        from accounts.joining import kinds
        from accounts.joining.retention import kinds_of
        from accounts.privacy import export, notice
        from accounts.privacy.erasure import erasing
        from accounts.session import switching
        from msmes import photos as shown
        from msmes.catalogue.photos import FOLDER as PRODUCT_PHOTOS
        from msmes.catalogue.shipped import report_categories
        from msmes.joining import photos
        from msmes.models import (
            ApplicationPhoto,
            BankChange,
            Certificate,
            District,
            Msme,
            MsmeApplication,
            Offer,
            OfferPhoto,
            ProductPhoto,
        )
        from msmes.own.keeping import CERTIFICATES, PHOTOS
        from msmes.personal import OWNERS, PARTS, forget_person
        from msmes.register.regencies import link_districts
        from procurement.files import sweeping
        from procurement.reference import loading
        from procurement.templatetags import states
        from procurement.work import retention

        switching.register_rows("msme_id", Msme)
        switching.register_rows("offer_id", Offer)
        switching.register_rows("bank_change_id", BankChange)
        switching.register_rows("certificate_id", Certificate)
        switching.register_rows("photo_id", OfferPhoto)
        switching.register_rows("product_photo_id", ProductPhoto)
        notice.register(OWNERS)
        export.register(*PARTS)
        erasing.register(forget_person)
        loading.register("districts", link_districts, District)
        loading.register_report("categories", report_categories)
        kinds.register(MsmeApplication)
        retention.register(*kinds_of(MsmeApplication, photos.forget))
        sweeping.register(photos.FOLDER, sweeping.by_column(ApplicationPhoto, "file"))
        states.register("bank_change", BankChange.Status)
        states.register("certificate", Certificate.Validity)
        sweeping.register(CERTIFICATES, sweeping.by_column(Certificate, "file"))
        sweeping.register(PHOTOS, partial(shown.known_files, OfferPhoto))
        sweeping.register(PRODUCT_PHOTOS, partial(shown.known_files, ProductPhoto))

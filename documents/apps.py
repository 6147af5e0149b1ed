"""Papers: numbered, rendered, stored and proved."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Dokumen")

    def ready(self) -> None:
        """Each kind of paper has its own folder; whatever else lies there was left by a worker that was killed."""
        from accounts.privacy.erasure import traces
        from accounts.session import switching
        from documents.models import Document, DocumentKind
        from documents.proving.standing import Standing
        from procurement.files import sweeping
        from procurement.templatetags import states

        switching.register_rows("document_id", Document)
        switching.register(
            "stream",
            lambda stream, actor, _kinds: Document.objects.visible_to(actor).of_stream(stream).exists(),
        )
        # Erasing a person leaves what was issued as it is, for as long as the law asks for it.
        traces.keep({"documents.Document": "issued papers, with what they were made from"})
        states.register("document", Document.Status)
        states.register("paper", Standing)
        for kind in DocumentKind:
            if kind != DocumentKind.REPORT:  # the expo keeps workbooks beside these
                sweeping.register(kind.value, sweeping.by_column(Document, "file"))

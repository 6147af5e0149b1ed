"""Prints where the finished papers lie."""

from typing import Any

from django.core.management.base import BaseCommand

from documents.models import Document


class Command(BaseCommand):
    """One line per ready document: absolute path (or storage address), kind, number."""

    help = "Print path, kind and number of every finished document."

    def handle(self, *args: Any, **options: Any) -> None:
        ready = Document.objects.filter(status=Document.Status.READY).order_by("pk").defer("content")
        for document in ready.iterator():
            try:
                where = document.file.path
            except NotImplementedError:
                where = document.file.url
            self.stdout.write(f"{where}\t{document.get_kind_display()}\t{document.number}")

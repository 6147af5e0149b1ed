"""Waits until the worker has made every document that was issued, and done the jobs that issue more of them."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents.models import Document
from procurement.models import Job


class Command(BaseCommand):
    """Polls until nothing is pending; fails with a sentence that names what is stuck."""

    help = "Wait until every document is made. Exit code 1 when some failed or the time is over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--timeout", type=float, default=300.0, help="seconds to wait at most (default 300)"
        )

    def handle(self, *args: Any, timeout: float, **options: Any) -> None:
        deadline = time.monotonic() + timeout
        pending = Document.objects.filter(status=Document.Status.PENDING)
        jobs = Job.objects.filter(status__in=(Job.Status.QUEUED, Job.Status.RUNNING))
        while (left := jobs.count() + pending.count()) and time.monotonic() < deadline:
            if options["verbosity"] > 1:
                self.stdout.write(f"{left} documents and jobs to go")
            time.sleep(min(0.5, max(0.0, deadline - time.monotonic())))
        unfinished = Document.objects.exclude(status=Document.Status.READY).order_by("pk").defer("content")
        count = unfinished.count()
        if count:
            named = "; ".join(
                f"{document} ({document.get_status_display()}{': ' + document.reason if document.reason else ''})"
                for document in unfinished[:10]
            )
            more = f"; and {count - 10} more" if count > 10 else ""
            raise CommandError(
                f"{count} documents are not ready after {timeout:g} s: {named}{more}. "
                "Is a worker running, and the relay that feeds it?"
            )
        if waiting := list(jobs.order_by("pk")[:10]):
            named = "; ".join(job.name for job in waiting)
            raise CommandError(f"These jobs are not done after {timeout:g} s: {named}. Is a worker running?")
        if options["verbosity"]:
            self.stdout.write(f"All {Document.objects.count()} documents are ready.")

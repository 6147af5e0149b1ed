"""The Celery application.

Work reaches it through the outbox (``procurement/work/outbox.py``), never by ``.delay()``.
"""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings")

TRANSPORT_ALIASES["filesystem"] = "procurement.work.file_broker:WholeMessageTransport"

app = Celery("procurement")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

"""WSGI entry point for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings")
application = get_wsgi_application()

# Half a million objects that live as long as the process need not be looked through while a page is made.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)

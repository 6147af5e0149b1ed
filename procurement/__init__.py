"""The Django project and the ground floor that every app uses."""

from procurement.celery import app as celery_app

__all__ = ["celery_app"]

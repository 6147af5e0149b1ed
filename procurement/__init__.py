"""The Django project and the ground floor that every app stands on."""

from procurement.celery import app as celery_app

__all__ = ["celery_app"]

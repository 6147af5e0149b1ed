"""The database refuses to change what a document says once it is issued."""

from typing import Any

from django.db import migrations

from documents import guards


def install(apps: Any, editor: Any) -> None:
    guards.install(editor.connection)


def remove(apps: Any, editor: Any) -> None:
    guards.remove(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_papers_and_numbers")]

    operations = [migrations.RunPython(install, remove)]

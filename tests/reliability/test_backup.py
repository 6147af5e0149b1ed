"""R21: back up, destroy, restore: every row, the trail, the ledger and every paper are what they were."""

import shutil
from pathlib import Path

import psycopg
import pytest

from documents.making.make import make_file
from documents.models import Document, document_storage
from tests.factories import make_world
from tests.harness.postgres import PostgresServer
from tests.reliability import copies

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_a_restored_backup_says_what_was_backed_up(postgres_server: PostgresServer, tmp_path: Path) -> None:
    world = make_world()
    world.closed([30])
    for document in Document.objects.order_by("pk"):
        make_file(document_id=document.pk)
    papers = dict(Document.objects.values_list("file", "sha256"))
    assert len(papers) > 3
    before = copies.contents(copies.url_of_test())
    assert before["orders_order"][0] == 1

    copies.dump(copies.url_of_test(), tmp_path / "backup")
    folder = Path(getattr(document_storage(), "location", ""))
    shutil.copytree(folder, tmp_path / "documents")

    with psycopg.connect(postgres_server.url(), autocommit=True) as session:
        session.execute("DROP DATABASE IF EXISTS restored")
        session.execute("CREATE DATABASE restored")
    url = postgres_server.url("restored")
    copies.restore(tmp_path / "backup", url)
    assert copies.contents(url) == before
    copies.manage(url, "verify_audit")
    copies.manage(url, "reconcile")
    copies.manage(url, "migrate", "--check")
    for name, expected in papers.items():
        assert copies.sha256(tmp_path / "documents" / name) == expected

    # What protects the rows was restored with them.
    with psycopg.connect(url) as session, pytest.raises(psycopg.Error, match="append-only"):
        session.execute("DELETE FROM procurement_event")

"""The worker's door to :mod:`documents.making.make`."""

from documents.issuing.issue import RENDER_TOPIC
from documents.making import make
from procurement.work.outbox import outbox_task


@outbox_task(RENDER_TOPIC)
def render_document(document_id: int) -> None:
    """Make the file of one document."""
    make.make_file(document_id=document_id)

"""The worker's door to :mod:`documents.make`."""

from documents import make
from documents.issue import RENDER_TOPIC
from procurement.outbox import outbox_task


@outbox_task(RENDER_TOPIC)
def render_document(document_id: int) -> None:
    """Make the file of one document."""
    make.make_file(document_id=document_id)

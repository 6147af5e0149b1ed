"""How much a stranger may send at once: judged by what the request says of its length, before any of it is read.

Pages without sign-in take files (``accounts/joining``). A form is read before its page is asked, so the page comes too
late to say no to a gigabyte.
"""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import QueryDict

MOST_BYTES = 24 * 1024 * 1024
"""Three photos of 5 MB, and the sheets that people import, with room to spare."""


class LimitedUpload(FileUploadHandler):
    """The first of the handlers; it keeps nothing and lets the others go on."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> tuple[QueryDict, Any] | None:
        if content_length > MOST_BYTES:
            raise RequestDataTooBig(f"{content_length} bytes of form data are more than {MOST_BYTES}")
        return None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

"""Text messages (SMS or WhatsApp) leave through one gateway that the operator chooses.

``TEXT_GATEWAY_URL`` receives ``{"to", "text"}`` as JSON with the token of ``TEXT_GATEWAY_TOKEN``. Without one the
message is written to ``var/texts``, as mail is in the embedded mode. Texts go through the outbox like all work.
"""

import json
import urllib.request
from pathlib import Path

from django.conf import settings

from procurement import clock

_SECONDS = 10


def send_text(*, to: str, text: str) -> None:
    """Hand one message to the gateway. Raises :class:`OSError` when it does not take it; the outbox tries again."""
    if not settings.TEXT_GATEWAY_URL:
        _write(to, text)
        return
    request = urllib.request.Request(  # noqa: S310 - the address is the operator's own setting
        settings.TEXT_GATEWAY_URL,
        data=json.dumps({"to": to, "text": text}).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.TEXT_GATEWAY_TOKEN}",
        },
    )
    with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310
        pass


def _write(to: str, text: str) -> None:
    folder = Path(settings.VAR_DIR) / "texts"
    folder.mkdir(parents=True, exist_ok=True)
    digits = "".join(character for character in to if character.isdigit())
    path = folder / f"{clock.now().strftime('%Y%m%d-%H%M%S-%f')}-{digits}.txt"
    path.write_text(f"{to}\n{text}\n", encoding="utf-8")

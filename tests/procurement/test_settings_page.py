"""The page for operators names every setting that is read from the environment."""

import re

from tests.harness.processes import ROOT


def test_every_setting_stands_in_the_page_for_operators() -> None:
    read = set(
        re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', (ROOT / "procurement" / "settings.py").read_text())
    )
    told = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "production.md").read_text()))
    assert len(read) > 15
    assert read <= told

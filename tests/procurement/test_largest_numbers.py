"""Addresses with a number that no row can have: nothing is there, for anybody, and never a fault."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

from procurement.input.keys import LARGEST_KEY
from tests.factories import make_world


def with_numbers(patterns: list[Any], space: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each named address that takes a number, with what its other parts may be."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from with_numbers(
                pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space
            )
        elif isinstance(pattern, URLPattern) and pattern.name:
            converters = pattern.pattern.converters
            if any(isinstance(converter, IntConverter) for converter in converters.values()):
                yield f"{space}{pattern.name}", converters


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["requester", "coordinator", "owner0"])
def test_nothing_is_at_an_address_whose_number_no_row_can_have(role: str) -> None:
    world = make_world()
    client = Client(raise_request_exception=False)
    client.force_login(world.people[role], backend="django.contrib.auth.backends.ModelBackend")
    answers = {}
    for name, converters in with_numbers(get_resolver().url_patterns):
        if name.startswith("admin:"):
            continue
        parts = {
            part: LARGEST_KEY + 1 if isinstance(converter, IntConverter) else "x"
            for part, converter in converters.items()
        }
        address = reverse(name, kwargs=parts)
        for method in (client.get, client.post):
            answers[f"{method.__name__} {name}"] = method(address).status_code
    assert len(answers) > 80
    assert {name: code for name, code in answers.items() if code != 404} == {}

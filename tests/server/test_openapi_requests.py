"""Requests made from the description of the server (/openapi.json), good ones and bad ones: it does what it says."""

from __future__ import annotations

from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.server.serving import Serving
from tests.server.test_hostile_requests import alive, guarded

NOT_TOLD = [positive_data_acceptance, negative_data_rejection]
"""A schema does not tell what is SPARQL, or which practices there are."""


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
def test_it_does_what_it_says(server: Serving, mode: GenerationMode) -> None:
    described = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) > 50
    for operation in operations:

        @settings(max_examples=4, database=None, suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy(generation_mode=mode))
        def asked(case: schemathesis.Case) -> None:
            response = case.call()
            headers = {name.lower(): value[0] for name, value in response.headers.items()}
            guarded(response.status_code, headers, response.content)
            case.validate_response(response, excluded_checks=NOT_TOLD)

        with suppress(Unsatisfiable):  # of some nothing can be bad
            asked()
    alive(server)

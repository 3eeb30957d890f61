"""Valid and invalid requests generated from /openapi.json: the server behaves as described there."""

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

NOT_IN_SCHEMA = [positive_data_acceptance, negative_data_rejection]
"""A schema cannot express what is SPARQL, or which practices exist."""


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
def test_the_server_behaves_as_described(server: Serving, mode: GenerationMode) -> None:
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
            case.validate_response(response, excluded_checks=NOT_IN_SCHEMA)

        with suppress(Unsatisfiable):  # some operations have no invalid request
            asked()
    alive(server)

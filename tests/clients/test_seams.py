"""The places of botocore that riding relies on: each sentence says what a version of botocore has moved."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import boto3
import botocore.client
import botocore.discovery
import botocore.endpoint
import botocore.exceptions
import botocore.handlers
import botocore.utils
import pytest
from botocore import xform_name
from botocore.session import Session

from botobind.io import sessions, translating
from botobind.io.handlers import FORMS_AS_DICTS, NOT_RUN, ROWS
from botobind.io.translating import _FAULTS

KNOWN = frozenset(row.handler for row in ROWS)
ON_REQUESTS_ALONE = frozenset(
    {
        *("add_accept_header", "add_expect_header", "add_glacier_checksums", "add_glacier_version"),
        *("add_recursion_detection_header", "escape_xml_payload", "inject_api_version_header_if_needed"),
    }
)
"""Handlers of `before-call`, which act on the request that was written."""
AS_THEY_ARE = frozenset(
    {
        "_handle_request_validation_mode_member",  # sets a member that is text
        "_handle_sqs_compatible_error",  # finds the class of botocore's own exception
        "_map_oauth2_errors",  # acts on the body before it is parsed
        "alias_parameter_in_call",  # typed values have the model's names
        "base64_encode_user_data",  # sets a member that is text
        "convert_body_to_file_like_object",  # sets a member that is a stream
        "fix_route53_ids",  # does what ours does, and to do it twice changes nothing
        "generate_idempotent_uuid",  # sets a member that is text
        "inject_account_id",  # does what ours does, and to do it twice changes nothing
        "set_list_objects_encoding_type_url",  # sets a member that is text
        "validate_ascii_metadata",  # raises
        "validate_bucket_name",  # raises
    }
)
"""Handlers that act on parameters or parsed responses and run, each with why that is well."""


@pytest.fixture(scope="module")
def client() -> Any:
    return Session().create_client("s3", region_name="us-east-1", aws_access_key_id="A", aws_secret_access_key="S")


def test_clients_have_what_is_replaced(client: Any) -> None:
    for name in ("_serializer", "_endpoint", "_make_api_call", "meta"):
        assert hasattr(client, name), f"botocore's clients have no {name} any more"
    for name in ("_response_parser_factory", "_event_emitter", "_add_modeled_error_fields", "http_session"):
        assert hasattr(client._endpoint, name), f"botocore's endpoints have no {name} any more"
    source = inspect.getsource(botocore.client.BaseClient)
    for used in ("self._serializer.serialize_to_request(", "self._endpoint.make_request(", "self.meta.events.emit("):
        assert used in source, f"botocore's clients do not call {used}…) any more"
    source = inspect.getsource(botocore.endpoint.Endpoint)
    for used in ("self._response_parser_factory.create_parser(", "parser.parse(", "self._event_emitter.emit("):
        assert used in source, f"botocore's endpoints do not call {used}…) any more"


def test_sessions_have_what_is_replaced(client: Any) -> None:
    session = Session()
    assert boto3.Session()._session.__class__ is Session, "boto3's sessions have botocore's elsewhere"
    assert "endpoint_resolver" in session._internal_components._deferred, "botocore's sessions load endpoints elsewhere"
    loader = session.get_component("data_loader")
    for name in ("_potential_locations", "file_loader", "is_builtin_path", "load_service_model"):
        assert hasattr(loader, name), f"botocore's loaders have no {name} any more"
    for used in ("'data_loader'", "'endpoint_resolver'", "loader,", "endpoint_resolver,"):
        source = inspect.getsource(Session.create_client)
        assert used in source, f"botocore's sessions do not make clients with {used} any more"
    source = inspect.getsource(botocore.client.ClientCreator)
    for used in ("self._loader.load_service_model(", "self._loader.load_data('partitions')", "ServiceModel(json_model"):
        assert used in source, f"botocore's clients are made without {used}…) now"
    assert client.meta.service_model._service_description["operations"], "botocore's models are no dicts any more"
    assert client._PY_TO_OP_NAME["get_object"] == "GetObject", "botocore's clients have names of operations elsewhere"
    called = {
        name
        for source in map(inspect.getsource, (botocore.utils, botocore.discovery))
        for name in re.findall(r"self\._client\.([a-z_]+)\(", source)
    }
    known = {xform_name(name) for name in sessions.CALLED_BY_BOTOCORE["s3"]}
    assert called == known, "botocore's handlers call other operations: CALLED_BY_BOTOCORE needs them"
    assert client.meta._method_to_api_mapping == client._PY_TO_OP_NAME, "botocore's clients have names elsewhere"


def test_the_emitter_is_made_as_it_was(client: Any) -> None:
    events = client.meta.events
    name = events._alias_event_name("after-call.s3.ListObjectsV2")
    handlers = events._emitter._handlers.prefix_search(name)
    assert botocore.handlers.decode_list_object_v2 in handlers, "botocore's emitter finds handlers in another way"


def test_rows_have_handlers() -> None:
    missing = [
        name for name in KNOWN | AS_THEY_ARE - {"alias_parameter_in_call"} if not hasattr(botocore.handlers, name)
    ]
    assert missing == [], "botocore has these handlers no more, and their rows can go"
    assert {row.handler for row in ROWS if row.handling != "followed"} == NOT_RUN
    assert all(row.reason.endswith(".") for row in ROWS)


def test_every_handler_of_botocore_is_accounted_for() -> None:
    acting = {
        handler.__name__
        for event, handler, *_ in botocore.handlers.BUILTIN_HANDLERS
        if event.startswith(("before-parameter-build", "before-parse", "after-call", "before-call", "provide-client"))
    }
    assert acting - KNOWN - AS_THEY_ARE - ON_REQUESTS_ALONE == set(), "botocore has new handlers: each needs a row"


def test_forms_that_handlers_look_into() -> None:
    wanted = {
        tuple(event.split(".")[1:])
        for event, handler, *_ in botocore.handlers.BUILTIN_HANDLERS
        if getattr(handler, "__name__", "") in ("inject_presigned_url_ec2", "inject_presigned_url_rds")
    }
    assert wanted == FORMS_AS_DICTS


def test_exceptions_that_are_translated_exist() -> None:
    missing = [name for names, _ in _FAULTS for name in names if not hasattr(botocore.exceptions, name)]
    assert missing == []
    assert all(classes for classes, _ in translating._TABLE)


def test_the_documentation_has_the_rows() -> None:
    page = (Path(__file__).parents[2] / "docs" / "boto3.md").read_text(encoding="utf-8")
    rows = [f"| `{row.event}` | `{row.handler}` | {row.handling} | {row.reason} |" for row in ROWS]
    assert [row for row in rows if row not in page.splitlines()] == []
    assert sum(line.startswith(("| `before-", "| `after-")) for line in page.splitlines()) == len(ROWS)

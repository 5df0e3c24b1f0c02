"""What values look like: in code, where they are to be pasted into tests."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from support.roundtrips import classes_of

from botobind.errors import ServiceError
from botobind.testing import example
from botobind_services import cloudwatch, dynamodb, lambda_, partnercentral_selling, s3, sts

PACKAGES = (cloudwatch, dynamodb, lambda_, partnercentral_selling, s3, sts)


class Names(dict[str, Any]):
    """The names of a package, as `from package import …` has them."""

    def __init__(self, package: ModuleType) -> None:
        super().__init__(datetime=dt, Decimal=Decimal)
        self._package = package

    def __missing__(self, name: str) -> Any:
        return getattr(self._package, name)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__.rpartition(".")[2])
def test_values_look_as_they_are_written(package: ModuleType) -> None:
    names, count = Names(package), 0
    for cls in classes_of(package):
        value = example(cls)
        shown = value.reveal()
        again = eval(shown, {}, names)  # noqa: S307 - our own text
        assert again == value, shown
        if "<sensitive>" not in repr(value):
            assert repr(value) == shown
            count += 1
    assert count


def test_known_values_of_enums_go_by_their_names() -> None:
    selling: Any = partnercentral_selling
    response = selling.StartEngagementByAcceptingInvitationTaskResponse(
        task_id="task-1", task_status=selling.TaskStatus.IN_PROGRESS
    )
    expected = "StartEngagementByAcceptingInvitationTaskResponse(task_id='task-1', task_status=TaskStatus.IN_PROGRESS)"
    assert repr(response) == response.reveal() == expected
    response.task_status = "PAUSED"
    assert repr(response) == expected.replace("TaskStatus.IN_PROGRESS", "'PAUSED'")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (["a", s3.Permission.READ], "['a', Permission.READ]"),
        ({s3.Permission.READ: [s3.Permission.WRITE]}, "{Permission.READ: [Permission.WRITE]}"),
        ({"a": {"b": None}}, "{'a': {'b': None}}"),
        ((1, s3.Permission.READ), "(1, <Permission.READ: 'READ'>)"),
    ],
)
def test_what_is_in_containers(given: Any, shown: str) -> None:
    tagged: Any = s3.Tag(key="k", value="v")
    tagged.value = given
    assert repr(tagged) == tagged.reveal() == f"Tag(key='k', value={shown})"


def test_errors_show_what_they_say() -> None:
    error = partnercentral_selling.ConflictException(message="taken")
    assert isinstance(error, ServiceError)
    assert repr(error) == "ConflictException(message='taken')"

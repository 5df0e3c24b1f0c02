"""A case: one message of one operation, which way it goes, and what is to be reached with it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from attrs import frozen

JSON, REST_JSON, CBOR = "json", "rest-json", "smithy-rpc-v2-cbor"
QUERY, EC2, REST_XML = "query", "ec2", "rest-xml"


class Direction(StrEnum):
    """What is done, called as the method of an operation that does it."""

    DECODE = "of_response"
    ENCODE = "to_request"
    SERVER_DECODE = "of_request"
    SERVER_ENCODE = "to_response"


@frozen
class Goal:
    """How many times faster than botocore to be at least, and how many times slower than a C library at most; how much
    of botocore's memory to take at most.
    """

    must_ratio: float | None = None
    aim_ratio: float | None = None
    must_baseline: float | None = None
    aim_baseline: float | None = None
    must_memory: float | None = None


@frozen
class Case:
    """One message of one operation."""

    name: str
    service: str
    operation: str
    protocol: str
    direction: Direction
    build: Callable[[int], dict[str, Any]]
    """Makes the value, as boto3 takes and gives it, of so many elements."""
    size: int = 1
    goal: Goal = Goal()

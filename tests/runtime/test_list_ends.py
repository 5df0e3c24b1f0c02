"""The end of a list is matched with what follows it: whatever comes there, the outcome is that of the parser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from botobind.errors import DecodeError
from botobind.formats import xmltokens
from botobind.pace import PACE
from botobind.wire import elements
from botobind_services.cloudwatch import values as cloudwatch
from botobind_services.s3 import values as s3

OWNER = "<Owner><DisplayName>d</DisplayName><ID>i</ID></Owner>"
GRANT = "<Grant><Grantee><ID>i</ID></Grantee><Permission>READ</Permission></Grant>"
DIMENSION = "<member><Name>n</Name><Value>v</Value></member>"
METRIC = (
    "<member><Id>m</Id><MetricStat><Metric><Namespace>a</Namespace><MetricName>b</MetricName>"
    f"<Dimensions>{DIMENSION}</Dimensions></Metric><Period>60</Period></MetricStat></member>"
)
GIVEN = {
    "a list that is the last": (
        s3.GetBucketAclOutput,
        f"<A>{OWNER}<AccessControlList>{GRANT * 2}</AccessControlList></A>",
        "AccessControlList",
    ),
    "a list before a text": (
        cloudwatch.MetricAlarm,
        f"<A><AlarmName>a</AlarmName><Dimensions>{DIMENSION * 2}</Dimensions><Period>60</Period></A>",
        "Dimensions",
    ),
    "a list before a list": (
        cloudwatch.MetricAlarm,
        f"<A><Dimensions>{DIMENSION}</Dimensions><Metrics>{METRIC * 2}</Metrics><Unit>Count</Unit></A>",
        "Dimensions",
    ),
    "a list before a structure": (
        cloudwatch.DescribeAlarmsOutput,
        f"<A><MetricAlarms><member><Dimensions>{DIMENSION}</Dimensions></member></MetricAlarms><Unit>Count</Unit></A>",
        "MetricAlarms",
    ),
}
ENDS = (
    "</{0}>",
    "</{0}>\n ",
    "\n </{0}>text",
    "</{0} >",
    "</{0}/>",
    "</{0}></{0}>",
    "<!-- c --></{0}>",
    "</{0}><{0}/>",
    "</{0}><{0}></{0}>",
    "</{0}></A>",
    "</{0}><Unknown/>",
    "<Unknown/></{0}>",
    "<Unknown><a>1</a></Unknown></{0}>",
    "<Unknown><a>1</a></Unknown></{0}></{0}>",
    "<member/></{0}>",
    "<member/></{0}></{0}>",
    "<member><Name/></member></{0}>",
    "<Grant/></{0}></{0}><{0}>",
    "text</{0}>",
    "</{0}s>",
    "</Other>",
    "",
)


@pytest.fixture(autouse=True)
def learnt_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in (("structures", 0), ("samples", 1), ("pause", 1)):
        monkeypatch.setattr(PACE, name, value)
    forget()
    yield
    forget()


def forget() -> None:
    for module in (s3, cloudwatch):
        for name in module.__all__:
            if hasattr(getattr(module, name), "XML_ELEMENT_PATTERNS"):
                getattr(module, name).XML_ELEMENT_PATTERNS = None


def outcome(cls: Any, document: str, *, parser: bool) -> object:
    data = document.encode()
    try:
        if parser:
            return xmltokens.read_element(elements.parse(data), cls._read_xml)
        return xmltokens.read(data, cls._read_xml)
    except DecodeError as error:
        return str(error)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("given", GIVEN)
def test_what_comes_at_the_end_of_a_list(given: str, end: str) -> None:
    cls, document, name = GIVEN[given]
    changed = document.replace(f"</{name}>", end.format(name), 1)
    # Before anything is known, after the right document, and after this one.
    for _ in range(3):
        assert outcome(cls, changed, parser=False) == outcome(cls, changed, parser=True)
        for _ in range(4):
            assert outcome(cls, document, parser=False) == outcome(cls, document, parser=True)

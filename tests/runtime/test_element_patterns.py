"""What element patterns read at once is what tokens and lxml's elements give, whatever has been learnt before."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.models import list_of, structure

from botobind.errors import DecodeError
from botobind.formats import elementpatterns, xmllearnt, xmltokens
from botobind.http import HttpResponse
from botobind.pace import PACE
from botobind.rules.elementplans import children_of
from botobind.serializers import XmlFormat
from botobind.shapes import Shape
from botobind.wire import elements
from botobind_services import cloudwatch, s3, sts
from botobind_services.s3 import values

CLASSES: tuple[type[XmlFormat], ...] = (
    values.LifecycleRule,
    values.LifecycleRuleFilter,
    values.LifecycleRuleAndOperator,
    values.LifecycleExpiration,
    values.ListObjectsOutput,
    values.Object,
    values.Owner,
    values.Part,
    values.RestoreStatus,
    values.Tag,
)


@pytest.fixture(autouse=True)
def quick_learner(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(PACE, "samples", 2)
    forget()
    yield
    forget()


def forget() -> None:
    for cls in CLASSES:
        cls.XML_ELEMENT_PATTERNS = None


def learn(cls: type[XmlFormat], *documents: str) -> elementpatterns.ElementPattern | None:
    """The element pattern of a class's root elements after documents that are read often enough."""
    for document in documents * (80 // len(documents) + 4):
        read(cls, document)
    return xmllearnt.element_patterns_of(cls).get("/" + documents[0].partition(">")[0].strip("<"))


def read(cls: type[XmlFormat], document: str) -> object:
    try:
        return xmltokens.read(document.encode(), cls._read_xml)
    except DecodeError as error:
        return str(error)


def by_parser(cls: type[XmlFormat], document: str) -> object:
    try:
        return xmltokens.read_element(elements.parse(document.encode()), cls._read_xml)
    except DecodeError as error:
        return str(error)


OBJECT = (
    "<Object><Key>k</Key><LastModified>2025-01-02T03:04:05Z</LastModified><ETag>e</ETag>"
    "<ChecksumAlgorithm>SHA1</ChecksumAlgorithm><ChecksumAlgorithm>SHA256</ChecksumAlgorithm><Size>12</Size>"
    "<Owner><DisplayName>d</DisplayName><ID>i</ID></Owner>"
    "<RestoreStatus><IsRestoreInProgress>true</IsRestoreInProgress></RestoreStatus></Object>"
)


def mutants(document: str) -> list[str]:
    """Documents in which one thing is otherwise."""
    return [
        document,
        document.replace("><", ">\n  <"),
        document.replace("><", "> between <"),
        document.replace("<Key>k</Key>", ""),
        document.replace("<Key>k</Key>", "<Key/>"),
        document.replace("<Key>k</Key>", "<Key />"),
        document.replace("<Key>k</Key>", "<Key></Key>"),
        document.replace("<Key>k</Key>", "<Key> \n</Key>"),
        document.replace("<Key>k</Key>", "<Key>k</Key><Key>again</Key>"),
        document.replace("<Key>k</Key>", "<Key>&lt;&amp;&gt;&quot;&apos;</Key>"),
        document.replace("<Key>k</Key>", "<Key>a</Kex>"),
        document.replace("<Key>k</Key>", "<Key><Inner/></Key>"),
        document.replace("<Key>k</Key>", "<Kez>k</Kez>"),
        document.replace("<Key>k</Key>", "<Key a='b'>k</Key>"),
        document.replace("<Key>k</Key>", "<Key><!-- c -->k</Key>"),
        document.replace("<Key>", "<Unknown>1</Unknown><Key>"),
        document.replace("<Key>", "<Unknown/><Key>"),
        document.replace("<Key>", "<Unknown><Key>2</Key></Unknown><Key>"),
        document.replace("<Key>k</Key>", "").replace("</Object>", "<Key>last</Key></Object>"),
        document.replace("<Size>12</Size>", "<Size>-12.0</Size>"),
        document.replace("<Size>12</Size>", "<Size>twelve</Size>"),
        document.replace("<Size>12</Size>", "<Size></Size>"),
        document.replace("2025-01-02T03:04:05Z", "yesterday"),
        document.replace("2025-01-02T03:04:05Z", "1735787045"),
        document.replace("<ChecksumAlgorithm>SHA1</ChecksumAlgorithm>", ""),
        document.replace("<ChecksumAlgorithm>SHA1</ChecksumAlgorithm>", "<ChecksumAlgorithm/>"),
        document.replace("</ChecksumAlgorithm><Size>", "</ChecksumAlgorithm><X>1</X><Size>"),
        document.replace("<Size>", "<Size>1</Size><ChecksumAlgorithm>late</ChecksumAlgorithm><Size>"),
        document.replace("SHA1", "&lt;"),
        document.replace("<DisplayName>d</DisplayName>", ""),
        document.replace("<DisplayName>d</DisplayName>", "<Unknown>1</Unknown>"),
        document.replace("<DisplayName>d</DisplayName><ID>i</ID>", ""),
        document.replace("<DisplayName>d</DisplayName><ID>i</ID>", "text"),
        document.replace("<Owner><DisplayName>d</DisplayName><ID>i</ID></Owner>", "<Owner/>"),
        document.replace("<Owner>", "<Owner></Owner><Owner>"),
        document.replace("<DisplayName>d", "<DisplayName>&gt;"),
        document.replace(">true<", ">TRUE<"),
        document.replace(">true<", "><"),
        document.replace("<RestoreStatus>", "<RestoreStatus><RestoreExpiryDate>2025-01-02</RestoreExpiryDate>"),
        document.replace("<RestoreStatus>", "<RestoreStatus><RestoreExpiryDate>never</RestoreExpiryDate>"),
        document.replace("</Owner>", "</Owner/>"),
        document.replace("</Owner>", "</Owner />").replace("<IsRestoreInProgress>true</IsRestoreInProgress>", ""),
        document.replace("</Owner>", "</Owner/>").replace("<RestoreStatus>", "<RestoreStatus/><RestoreStatus>"),
        document.replace("</Object>", ""),
        document.replace("</Object>", "</Object><Object/>"),
        document.replace("</Object>", "</Objects>"),
        document + "text",
        f"{document}\n",
        document[: len(document) // 2],
        "<Object/>",
        "<Object></Object>",
        "<Object>text</Object>",
    ]


@pytest.mark.parametrize("document", mutants(OBJECT))
def test_what_a_element_pattern_does_not_expect(document: str) -> None:
    assert learn(values.Object, OBJECT)
    assert read(values.Object, document) == by_parser(values.Object, document)


def test_a_element_pattern_grows_with_what_it_meets() -> None:
    assert learn(values.Object, *mutants(OBJECT))
    for document in mutants(OBJECT):
        assert read(values.Object, document) == by_parser(values.Object, document)


def test_a_element_pattern_reads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert learn(values.Object, OBJECT)
    expected = by_parser(values.Object, OBJECT)
    monkeypatch.setattr(xmllearnt.element_patterns_of(values.Object), "read_elements", None)
    monkeypatch.setattr(xmllearnt.element_patterns_of(values.Owner), "read_elements", None)
    assert read(values.Object, OBJECT) == expected
    assert read(values.Object, OBJECT.replace("><", ">\n<")) == expected


RULES = [
    "<Rule><ID>1</ID><Filter><Prefix>p</Prefix></Filter><Status>Enabled</Status></Rule>",
    (
        "<Rule><ID>2</ID><Filter><And><Prefix>p</Prefix><Tag><Key>k</Key><Value>v</Value></Tag><Tag><Key>l</Key>"
        "<Value/></Tag></And></Filter><Status>Disabled</Status><Expiration><Days>3</Days></Expiration></Rule>"
    ),
    "<Rule><Expiration><Date>2025-01-02T00:00:00Z</Date></Expiration><Status>Enabled</Status></Rule>",
]


def test_structures_in_structures() -> None:
    for document in RULES * 80:
        assert read(values.LifecycleRule, document) == by_parser(values.LifecycleRule, document)


IDS = ("<ID>1</ID>", "<ID>&lt;&amp;</ID>")
FILTERS = (
    "",
    "<Filter><Prefix>p</Prefix></Filter>",
    "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>",
    "<Filter><Tag><Key>k</Key><Value/></Tag></Filter>",
    "<Filter><And><ObjectSizeGreaterThan>1</ObjectSizeGreaterThan></And></Filter>",
)
EXPIRATIONS = (
    "",
    "<Expiration><Days>3</Days></Expiration>",
    "<Expiration><Date>2025-01-02T00:00:00Z</Date></Expiration>",
)
ABORTS = (
    "",
    "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>",
)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_structures_that_come_and_go(count: int) -> None:
    """Whichever tells that one is there: a text that always is, or none that does."""
    bodies = map("".join, product(IDS, FILTERS[-count:], EXPIRATIONS[-count:], ABORTS[-count:]))
    documents = [f"<Rule>{body}</Rule>" for body in bodies]
    expected = {document: by_parser(values.LifecycleRule, document) for document in documents}
    random = Random(count)
    for document in random.choices(documents, k=400):
        assert read(values.LifecycleRule, document) == expected[document]


NAMES = ("Key", "ETag", "Size", "ChecksumAlgorithm", "Owner", "DisplayName", "ID", "Unknown")


@st.composite
def objects(draw: st.DrawFn) -> str:
    """An object with members in any order, any number of times, with anything in them."""
    inner = st.sampled_from(["", "1", " ", "\n", "a &amp; b", "&lt;", "<ID>i</ID>", "<DisplayName/>", "<ID>i</ID> "])
    parts = draw(st.lists(st.tuples(st.sampled_from(NAMES), inner, st.sampled_from(["", "\n ", "x"])), max_size=5))
    return f"<Object>{''.join(f'<{name}>{text}</{name}>{after}' for name, text, after in parts)}</Object>"


@settings(max_examples=40)
@given(st.lists(objects(), min_size=1, max_size=6))
@example(["<Object><Key>1</Key></Object>", "<Object><Owner><ID>i</ID></Owner></Object>"])
def test_any_documents_in_any_order(documents: list[str]) -> None:
    forget()
    expected = {document: by_parser(values.Object, document) for document in documents}
    for document in documents * (90 // len(documents)):
        assert read(values.Object, document) == expected[document]


def test_lists_are_read_at_once_from_their_first_known_item() -> None:
    listed = OBJECT.replace("Object>", "Contents>")
    document = f"<L><Name>n</Name>{listed * 200}<CommonPrefixes><Prefix>p</Prefix></CommonPrefixes></L>"
    expected = by_parser(values.ListObjectsOutput, document)
    for _ in range(80):
        assert read(values.ListObjectsOutput, document) == expected
    assert isinstance(expected, values.ListObjectsOutput)
    assert len(expected.contents or []) == 200


def test_classes_that_someone_derives() -> None:
    class Own(values.Owner):
        """With methods of someone's own."""

    assert learn(values.Owner, "<Owner><ID>i</ID></Owner>")
    for _ in range(80):
        found: Any = read(Own, "<Owner><ID>i</ID></Owner>")
        assert type(found) is Own
        assert found.id == "i"


def test_threads_learn_together() -> None:
    documents = mutants(OBJECT) * 10
    expected = [by_parser(values.Object, document) for document in documents]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda document: read(values.Object, document), documents)) == expected


PACKAGES = (s3, sts, cloudwatch)
ELEMENTS = [
    pytest.param(cls, child.name, id=f"{package.service}-{name}-{child.name}")
    for package in PACKAGES
    for name in dir(package.values)
    if isinstance(cls := getattr(package.values, name), type) and issubclass(cls, Shape)
    for child in children_of(cls).values()
    if child.kind != "text"
]
CONTENTS = ("<{0}/>", "<{0} />", "<{0}></{0}>", "<{0}> </{0}>", "<{0}>x</{0}>", "<{0}><Inner/></{0}>", "<{0}/><{0}/>")


@pytest.mark.parametrize(("cls", "name"), ELEMENTS)
def test_elements_that_are_always_empty(monkeypatch: pytest.MonkeyPatch, cls: type[XmlFormat], name: str) -> None:
    # Structures without members have no element pattern of their own, nor have unions, which must not be empty.
    monkeypatch.setattr(PACE, "structures", 0)
    for content in (content.format(name) for content in CONTENTS):
        document = f"<R>{content}</R>"
        expected = by_parser(cls, document)
        monkeypatch.setattr(cls, "XML_ELEMENT_PATTERNS", None)
        for _ in range(6):
            assert read(cls, document) == expected
        for other in CONTENTS:
            document = f"<R>{other.format(name)}</R>"
            assert read(cls, document) == by_parser(cls, document)


INVENTORY = (
    "<InventoryConfiguration><Destination><S3BucketDestination><Bucket>b</Bucket><Format>CSV</Format><Encryption>"
    "<SSE-S3/></Encryption></S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>i</Id>"
    "<IncludedObjectVersions>All</IncludedObjectVersions><Schedule><Frequency>Daily</Frequency></Schedule>"
    "</InventoryConfiguration>"
)
LOGGING = (
    "<BucketLoggingStatus><LoggingEnabled><TargetBucket>b</TargetBucket><TargetPrefix>p</TargetPrefix>"
    "<TargetObjectKeyFormat><SimplePrefix/></TargetObjectKeyFormat></LoggingEnabled></BucketLoggingStatus>"
)
NOTIFICATION = "<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>"
EMPTY = [
    (s3.endpoints.GetBucketNotificationConfiguration, NOTIFICATION, "event_bridge_configuration"),
    (s3.endpoints.GetBucketInventoryConfiguration, INVENTORY, "inventory_configuration"),
    (s3.endpoints.ListBucketInventoryConfigurations, f"<R>{INVENTORY * 90}</R>", "inventory_configuration_list"),
    (s3.endpoints.GetBucketLogging, LOGGING, "logging_enabled"),
]


@pytest.mark.parametrize(("operation", "document", "attribute"), EMPTY, ids=lambda part: getattr(part, "name", ""))
def test_answers_with_structures_without_members(operation: Any, document: str, attribute: str) -> None:
    first = operation.of_response(HttpResponse(status=200, body=document.encode()))
    assert getattr(first, attribute)
    assert repr(first).count("()") == document.count("/>")
    for _ in range(100):
        assert operation.of_response(HttpResponse(status=200, body=document.encode())) == first


BESIDE: dict[str, Any] = {
    "metadata": {"protocol": "rest-xml"},
    "operations": {
        name: {"name": name, "http": {"method": "POST", "requestUri": f"/{name}"}, "output": {"shape": name}}
        for name in ("Part", "Whole")
    },
    "shapes": {
        "Text": {"type": "string"},
        "Part": structure(Beside={"shape": "Text", "location": "header", "locationName": "x-beside"}, Text="Text"),
        "Parts": list_of("Part"),
        "Whole": structure(Part="Part", Parts="Parts", Flat={"shape": "Parts", "flattened": True}, Last="Text"),
    },
}


@pytest.mark.parametrize("part", ["<Text>t</Text>", "<Text>t</Text><Beside>b</Beside>", "<Beside>b</Beside>", ""])
@pytest.mark.parametrize("whole", ["<Part>{0}</Part>", "<Parts><Part>{0}</Part></Parts>", "<Flat>{0}</Flat>"])
def test_members_beside_a_body_are_elements_in_other_structures(
    monkeypatch: pytest.MonkeyPatch, generate_once: Any, whole: str, part: str
) -> None:
    """Whatever has been learnt of such bodies, in which these members are no elements."""
    for name, value in (("structures", 0), ("samples", 1), ("pause", 1)):
        monkeypatch.setattr(PACE, name, value)
    package = generate_once(BESIDE)
    for cls in (package.values.Part, package.values.Whole):
        monkeypatch.setattr(cls, "XML_ELEMENT_PATTERNS", None)
    document = f"<Whole>{whole.format(part)}<Last>l</Last></Whole>".replace("<Part></Part>", "<Part/>")
    expected = by_parser(package.values.Whole, document)
    for name in ("Part", "Flat") * 4:
        body = f"<{name}>{part}</{name}>".encode()
        assert package.endpoints.Part.of_response(HttpResponse(status=200, body=body)).beside is None
        assert read(package.values.Whole, document) == expected


OF_NOTIFICATIONS: tuple[type[XmlFormat], ...] = (
    values.NotificationConfiguration,
    values.TopicConfiguration,
    values.QueueConfiguration,
    values.NotificationConfigurationFilter,
    values.S3KeyFilter,
    values.FilterRule,
)


@pytest.mark.parametrize("end", ["</Filter/>", "</S3Key />", "</FilterRule/>", "</TopicConfiguration/>"])
@pytest.mark.parametrize("times", [1, 2, 20])
def test_ends_that_are_no_tags(monkeypatch: pytest.MonkeyPatch, end: str, times: int) -> None:
    for name, value in (("structures", 0), ("samples", 1), ("pause", 1)):
        monkeypatch.setattr(PACE, name, value)
    cls = values.NotificationConfiguration
    for each in (*CLASSES, *OF_NOTIFICATIONS):
        monkeypatch.setattr(each, "XML_ELEMENT_PATTERNS", None)
    rule = "<Filter><S3Key><FilterRule><Name>prefix</Name><Value>v</Value></FilterRule></S3Key></Filter>"
    topic = f"<TopicConfiguration><Id>i</Id><Topic>t</Topic><Event>e</Event>{rule}</TopicConfiguration>"
    document = f"<N>{topic}{topic.replace('Topic', 'Queue')}</N>"
    for _ in range(times):
        assert read(cls, document) == by_parser(cls, document)
    spoilt = document.replace(f"{end[:-2].rstrip()}>", end, 1)
    assert read(cls, spoilt) == by_parser(cls, spoilt)
    assert "not XML" in str(read(cls, spoilt))

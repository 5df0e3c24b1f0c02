"""What transfers do next, without input or output: sizes of parts, the order of jobs, and how much is in memory."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from botobind import EncodeError
from botobind.errors import ResponseError
from botobind.io.transfers import TransferConfig, actions, putting, wholesums
from botobind.io.transfers.config import goes_in_parts, most_of, part_size, ranges
from botobind.io.transfers.getting import download
from botobind.io.transfers.members import Requests, given_of
from botobind.io.transfers.parts import Transfer
from botobind.io.transfers.progress import Switch, Teller
from botobind.io.transfers.sources import Source, source_of
from botobind.io.transfers.wholesums import WholeSum, whole_sum
from botobind_services import s3

MIB = 1024 * 1024
GIB = 1024 * MIB
CONTENT = bytes(range(250)) * 200
TENTHS = TransferConfig(multipart_threshold=0, multipart_chunksize=5000, max_concurrency=3)


@pytest.mark.parametrize(("asked", "length", "size"), [
    (8 * MIB, 100 * MIB, 8 * MIB),
    (1, 100 * MIB, 5 * MIB),
    (8 * MIB, 80_000 * MIB, 8 * MIB),
    (8 * MIB, 80_000 * MIB + 1, 16 * MIB),
    (8 * MIB, 5 * 1024 * GIB, 1024 * MIB),
    (7 * GIB, 100 * GIB, 5 * GIB),
    (8 * MIB, 50_000 * GIB, 5 * GIB),
])  # fmt: skip
def test_the_sizes_of_parts(asked: int, length: int, size: int) -> None:
    found = part_size(TransferConfig(multipart_chunksize=asked), length)
    assert found == size
    assert -(-length // found) <= 10_000


@pytest.mark.parametrize(("threshold", "length", "goes"), [
    (8 * MIB, 8 * MIB - 1, False), (8 * MIB, 8 * MIB, True), (0, 0, False), (0, 1, True),
    (9 * GIB, 5 * GIB, False), (9 * GIB, 5 * GIB + 1, True),
])  # fmt: skip
def test_what_goes_in_parts(threshold: int, length: int, goes: bool) -> None:  # noqa: FBT001 - of a table
    assert goes_in_parts(TransferConfig(multipart_threshold=threshold), length) == goes


def test_the_sizes_of_parts_of_what_has_no_length() -> None:
    config = TransferConfig()
    assert [part_size(config, None, number) for number in (1, 1000, 1001, 2001, 10_000)] == [
        size * MIB for size in (8, 8, 16, 32, 4096)
    ]
    assert part_size(TransferConfig(multipart_chunksize=4 * GIB), None, 10_000) == 5 * GIB


def test_what_is_too_large() -> None:
    with pytest.raises(EncodeError, match="bytes are more than 10000 parts"):
        part_size(TransferConfig(), 50_000 * GIB + 1)
    with pytest.raises(EncodeError, match="bytes are more than 10000 parts"):
        list(putting.upload(transfer(), Endless()))


class Bitwise:
    """A cyclic checksum bit by bit, without awscrt."""

    def __init__(self, algorithm: str) -> None:
        self.polynomial = wholesums._POLYNOMIALS[algorithm]
        self.size = wholesums.SIZES[algorithm]
        self.ones = self.value = (1 << self.size * 8) - 1

    def update(self, data: bytes, /) -> None:
        for byte in data:
            self.value ^= byte
            for _ in range(8):
                self.value = (self.value >> 1) ^ (self.polynomial if self.value & 1 else 0)

    def digest(self) -> bytes:
        return (self.value ^ self.ones).to_bytes(self.size, "big")


@pytest.mark.parametrize(("algorithm", "of_digits"), [
    ("CRC32", "cbf43926"), ("CRC32C", "e3069283"), ("CRC64NVME", "ae8b14860a799888"),
])  # fmt: skip
@given(parts=st.lists(st.binary(max_size=30), max_size=4))
@example(parts=[b"1", b"2345", b"", b"6789"])
@settings(max_examples=30)
def test_checksums_of_parts_are_put_together(algorithm: str, of_digits: str, parts: list[bytes]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wholesums, "checksum", Bitwise)
        made: Any = Bitwise(algorithm)
        made.update(b"".join(parts))
        assert (made.digest().hex() == of_digits) is (b"".join(parts) == b"123456789")
        whole = WholeSum(algorithm, made.digest())
        at = 0
        for part in parts:
            made = whole.begun()
            made.update(part)
            whole.add(at, len(part), made)
            at += len(part)
        whole.compare()
        made = whole.begun()
        made.update(b"x")
        whole.add(at, 1, made)
        with pytest.raises(ResponseError, match=f"does not have its checksum {algorithm}"):
            whole.compare()


CRC = "AAAAAA=="
SUMS: list[tuple[dict[str, Any], bool]] = [
    ({"checksum_crc32": CRC}, True),
    ({"checksum_crc32": CRC, "checksum_type": "FULL_OBJECT"}, True),
    ({"checksum_crc32": CRC, "checksum_type": "COMPOSITE"}, False),
    ({"checksum_crc32": f"{CRC}-3"}, False),
    ({"checksum_crc32": "AAAA"}, False),
    ({"checksum_crc32": "no base 64"}, False),
    ({"checksum_sha256": CRC}, False),
    ({}, False),
]


@pytest.mark.parametrize(("members", "is_one"), SUMS)
def test_checksums_that_can_be_put_together(members: dict[str, Any], *, is_one: bool) -> None:
    assert (whole_sum(s3.GetObjectOutput(**members)) is not None) is is_one


class Endless(Source):
    length = 10**18


def test_no_more_parts_go_than_there_are_connections() -> None:
    found = [most_of(TransferConfig(max_concurrency=20), connections) for connections in (None, 50, 10)]
    assert found == [20, 20, 10]
    assert most_of(TransferConfig(use_threads=False), 10) == 1


def test_ranges() -> None:
    assert list(ranges(25, 10)) == [(0, 10), (10, 20), (20, 25)]
    assert list(ranges(0, 10)) == []


def transfer(config: TransferConfig = TENTHS) -> Transfer:
    request = s3.PutObjectRequest(bucket="box", key="a")
    given = given_of(request)
    return Transfer(
        given=given,
        requests=Requests(s3, s3.endpoints.OPERATIONS, given),
        config=config,
        most=most_of(config, None),
        algorithm=None,
        switch=Switch(),
        teller=Teller(None),
    )


class Driver:
    """Does actions in one thread. Of the jobs that are there one is done when it is waited for: that of a choice."""

    def __init__(self, choose: Callable[[int], int], place: Any) -> None:
        self.choose = choose
        self.place = place
        self.jobs: list[Any] = []
        self.most = 0
        self.written: list[tuple[int, int]] = []
        self.held: list[int] = []
        self.ended = 0

    def drive(self, steps: Any) -> Any:
        try:
            action = next(steps)
            while True:
                try:
                    given = getattr(self, type(action).__name__.lower())(action)
                except Exception as error:  # noqa: BLE001 - as drivers have it
                    action = steps.throw(error)
                else:
                    action = steps.send(given)
        except StopIteration as end:
            return end.value

    def request(self, action: actions.Request) -> Any:
        if action.operation == "GetObject":
            first, _, last = (action.value.range or "bytes=0-49999").removeprefix("bytes=").partition("-")
            return s3.GetObjectOutput(
                body=io.BytesIO(CONTENT[int(first) : int(last) + 1]),
                content_length=int(last) + 1 - int(first),
                content_range=f"bytes {first}-{last}/50000" if action.value.range else None,
                etag='"1"',
            )
        outputs: dict[str, Any] = {
            "CreateMultipartUpload": s3.CreateMultipartUploadOutput(upload_id="u"),
            "UploadPart": s3.UploadPartOutput(etag="1"),
        }
        if action.operation == "UploadPart":
            while action.value.body.read(64 * 1024):
                """As a client does."""
        return outputs.get(action.operation)

    def start(self, action: actions.Start) -> None:
        self.jobs.append(action.job)
        self.most = max(self.most, len(self.jobs))

    def wait(self, _: actions.Wait) -> Any:
        job = self.jobs.pop(self.choose(len(self.jobs)))
        found = self.drive(job)
        self.ended += 1
        return found

    def write(self, action: actions.Write) -> None:
        self.written.append((action.at, len(action.data)))
        self.place.write(action.data) if self.place is not None else None
        self.held.append(self.ended)

    def fetch(self, action: actions.Fetch) -> bytes:
        found: bytes = action.body.read(action.size)
        return found

    def read(self, action: actions.Read) -> bytes:
        found: bytes = self.place.read(action.size)
        return found

    def nothing(self, _: object) -> None:
        """There is nothing to do."""

    verify = open = commit = close = stop = nothing


class InOrder:
    is_ordered = True


class Anywhere:
    is_ordered = False


ORDERS: dict[str, Callable[[int], int]] = {
    "first": lambda _: 0,
    "last": lambda count: count - 1,
    "middle": lambda count: count // 2,
}


@pytest.mark.parametrize("choose", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("target", [InOrder, Anywhere])
def test_parts_that_come_in_any_order(choose: Callable[[int], int], target: Any) -> None:
    driver = Driver(choose, None)
    driver.drive(download(transfer(), target()))
    assert driver.most == TENTHS.max_concurrency
    places = [at for at, _ in driver.written]
    assert sum(size for _, size in driver.written) == len(CONTENT)
    assert sorted(places) == list(range(0, len(CONTENT), 5000))
    if target is InOrder:
        assert places == sorted(places)
        early = [ended - number for number, ended in enumerate(driver.held, 1)]
        assert max(early) < TENTHS.max_concurrency, "more parts wait in memory than may be on their way"


def test_streams_are_in_memory_by_as_many_parts_as_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botobind.io.transfers.config.SMALLEST_PART", 1)
    alive: WeakSet[Source] = WeakSet()
    most: list[int] = []

    def counted(data: bytes) -> Source:
        made = source_of(data, is_async=False)
        alive.add(made)
        most.append(len(alive))
        return made

    monkeypatch.setattr(putting, "held", counted)
    for choose in ORDERS.values():
        source = source_of(iter([CONTENT[at : at + 700] for at in range(0, len(CONTENT), 700)]), is_async=False)
        driver = Driver(choose, source)
        driver.drive(putting.upload(transfer(), source))
    assert max(most) <= TENTHS.max_concurrency
    assert len(most) == 3 * 10


def test_files_are_not_in_memory() -> None:
    """A part is read when it is sent, piece by piece."""
    sizes: list[int] = []

    class File(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            found = super().read(size)
            sizes.append(len(found))
            return found

    source = source_of(File(bytes(50 * MIB)), is_async=False)
    driver = Driver(ORDERS["first"], source)
    driver.drive(putting.upload(transfer(TransferConfig()), source))
    assert max(sizes) == 64 * 1024
    assert sum(sizes) == 50 * MIB

"""What messages are made of: identifiers, times and words as AWS has them, the same in every run."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

T = TypeVar("T")

ACCOUNT = "123456789012"
REGION = "eu-west-1"
SPRING = datetime(2025, 3, 1, tzinfo=UTC)

_WORDS = (
    "order", "payment", "invoice", "customer", "shipment", "warehouse", "ledger", "session", "archive",
    "report", "catalogue", "search", "billing", "gateway", "worker", "fleet", "ingest", "metrics",
    "nightly", "primary", "replica", "staging", "production", "platform", "analytics", "façade",
)  # fmt: skip
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Materials:
    """Draws that depend on nothing but the seed."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)

    def hexadecimal(self, length: int) -> str:
        """Lower-case hexadecimal digits."""
        return f"{self._random.getrandbits(4 * length):0{length}x}"

    def resource(self, prefix: str) -> str:
        """An identifier as EC2's: `i-0` and 16 digits."""
        return f"{prefix}-0{self.hexadecimal(16)}"

    def unique(self, prefix: str) -> str:
        """An identifier as IAM's: `AROA` and 17 letters."""
        return prefix + "".join(self._random.choices(_BASE32, k=17))

    def uuid(self) -> str:
        """A random UUID."""
        digits = self.hexadecimal(32)
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def binary(self, length: int) -> bytes:
        """Bytes."""
        return self._random.randbytes(length)

    def base64(self, length: int) -> str:
        """The base64 of so many bytes."""
        return b64encode(self.binary(length)).decode()

    def whole(self, low: int, high: int) -> int:
        """An integer, both ends included."""
        return self._random.randint(low, high)

    def number(self, low: float, high: float, digits: int = 15) -> float:
        """A number with so many digits after the point."""
        return round(self._random.uniform(low, high), digits)

    def one_of(self, choices: Sequence[T]) -> T:
        """One of them."""
        return self._random.choice(choices)

    def happens(self, probability: float) -> bool:
        """True so often."""
        return self._random.random() < probability

    def second(self) -> datetime:
        """A time of this year, without a fraction."""
        return SPRING + timedelta(seconds=self._random.randrange(20_000_000))

    def millisecond(self) -> datetime:
        """A time with milliseconds, never zero: `.000` is not what every format writes."""
        return self.second() + timedelta(milliseconds=self._random.randrange(1, 1000))

    def name(self, parts: int = 2) -> str:
        """Words with hyphens, and a number."""
        return "-".join(self._random.choices(_WORDS[:-1], k=parts)) + f"-{self._random.randrange(1000)}"

    def words(self, count: int) -> str:
        """A sentence."""
        return " ".join(self._random.choices(_WORDS, k=count)).capitalize() + "."

    def address(self) -> str:
        """A private IPv4 address."""
        return f"10.0.{self._random.randrange(256)}.{self._random.randrange(1, 255)}"

    def tags(self, count: int) -> list[dict[str, str]]:
        """Tags, the first of them the name."""
        names = ("Name", "Environment", "CostCenter", "Team", "aws:cloudformation:stack-name", "Backup", "Owner")
        return [{"Key": name, "Value": self.name(2 if name == "Name" else 1)} for name in names[:count]]


def arn(service: str, resource: str, region: str = REGION) -> str:
    """The name of a resource of the account."""
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"

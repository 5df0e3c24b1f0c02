"""The requests of a transfer: of the one that was given, what each other operation takes as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from botobind.errors import EncodeError
from botobind.io.faults import WrongClient

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.operations import Operation

__all__ = ["Requests", "alike", "given_of"]

_OF_BODY = frozenset({"body", "content_length", "content_md5"})
"""Members that say something of one body."""
_SUM = "checksum_"
_NO_SUMS = frozenset({"checksum_algorithm", "checksum_type", "checksum_mode"})


def given_of(value: Any) -> dict[str, Any]:
    """The members that a value has, by their names in Python."""
    return {name: found for name in value.MEMBERS if (found := getattr(value, name)) is not None}


def alike(cls: Any, members: Mapping[str, Any], **more: Any) -> Any:
    """A value of a class with those of some members that it has, and more."""
    return cls(**{**{name: found for name, found in members.items() if name in cls.MEMBERS}, **more})


class Requests:
    """Makes the requests of a transfer to a bucket in parts: `given` are the members of the caller's request."""

    def __init__(
        self, package: ModuleType, operations: Mapping[str, Operation[Any, Any, Any]], given: Mapping[str, Any]
    ) -> None:
        self._values: Any = package
        self._operations = operations
        sums = [name for name in given if name.startswith(_SUM) and name not in _NO_SUMS]
        self._given = dict(given)
        self._sum = sums[0] if sums else None
        self._of_parts = {name: found for name, found in given.items() if name not in {*sums, *_OF_BODY}}

    def input_of(self, operation: str) -> Any:
        """The class of an operation's input. Raises `WrongClient` where the package was made without the operation."""
        found = self._operations.get(operation)
        if found is None:
            raise WrongClient(f"{operation}: the package was generated without it, and transfers in parts take it")
        return cast("Any", found.input)

    def check(self, *operations: str) -> None:
        """Raises `WrongClient` where the package lacks one of them."""
        for name in operations:
            self.input_of(name)

    def create(self, algorithm: str | None, **more: Any) -> Any:
        """Begins an upload. The whole object has the checksum that the caller has given, if any; else its parts have
        them, of the algorithm that the caller has named, or of this one.
        """
        made = alike(self.input_of("CreateMultipartUpload"), self._of_parts, **more)
        if self._sum is not None:
            made.checksum_algorithm, made.checksum_type = self._algorithm, "FULL_OBJECT"
        elif made.checksum_algorithm is None:
            made.checksum_algorithm = algorithm
        return made

    @property
    def _algorithm(self) -> str:
        return self.input_of("PutObject").MEMBERS[self._sum].removeprefix("Checksum")  # type: ignore[no-any-return]

    def part(self, operation: str, upload_id: str, number: int, **more: Any) -> Any:
        """A part of an upload."""
        members = dict(self._of_parts)
        if self._sum is not None and operation == "UploadPart":
            members["checksum_algorithm"] = self._algorithm
        return alike(self.input_of(operation), {**members, **more}, upload_id=upload_id, part_number=number)

    def completed(self, number: int, result: Any) -> Any:
        """What a part is called in the end: by its tag and checksums."""
        return alike(self._values.CompletedPart, given_of(result), part_number=number)

    def complete(self, upload_id: str, parts: list[Any]) -> Any:
        """Ends an upload. Conditions of the caller's, and the checksum of the whole, are looked at then."""
        made = alike(
            self.input_of("CompleteMultipartUpload"),
            {name: found for name, found in self._given.items() if name not in _OF_BODY},
            upload_id=upload_id,
            multipart_upload=self._values.CompletedMultipartUpload(parts=parts),
        )
        if self._sum is not None:
            made.checksum_type = "FULL_OBJECT"
        return made

    def abort(self, upload_id: str) -> Any:
        """Gives an upload up."""
        return alike(self.input_of("AbortMultipartUpload"), self._of_parts, upload_id=upload_id)


def check_given(given: Mapping[str, Any], operation: str, *excluded: str) -> None:
    """Raises `EncodeError` for members that transfers cannot take."""
    found = sorted(given.keys() & {*excluded})
    if found:
        raise EncodeError(f"{operation}: a transfer takes no {', '.join(found)}")

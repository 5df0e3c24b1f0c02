"""Clients of botocore's for a generated package, made by a session: without `service-2.json`, which takes most of the
time that boto3 needs for a client.

The session stays as it is. botocore makes the client: its credentials, endpoints, retries and handlers are those of
any other client of the session.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from inspect import iscoroutinefunction
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import msgspec
from botocore import xform_name
from botocore.exceptions import DataNotFoundError
from botocore.loaders import JSONFileLoader
from botocore.regions import EndpointResolver
from botocore.session import Session

from botobind.cached import cached_property
from botobind.io.faults import WrongClient
from botobind.io.models import LazyOperations, model_of
from botobind.io.translating import raise_ours

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.operations import OperationTable

_RESOLVER = "endpoint_resolver"


class FastFiles(JSONFileLoader):  # type: ignore[misc] # botocore has no types
    """Reads botocore's files by msgspec. Members stay in their order, in plain dicts."""

    def _load_file(self, full_path: str, open_method: Any) -> Any:
        try:
            with open_method(full_path, "rb") as file:
                return msgspec.json.decode(file.read())
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None


class PackageLoader:
    """A session's loader, which has one service from a package. It reads botocore's data by `FastFiles`, and each file
    once in a session.
    """

    def __init__(self, loader: Any, package: ModuleType) -> None:
        self._loader = loader
        self._package = package
        # Others are a program's own.
        self._files = FastFiles() if type(loader.file_loader) is JSONFileLoader else loader.file_loader
        self._found = _found_by_loader.setdefault(loader, {})

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        """See botocore's `Loader`."""
        package: Any = self._package
        version = package.api_version
        if service_name == package.service and version and api_version in (None, version):
            if type_name == "service-2":
                if _has_all(package):
                    return model_of(package)
                return self._loader.load_service_model(service_name, type_name, api_version)
            try:
                # Without a look into the folders of all services.
                return self.load_data(str(PurePosixPath(service_name, version, type_name)))
            except DataNotFoundError:
                pass
        return self._loader.load_service_model(service_name, type_name, api_version)

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """See botocore's `Loader`."""
        if name not in self._found:
            for path in self._loader._potential_locations(name):  # noqa: SLF001 - a seam: tests/clients/test_seams.py
                found = self._files.load_file(path)
                if found is not None:
                    self._found[name] = found, path
                    break
            else:
                raise DataNotFoundError(data_path=name)
        return self._found[name]

    def load_data(self, name: str) -> Any:
        """See botocore's `Loader`."""
        found, _ = self.load_data_with_path(name)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


_found_by_loader: WeakKeyDictionary[Any, dict[str, tuple[Any, str]]] = WeakKeyDictionary()


CALLED_BY_BOTOCORE = {"s3": frozenset({"CreateSession", "HeadBucket"})}
"""The operations that botocore's handlers call, beside those that discover endpoints."""


def _called(package: Any) -> Iterator[str]:
    """The operations that others call on a client for a package."""
    yield from CALLED_BY_BOTOCORE.get(package.service, ())
    yield from package.metadata.get("endpointDiscovery", ())


def _has_all(package: Any) -> bool:
    """Whether a package has what botocore needs of the model: one of a few operations may not have those that
    botocore calls, and with one of boto3's dicts alone botocore writes and reads by the model.
    """
    operations = package.endpoints.OPERATIONS
    return all(name in operations for name in _called(package)) and all(
        operations[name].protocols for name in islice(operations, 1)
    )


class LazyMethods:
    """The methods of botocore's clients, each made when botocore or a handler of its asks for it."""

    _PY_TO_OP_NAME: Mapping[str, str]

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            operation = self._PY_TO_OP_NAME.get(name)
            if operation is not None:
                return lambda **members: self._make_api_call(operation, members)
        return super().__getattr__(name)  # type: ignore[misc] # that of botocore's clients


class LazyNames(Mapping[str, str]):
    """The operations' names in the API by those of botocore's methods. None is loaded for them."""

    def __init__(self, table: OperationTable) -> None:
        self._table = table

    def __getitem__(self, name: str) -> str:
        # Ours are nearly always botocore's.
        found = self._table.name_of(name) if isinstance(name, str) else None
        return found if found is not None and xform_name(found) == name else self._all[name]

    @cached_property
    def _all(self) -> dict[str, str]:
        return {xform_name(name): name for name in self._table}

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._table)


def client_of(session: Any, package: ModuleType, as_boto3: dict[str, Any]) -> Any:
    """A client of botocore's for the service of a package, by a session of boto3's or botocore's; without one by a new
    one. `as_boto3` is what `session.client` takes.

    Raises `WrongClient` for what is no such session, `CredentialsMissing` and `EndpointUnknown`.
    """
    below = Session() if session is None else session_below(session, is_async=False)
    try:
        client = view_of(below, package).create_client(package.service, **as_boto3)
    except Exception as error:  # noqa: BLE001 - what is not of the transport's is raised as it is
        raise_ours(error, None)
    have_methods(client)
    return client


def have_methods(client: Any) -> None:
    """Gives a client the methods of all operations, where botocore has met none in the model."""
    description = client.meta.service_model._service_description  # noqa: SLF001 - a seam
    operations = description["operations"]
    if isinstance(operations, LazyOperations):
        cls = type(client)
        names = LazyNames(operations.table)
        client.__class__ = type(cls.__name__, (LazyMethods, cls), {"_PY_TO_OP_NAME": names})
        client.meta._method_to_api_mapping = names  # noqa: SLF001 - a seam


def session_below(session: Any, *, is_async: bool) -> Any:
    """The session of botocore's, or of aiobotocore's. Raises `WrongClient`."""
    found = getattr(session, "_session", session)  # a seam: boto3's have it there
    if not isinstance(found, Session):
        whose = "aiobotocore's" if is_async else "boto3's or botocore's"
        raise WrongClient(f"expected a session of {whose}, got {type(session).__name__}")
    if iscoroutinefunction(type(found).get_credentials) is not is_async:
        raise WrongClient("the session is not asynchronous" if is_async else "the session is asynchronous")
    return found


def view_of(session: Any, package: ModuleType) -> Any:
    """A session with all that this one has and will have, but for its loader, which has a service from a package."""
    loader = PackageLoader(session.get_component("data_loader"), package)

    class View(type(session)):  # type: ignore[misc] # a program's own, perhaps
        def get_component(self, name: str) -> Any:
            return loader if name == "data_loader" else super().get_component(name)

        def _get_internal_component(self, name: str) -> Any:
            if name == _RESOLVER and name in self._internal_components._deferred:  # noqa: SLF001 - a seam
                found, path = loader.load_data_with_path("endpoints")
                resolver = EndpointResolver(found, uses_builtin_data=loader.is_builtin_path(path))
                self._internal_components.register_component(name, resolver)
            return super()._get_internal_component(name)

    view = object.__new__(View)
    view.__dict__ = session.__dict__
    return view

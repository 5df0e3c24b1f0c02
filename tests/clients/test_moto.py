"""Stories told by moto's server, over loopback: by clients that ride on boto3's or aiobotocore's, where it is, and by
those that send requests themselves.

Every run has a sample; `nox -s io` has all services, and `nox -s io_async` those that are awaited.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.config import Config
from clients.stories import OF_COMMITTED, OF_OTHERS, Story, play, play_async
from support.moto_server import moto_server
from support.temporary import generated

from botobind.io.engine.data import Credentials
from botobind.io.engine.settings import Settings
from botobind.io.options import EngineOptions
from botobind_codegen.pipeline import GenerateOptions

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "us-east-1"}
NOT_HERE = "aiobotocore is in the environment of nox -s io_async alone"
awaited = pytest.mark.skipif(find_spec("aiobotocore") is None, reason=NOT_HERE)


@pytest.fixture
def url() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture
def others(tmp_path: Path) -> Iterator[Any]:
    made = []

    def package(service: str) -> ModuleType:
        made.append(generated(service, GenerateOptions(OF_OTHERS[service][1]), tmp_path / service))
        return made[-1].__enter__()

    yield package
    for each in made:
        each.__exit__(None, None, None)


def tell(package: Any, url: str, story: Any) -> None:
    """A story with a client that rides on boto3's."""
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    below = boto3.client(package.service, **KEYS, endpoint_url=url, config=config)
    with package.io.Client(below) as client:
        play(story(package, client))
    below.close()


def tell_async(package: Any, url: str, story: Any) -> None:
    """A story with one that rides on aiobotocore's."""
    session = importlib.import_module("aiobotocore.session").get_session()
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})

    async def run() -> None:
        async with session.create_client(package.service, **KEYS, endpoint_url=url, config=config) as below:
            told: Story = story(package, package.io.AsyncClient(below))
            await play_async(told)

    asyncio.run(run())


def tell_alone(package: Any, url: str, story: Any, *, is_async: bool) -> None:
    """A story with a client that sends requests itself."""
    keys = Credentials(access_key="AKID", secret_key="SECRET")
    settings = Settings(region="us-east-1", addressing_style="path", max_attempts=1)
    options: EngineOptions = {"settings": settings, "credentials": keys, "endpoint_url": url}
    if not is_async:
        with package.io.Client(**options) as client:
            play(story(package, client))
        return

    async def run() -> None:
        async with package.io.AsyncClient(**options) as client:
            await play_async(story(package, client))

    asyncio.run(run())


def committed(name: str) -> Any:
    return importlib.import_module(f"botobind_services.{name}")


@pytest.mark.parametrize("name", ["dynamodb", "s3"])
def test_a_story(name: str, url: str) -> None:
    tell(committed(name), url, OF_COMMITTED[name])


@pytest.mark.differential
@pytest.mark.parametrize("name", OF_COMMITTED.keys() - {"dynamodb", "s3"})
def test_stories_of_committed_services(name: str, url: str) -> None:
    tell(committed(name), url, OF_COMMITTED[name])


@pytest.mark.differential
@pytest.mark.parametrize("service", OF_OTHERS)
def test_stories_of_others(service: str, url: str, others: Any) -> None:
    tell(others(service), url, OF_OTHERS[service][0])


alone = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


@alone
@pytest.mark.parametrize("name", ["dynamodb", "s3"])
def test_a_story_without_botocore(name: str, url: str, is_async: bool) -> None:  # noqa: FBT001 - of a table
    tell_alone(committed(name), url, OF_COMMITTED[name], is_async=is_async)


@pytest.mark.differential
@alone
@pytest.mark.parametrize("name", OF_COMMITTED.keys() - {"dynamodb", "s3"})
def test_stories_of_committed_services_without_botocore(name: str, url: str, is_async: bool) -> None:  # noqa: FBT001 - of a table
    tell_alone(committed(name), url, OF_COMMITTED[name], is_async=is_async)


@pytest.mark.differential
@alone
@pytest.mark.parametrize("service", OF_OTHERS)
def test_stories_of_others_without_botocore(service: str, url: str, is_async: bool, others: Any) -> None:  # noqa: FBT001 - of a table
    tell_alone(others(service), url, OF_OTHERS[service][0], is_async=is_async)


@awaited
@pytest.mark.parametrize("name", OF_COMMITTED)
def test_awaited_stories_of_committed_services(name: str, url: str) -> None:
    tell_async(committed(name), url, OF_COMMITTED[name])


@awaited
@pytest.mark.parametrize("service", OF_OTHERS)
def test_awaited_stories_of_others(service: str, url: str, others: Any) -> None:
    tell_async(others(service), url, OF_OTHERS[service][0])

"""Each setting beside botocore's: what is given, the environment, files and defaults, in the same order."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.loaders
import botocore.session
import pytest
import settings_page
from attrs import evolve
from botocore.config import Config

from botobind import attributes
from botobind.io import SettingWrong
from botobind.io.engine.rule_inputs import GLOBAL_SERVICES
from botobind.io.engine.settings import ROWS, Settings, mode_defaults
from botobind.io.engine.transports import TransportOptions

LOADER = botocore.loaders.create_loader()
GIVEN_ALONE = {
    "client_cert",
    "connect_timeout",
    "max_connections",
    "proxies",
    "read_timeout",
    "user_agent_extra",
    "verify",
}
"""What no variable and no file has, here and there."""

OURS_ALONE = {"AWS_ENABLE_ENDPOINT_DISCOVERY"}
"""Variables that botocore does not read, and other programs of AWS's do."""


def flags(name: str) -> tuple[str, str, str, Any]:
    return name, "true", "False", bool


def texts(name: str, first: str, second: str, default: Any = None) -> tuple[str, str, str, Any]:
    return name, first, second, lambda value: default if value is None else value


def lists(name: str) -> tuple[str, str, str, Any]:
    return name, "a,b", "c", lambda value: tuple(value.split(",")) if value else ()


def of_s3(name: str, *, default: Any) -> Any:
    return lambda value: (value or {}).get(name, default)


TABLE: dict[str, tuple[str, str, str, Callable[[Any], Any]]] = {
    "account_id_endpoint_mode": texts("account_id_endpoint_mode", "disabled", "required"),
    "addressing_style": ("s3", "path", "virtual", of_s3("addressing_style", default="auto")),
    "app_id": texts("user_agent_appid", "one", "other"),
    "auth_scheme_preference": lists("auth_scheme_preference"),
    "ca_bundle": texts("ca_bundle", "/a.pem", "/b.pem"),
    "defaults_mode": texts("defaults_mode", "mobile", "standard"),
    "disable_host_prefix_injection": flags("disable_host_prefix_injection"),
    "disable_multiregion_access_points": (
        "s3",
        "true",
        "false",
        of_s3("s3_disable_multiregion_access_points", default=False),
    ),
    "disable_request_compression": flags("disable_request_compression"),
    "disable_s3_express_session_auth": (
        "s3_disable_express_session_auth",
        "true",
        "false",
        lambda value: value == "true",
    ),
    "endpoint_discovery_enabled": texts("endpoint_discovery_enabled", "true", "false"),
    "ignore_configured_endpoint_urls": flags("ignore_configured_endpoint_urls"),
    "max_attempts": texts("max_attempts", "7", "9", 3),
    "payload_signing": ("s3", "true", "false", of_s3("payload_signing_enabled", default=None)),
    "region": texts("region", "eu-west-1", "us-west-2"),
    "request_checksum_calculation": texts("request_checksum_calculation", "when_required", "when_supported"),
    "request_min_compression_size": ("request_min_compression_size_bytes", "1", "1048576", int),
    "response_checksum_validation": texts("response_checksum_validation", "when_required", "when_supported"),
    "retry_mode": texts("retry_mode", "adaptive", "standard"),
    "sigv4a_region_set": lists("sigv4a_signing_region_set"),
    "sts_regional_endpoints": texts("sts_regional_endpoints", "legacy", "regional"),
    "tcp_keepalive": flags("tcp_keepalive"),
    "us_east_1_regional": ("s3", "regional", "legacy", of_s3("us_east_1_regional_endpoint", default="legacy")),
    "use_accelerate": ("s3", "false", "true", of_s3("use_accelerate_endpoint", default=False)),
    "use_arn_region": ("s3", "true", "false", of_s3("use_arn_region", default=None)),
    "use_dualstack": flags("use_dualstack_endpoint"),
    "use_fips": flags("use_fips_endpoint"),
}
"""By our name botocore's, two values as texts, and what is ours of botocore's value."""


@pytest.fixture(autouse=True)
def _no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [each for each in os.environ if each.startswith(("AWS_", "BOTOCORE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))  # for an environment without the files' names
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def write(tmp_path: Path, text: str, name: str = "config") -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")


def theirs(profile: str | None = None) -> Any:
    session = botocore.session.Session(profile=profile)
    session.register_component("data_loader", LOADER)
    return session


def lines_of(name: str, value: str) -> Iterator[str]:
    for key in ROWS[name].keys:
        section, _, inner = key.rpartition(".")
        yield f"{section} =\n  {inner} = {value}\n" if section else f"{inner} = {value}\n"


def test_all_settings_are_compared() -> None:
    assert set(ROWS) == set(TABLE) | GIVEN_ALONE | {"endpoint_url"}
    assert {name for name, row in ROWS.items() if not (row.variables or row.keys)} == GIVEN_ALONE


@pytest.mark.pinned
@pytest.mark.parametrize("name", TABLE)
def test_precedence(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    their_name, first, second, ours_of = TABLE[name]
    row = ROWS[name]
    found = [getattr(Settings.of("Lambda"), name)]
    wanted = [ours_of(theirs().get_config_variable(their_name))]
    assert found[0] == row.default
    for line in lines_of(name, second):
        for title, file in (("default", "config"), ("profile named", "config"), ("named", "credentials")):
            write(tmp_path, f"[{title}]\n{line}", file)
            profile = None if title == "default" else "named"
            found.append(getattr(Settings.of("Lambda", profile=profile), name))
            wanted.append(ours_of(theirs(profile).get_config_variable(their_name)))
            for variable in set(row.variables) - OURS_ALONE:
                monkeypatch.setenv(variable, first)
                found.append(getattr(Settings.of("Lambda", profile=profile), name))
                wanted.append(ours_of(theirs(profile).get_config_variable(their_name)))
                monkeypatch.delenv(variable)
            (tmp_path / file).unlink()
    assert found == wanted
    assert len(set(map(str, found))) > 1, "the values are told apart"
    for variable in row.variables:
        monkeypatch.setenv(variable, first)
    assert getattr(Settings.of("Lambda", **{name: second}), name) == row.value_of(second, "")
    assert (
        getattr(Settings.of("Lambda", **{name: None}), name) == row.value_of(first if row.variables else second, "")
        or not row.variables
    )


FILE = """
[default]
endpoint_url = http://all.files
services = these
[profile other]
region = eu-west-1
[services these]
s3_control =
  endpoint_url = http://service.files
sts =
  other = x
"""


@pytest.mark.parametrize("ignores", [{}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}], ids=["", "ignores"])
@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"AWS_ENDPOINT_URL": "http://all.variables"},
        {"AWS_ENDPOINT_URL_S3_CONTROL": "http://service.variables"},
        {"AWS_ENDPOINT_URL_STS": "http://sts.variables", "AWS_ENDPOINT_URL": "http://all.variables"},
        {"AWS_ENDPOINT_URL": ""},
        {"AWS_PROFILE": "other"},
    ],
    ids=str,
)
@pytest.mark.parametrize(("service", "their_service"), [("S3 Control", "s3control"), ("STS", "sts")])
def test_endpoints(
    service: str,
    their_service: str,
    environ: dict[str, str],
    ignores: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path, FILE)
    for name, value in (environ | ignores).items():
        monkeypatch.setenv(name, value)
    session = theirs()
    store = session.get_component("config_store")
    session._add_configured_endpoint_provider(their_service, store)
    wanted = None if ignores else store.get_config_variable("endpoint_url")
    assert Settings.of(service).endpoint_url == wanted
    assert Settings.of(service, endpoint_url="http://given").endpoint_url == "http://given"


CLIENTS: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, str], str]] = [
    # service, what is given to us, what is given to botocore, variables, and what the file says
    ("S3", {}, {}, {}, ""),
    ("S3", {"region": "us-east-1"}, {"region_name": "us-east-1"}, {}, ""),
    ("S3", {}, {}, {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "regional"}, ""),
    ("S3", {"region": "us-east-1"}, {"region_name": "us-east-1"}, {"AWS_DEFAULTS_MODE": "standard"}, ""),
    ("S3", {"region": "eu-west-1"}, {"region_name": "eu-west-1"}, {}, "s3 =\n  addressing_style = path\n"),
    ("S3", {"addressing_style": "virtual"}, {"config": Config(s3={"addressing_style": "virtual"})}, {}, ""),
    ("S3", {}, {}, {"AWS_ENDPOINT_URL": "http://localhost:1"}, "region = eu-west-1\n"),
    ("S3", {}, {}, {"AWS_ENDPOINT_URL": "http://localhost:1", "AWS_USE_FIPS_ENDPOINT": "true"}, "region = eu-west-1\n"),
    ("S3", {}, {}, {"AWS_ENDPOINT_URL_S3": "http://localhost:1"}, "s3 =\n  addressing_style = virtual\n"),
    ("S3", {}, {}, {"AWS_ENDPOINT_URL": "https://s3-accelerate.dualstack.amazonaws.com"}, ""),
    ("S3", {}, {}, {"AWS_ENDPOINT_URL": "https://s3-accelerate.other.amazonaws.com"}, ""),
    ("S3", {"use_accelerate": True}, {"config": Config(s3={"use_accelerate_endpoint": True})}, {}, ""),
    ("S3", {"region": "eu-west-1"}, {"region_name": "eu-west-1"}, {"AWS_USE_DUALSTACK_ENDPOINT": "true"}, ""),
    (
        "S3",
        {},
        {},
        {"AWS_USE_DUALSTACK_ENDPOINT": "false"},
        "s3 =\n  use_dualstack_endpoint = true\nregion = eu-west-1\n",
    ),
    ("S3", {}, {}, {"AWS_S3_USE_ARN_REGION": "false"}, "s3_use_arn_region = true\n"),
    ("S3", {}, {}, {"AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS": "true"}, ""),
    ("S3", {}, {}, {"AWS_S3_DISABLE_EXPRESS_SESSION_AUTH": "True"}, ""),
    ("S3 Control", {"region": "eu-west-1"}, {"region_name": "eu-west-1"}, {"AWS_S3_USE_ARN_REGION": "true"}, ""),
    ("STS", {}, {}, {}, ""),
    ("STS", {"region": "eu-west-1"}, {"region_name": "eu-west-1"}, {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}, ""),
    ("STS", {"region": "eu-south-1"}, {"region_name": "eu-south-1"}, {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}, ""),
    ("STS", {"region": "us-gov-west-1"}, {"region_name": "us-gov-west-1"}, {"AWS_USE_FIPS_ENDPOINT": "TRUE"}, ""),
    ("STS", {"region": "fips-us-west-2"}, {"region_name": "fips-us-west-2"}, {}, ""),
    ("STS", {"region": "eu-west-1"}, {"region_name": "eu-west-1"}, {"AWS_ACCOUNT_ID_ENDPOINT_MODE": "required"}, ""),
]


@pytest.mark.pinned
@pytest.mark.parametrize(("service", "ours", "given", "environ", "lines"), CLIENTS)
def test_what_rule_sets_ask_for(
    service: str,
    ours: dict[str, Any],
    given: dict[str, Any],
    environ: dict[str, str],
    lines: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path, f"[default]\n{lines}")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    client = theirs().create_client(service.lower().replace(" ", ""), **given)
    wanted = {
        name.value: value
        for name, value in client._ruleset_resolver._builtins.items()
        if value is not None and name.value != "AWS::Auth::AccountId"
    }
    settings = Settings.of(service, **ours)
    found = settings.builtins()
    if service != "S3" and settings.us_east_1_regional == "legacy":
        # botocore asks whether the region is none, which only S3's rule set minds.
        wanted.pop("AWS::S3::UseGlobalEndpoint")
        found.pop("AWS::S3::UseGlobalEndpoint")
    assert found == wanted
    config = client.meta.config
    assert settings.retry_mode == config.retries["mode"]
    assert settings.connect_timeout == config.connect_timeout


def test_services_without_a_region() -> None:
    partition = LOADER.load_data("endpoints")["partitions"][0]["services"]
    prefixes = {name for name, service in partition.items() if "partitionEndpoint" in service}
    assert len(prefixes) == len(GLOBAL_SERVICES)
    for prefix in ("iam", "sts", "s3", "ce", "route53"):
        metadata = LOADER.load_service_model(prefix, "service-2")["metadata"]
        assert metadata["endpointPrefix"] in prefixes
        assert metadata["serviceId"] in GLOBAL_SERVICES
    assert Settings.of("IAM").builtins()["AWS::Region"] == "aws-global"
    assert "AWS::Region" not in Settings.of("DynamoDB").builtins()


@pytest.mark.parametrize("mode", ["legacy", "standard", "in-region", "cross-region", "mobile", "auto"])
def test_modes_of_defaults(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EXECUTION_ENV", "AWS_Lambda")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    for region in ("eu-west-1", "us-west-2"):
        client = theirs().create_client("sts", region_name=region, config=Config(defaults_mode=mode))
        settings = Settings.of("STS", region=region, defaults_mode=mode)
        assert settings.connect_timeout == (client.meta.config.connect_timeout or 60)
        assert Settings.of("STS", defaults_mode=mode, connect_timeout=7).connect_timeout == 7
    assert mode_defaults("auto", "eu-west-1", {})["connect_timeout"] == 3.1


def test_how_often_services_are_tried() -> None:
    found = {name: Settings.of(name).max_attempts for name in ("DynamoDB", "DynamoDB Streams", "SQS")}
    assert found == {"DynamoDB": 4, "DynamoDB Streams": 4, "SQS": 3}
    assert Settings.of("DynamoDB", environ={"AWS_MAX_ATTEMPTS": "2"}).max_attempts == 2


FAULTS: list[tuple[dict[str, Any], dict[str, str], str, str]] = [
    (
        {"region": "eu_west"},
        {},
        "",
        r"region: expected the name of a region, such as eu-west-1, got 'eu_west' \(as given\)",
    ),
    ({}, {"AWS_DEFAULT_REGION": "a b"}, "", r"got 'a b' \(variable AWS_DEFAULT_REGION\)"),
    ({}, {}, "[default]\nregion = -x\n", r"got '-x' \(region in profile 'default' of .*config\)"),
    ({}, {"AWS_USE_FIPS_ENDPOINT": "yes"}, "", "use_fips: expected true or false, got 'yes'"),
    ({}, {"AWS_MAX_ATTEMPTS": "0"}, "", "expected a whole number from 1 on, got '0'"),
    ({"max_attempts": 1.5}, {}, "", "expected a whole number from 1 on, got 1.5"),
    ({"max_attempts": True}, {}, "", "got True"),
    ({}, {"AWS_RETRY_MODE": "eager"}, "", "retry_mode: expected standard or adaptive, got 'eager'"),
    ({}, {"AWS_DEFAULTS_MODE": "x"}, "", "expected legacy, standard, in-region, cross-region, mobile or auto"),
    ({}, {}, "[default]\nrequest_min_compression_size_bytes = 1048577\n", "a whole number from 1 to 1048576"),
    ({}, {}, "[default]\ns3 =\n  addressing_style = up\n", r"got 'up' \(s3.addressing_style in profile 'default'"),
    ({"connect_timeout": 0}, {}, "", "connect_timeout: expected a number of seconds above 0, got 0"),
    ({"read_timeout": "5"}, {}, "", "read_timeout: expected a number of seconds"),
    ({"verify": "/a.pem"}, {}, "", "verify: expected true or false"),
    ({"endpoint_url": "localhost:4566"}, {}, "", r"a URL by http or https, .* \(as given\)"),
    ({}, {"AWS_ENDPOINT_URL_S3": "ftp://x"}, "", r"\(variable AWS_ENDPOINT_URL_S3\)"),
    ({}, {"AWS_ENDPOINT_URL": "http://user:SECRET@host"}, "", r"without user.*\(variable AWS_ENDPOINT_URL\)"),
    (
        {},
        {},
        "[default]\nservices = a\n[services a]\ns3 =\n  endpoint_url = x\n",
        r"endpoint_url in s3 of the services of",
    ),
    ({}, {}, "[default]\nservices = nowhere\n", r"names a section that is not there: \[services nowhere\]"),
    ({"proxies": {"https": 5}}, {}, "", "proxies: expected a mapping"),
    ({"client_cert": ("a",)}, {}, "", "client_cert: expected the path"),
    ({"profile": "nowhere"}, {}, "", "there is no profile 'nowhere' in .*config or .*credentials"),
    ({}, {"AWS_PROFILE": "nowhere"}, "", "there is no profile 'nowhere'"),
    ({"regions": "x"}, {}, "", "there is no setting 'regions'. Did you mean 'region'?"),
    (
        {},
        {},
        "[default]\nregion = -x\n",
        "profile 'default' of [^ ]*config\\)$",
    ),
    ({}, {}, "[default\nSECRET", "config cannot be read"),
    ({}, {}, "[default]\nSECRET\n", "config cannot be read, line 2: ParsingError"),
    ({}, {}, "[default]\na = 1\na = SECRET\n", "config cannot be read, line 3: DuplicateOptionError"),
    ({}, {}, "[default]\ns3 =\n  SECRET\n", "config cannot be read: ValueError"),
]


@pytest.mark.parametrize(("given", "environ", "file", "text"), FAULTS)
def test_faults(given: dict[str, Any], environ: dict[str, str], file: str, text: str, tmp_path: Path) -> None:
    write(tmp_path, file)
    places = {"AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials")}
    with pytest.raises(SettingWrong, match=text) as caught:
        Settings.of("S3", environ={**places, **environ}, **given)
    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_section_of_services_that_is_nowhere_hinders_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, "[default]\nservices = nowhere\n")
    environ = {"AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_ENDPOINT_URL": "http://here"}
    assert Settings.of("S3", environ=environ).endpoint_url == "http://here"
    del environ["AWS_ENDPOINT_URL"]
    assert Settings.of("S3", environ=environ, endpoint_url="http://given").endpoint_url == "http://given"


@pytest.mark.parametrize(
    "environ",
    [
        {"AWS_ENDPOINT_URL": "wrong", "AWS_ENDPOINT_URL_S3": "http://here"},
        {"AWS_ENDPOINT_URL": "wrong", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
    ],
)
def test_what_does_not_count_is_not_read(environ: dict[str, str]) -> None:
    assert Settings.of("S3", environ=environ).endpoint_url in {"http://here", None}
    assert Settings.of("S3", environ={"AWS_MAX_ATTEMPTS": "wrong"}, max_attempts=2).max_attempts == 2


def test_what_is_given_to_the_class() -> None:
    assert Settings(region="eu-west-1", max_attempts="5").max_attempts == 5
    same = Settings(sigv4a_region_set="a,b", region="x")
    assert attributes.evolve(Settings(sigv4a_region_set="a,b"), region="x") == same == attributes.evolve(same)
    with pytest.raises(SettingWrong):
        attributes.evolve(same, region="no region")
    assert evolve(Settings(sigv4a_region_set="a,b"), region="x").sigv4a_region_set == ("a", "b")
    assert Settings(retry_mode="legacy").retry_mode == "standard"
    with pytest.raises(SettingWrong, match="retry_mode"):
        Settings(retry_mode="no")
    proxies = {"https": "http://u:SECRET@proxy"}
    assert "SECRET" not in repr([Settings(proxies=proxies), TransportOptions(proxies=proxies)])


def test_regions_by_other_names(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "botobind.io"):
        settings = Settings.of("STS", environ={"AWS_DEFAULT_REGION": "us-gov-west-1-fips"})
    assert (settings.region, settings.use_fips) == ("us-gov-west-1", True)
    assert "stands for us-gov-west-1 with use_fips" in caplog.text


def test_the_page_of_settings() -> None:
    page = Path(__file__).parents[3] / "docs" / "settings.md"
    assert page.read_text(encoding="utf-8") == settings_page.page(), "python tools/settings_page.py writes it"

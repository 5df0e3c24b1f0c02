"""What `tools/release.py` makes of version and changelog, and when it refuses to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import release

ROOT = Path(__file__).parents[2]
MODULE = '"""Doc."""\n\n__version__ = "1.2.0"\n'
CHANGELOG = "# Changelog\n\n## Unreleased\n\n- New.\n\n## 1.2.0 (2026-01-01)\n\n- Old.\n"


@pytest.mark.parametrize("version", ["1.2.1", "1.3.0", "2.0.0", "1.3.0rc1", "1.10.0"])
def test_a_later_version_is_stated(version: str) -> None:
    assert release.version_of(release.with_version(MODULE, version)) == version


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("1.2.0", "1.2.0 is not later than 1.2.0"),
        ("1.2.0rc1", "1.2.0rc1 is not later than 1.2.0"),
        ("0.9", "0.9 is not later than 1.2.0"),
        ("v1.3.0", "'v1.3.0' is to be spelt '1.3.0'"),
        ("1.3.0-rc1", "'1.3.0-rc1' is to be spelt '1.3.0rc1'"),
        ("next", "'next' is no version"),
        ("--tag", "'--tag' is no version"),
    ],
)
def test_other_versions_are_refused(version: str, reason: str) -> None:
    with pytest.raises(release.ReleaseError) as refusal:
        release.with_version(MODULE, version)
    assert str(refusal.value) == reason


def test_unreleased_changes_become_those_of_the_version() -> None:
    released = release.with_section(CHANGELOG, "1.3.0", date(2026, 2, 3))
    assert released == CHANGELOG.replace("Unreleased\n\n- New", "Unreleased\n\n## 1.3.0 (2026-02-03)\n\n- New")


@pytest.mark.parametrize(
    ("changelog", "reason"),
    [
        ("# Changelog\n", "CHANGELOG.md has no section of unreleased changes"),
        (CHANGELOG.replace("- New.\n", ""), "CHANGELOG.md has no unreleased changes"),
    ],
)
def test_nothing_to_release(changelog: str, reason: str) -> None:
    with pytest.raises(release.ReleaseError) as refusal:
        release.with_section(changelog, "1.3.0", date(2026, 2, 3))
    assert str(refusal.value) == reason


def test_the_project_can_be_released() -> None:
    text = (ROOT / release.VERSION_FILE).read_text(encoding="utf-8")
    assert release.with_version(text, "999.0.0") != text
    assert release.with_section((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), "999.0.0", date(2026, 1, 1))
    assert (ROOT / release.TESTS_OF_WHEEL).exists()

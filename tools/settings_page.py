"""Writes the page of the documentation that has the table of settings: `python tools/settings_page.py`."""

from __future__ import annotations

from pathlib import Path

from botobind.io.engine.settings import ROWS

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"

_HEAD = """# Settings of clients

What a client of our own engine does is set in one of four places. The first that has a value counts:

1. what is given to the client, or to `Settings.of`, by the names in the table,
2. variables of the environment,
3. the profile in the files `~/.aws/credentials` and `~/.aws/config`, or wherever `AWS_SHARED_CREDENTIALS_FILE` and
   `AWS_CONFIG_FILE` say; it is the one that is given as `profile`, or that `AWS_DEFAULT_PROFILE` or `AWS_PROFILE`
   names, or else `default`,
4. the default.

That is botocore's order, and the names of variables and in files are botocore's. A test compares each row with what
botocore makes of it. A dot stands for a section within the profile, such as that of S3. Here is a file
`work.ini`:

```ini
[profile work]
region = eu-west-1
services = mine
s3 =
  addressing_style = path

[services mine]
dynamodb =
  endpoint_url = http://localhost:8000
```

`Settings.of` tells what comes of it for a service, by its id:

```python
from botobind.io.engine.settings import Settings

environ = {"AWS_CONFIG_FILE": "work.ini", "AWS_MAX_ATTEMPTS": "5"}
settings = Settings.of("DynamoDB", profile="work", environ=environ, use_fips=True)
print(settings.region, settings.endpoint_url, settings.max_attempts, settings.use_fips)
```

```text
eu-west-1 http://localhost:8000 5 True
```

"""

_TAIL = """
Three things are stricter than botocore's: a value that a setting cannot have is a `SettingWrong` that says where it
is, while botocore takes `yes` for false; an empty variable counts as none; and `legacy` retries are `standard` ones,
which followed them. The region is in `AWS_DEFAULT_REGION`, as for boto3: `AWS_REGION` is what AWS's other SDKs read.
`auto` of `defaults_mode` looks at the environment alone, and does not ask the machine that it runs on.

Keys and tokens to sign with are no settings: [credentials](credentials.md) come from the same files and others.

This page is written by `tools/settings_page.py` of `runtime/botobind/io/engine/settings.py`.
"""


def page() -> str:
    """The page as Markdown."""
    lines = ["| setting | variables | in files | default | it says |", "| --- | --- | --- | --- | --- |"]
    for name, row in ROWS.items():
        variables, keys = (" ".join(f"`{each}`" for each in places) for places in (row.variables, row.keys))
        default = "" if row.default in {None, ()} else f"`{str(row.default).lower()}`"
        lines.append(f"| `{name}` | {variables} | {keys} | {default} | {row.note} |")
    return "\n".join([_HEAD + lines[0], *lines[1:], _TAIL])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

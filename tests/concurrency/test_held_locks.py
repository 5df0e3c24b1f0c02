"""A child can use what another thread had locked when it was forked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import os, signal, sys, threading
{imports}

held, done = threading.Event(), threading.Event()

def pause():
    held.set()
    done.wait()

{made}

def hold():
    {hold}

thread = threading.Thread(target=hold)
thread.start()
held.wait()
child = os.fork()
if not child:
    signal.alarm(10)
    {use}
    os._exit(0)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
done.set()
thread.join()
sys.exit(code != 0)
"""

ITS_LOCK = "with owner._lock: pause()"
RETRIES = "from botobind.io.engine.retries import Quota, Retries"
TRANSPORT = """
from botobind.io.engine.transports import TransportOptions
from botobind.io.engine.urllib3_transport import Urllib3Transport
owner = Urllib3Transport(TransportOptions(proxies={}))
"""
KEYS = """
from botobind.io import Credentials
from botobind.io.engine.refreshing import Refreshed
owner = Refreshed(lambda: Credentials(access_key="AKID", secret_key="SECRET"))
"""
BOTOCORE = """
from contextlib import suppress
from botocore.credentials import DeferredRefreshableCredentials
from botocore.tokens import DeferredRefreshableToken
from botobind.io import CredentialsMissing
from botobind.io.engine.botocore_credentials import Source, TokenSource
from botobind.io.engine.settings import Settings
os.environ |= dict(AWS_ACCESS_KEY_ID="AKID", AWS_SECRET_ACCESS_KEY="SECRET")
settings = Settings(region="eu-west-1")
"""
REGIONS = """
from botobind.io.engine import connecting
from botobind.io.engine.settings import Settings
from botobind_services import sts
owner = connecting._Resolvers(sts, Settings(region="eu-west-1"))
usual = owner._make
owner._make = lambda settings: pause() if threading.current_thread() is thread else usual(settings)
"""
FAKE = """
from botobind.testing import fake
from botobind_services import sts
owner = fake(sts)
"""
RECORDED = """
import json
from pathlib import Path
from botobind.commands.recordings import Recordings
from botobind.testing.replaying import Replay
from botobind_services import sts
call = {"service": "sts", "operation": "GetCallerIdentity", "request": {}, "response": {}}
file = Path("recording.json")
file.write_text(json.dumps({"botobind": 1, "hide": [], "show": [], "calls": [call]}))
asked = sts.endpoints.GetCallerIdentity, sts.GetCallerIdentityRequest()
"""
# imports, what is made, what another thread does when the process forks, and what the child does
ROWS = {
    "quota": (RETRIES, "owner = Quota(); owner.left = 0", ITS_LOCK, "owner.give(1)"),
    "pace": (RETRIES, "owner = Retries('sts', 'adaptive').limiter", ITS_LOCK, "owner.note(is_throttled=True)"),
    "keys": (KEYS, "", ITS_LOCK, "owner.fetch()"),
    "regions": ("", REGIONS, "owner('eu-west-2')", "owner('eu-west-2')"),
    "transport": (TRANSPORT, "", ITS_LOCK, "owner.close()"),
    "free connections": (
        TRANSPORT,
        "owner._pool('http', '127.0.0.1:9')",
        "with owner._pool('http', '127.0.0.1:9').pool.mutex: pause()",
        "owner.close()",
    ),
    "botocore's keys": (
        BOTOCORE,
        "owner = Source(settings); owner._found = DeferredRefreshableCredentials(dict, 'of a test')",
        "with owner._found._refresh_lock: pause()",
        "owner()",
    ),
    "botocore's tokens": (
        BOTOCORE,
        "owner = TokenSource(settings); owner._found = DeferredRefreshableToken('of a test', dict)",
        "with owner._found._refresh_lock: pause()",
        "with suppress(CredentialsMissing): owner()",
    ),
    "fake": (FAKE, "", ITS_LOCK, "owner.fail(None, ValueError())"),
    "replay": (RECORDED, "owner = Replay(sts, file)", ITS_LOCK, "owner.respond(asked[0].to_request(asked[1]))"),
    "server": (RECORDED, "owner = Recordings([sts]); owner.add(file)", ITS_LOCK, "owner.answer(*asked)"),
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.parametrize("row", ROWS)
def test_locks_that_another_thread_holds(row: str, tmp_path: Path) -> None:
    imports, made, hold, use = ROWS[row]
    script = SCRIPT.format(imports=imports, made=made, hold=hold, use=use)
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr

"""nginx in front of a server, with the configuration of docs/serving.md."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from socket import create_connection, create_server
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT
from tests.server.serving import Serving

_MAIN = """daemon off; master_process off; pid {folder}/pid; error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {server}
}}
"""


def _program() -> str:
    found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        if os.environ.get("KG_REQUIRE_NGINX") == "1":
            pytest.fail("nginx is not installed")
        pytest.skip("no nginx: install nginx-light")
    return found


@contextmanager
def proxied(server: Serving, folder: Path) -> Iterator[Serving]:
    """The same server, as clients of the proxy see it."""
    program = _program()
    block = re.search(r"```nginx\n(.+?)```", (ROOT / "docs" / "serving.md").read_text("utf-8"), re.S)
    assert block
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = block[1].replace("listen 80;", f"listen 127.0.0.1:{port};")
    text = text.replace("127.0.0.1:8000", urlsplit(server.url).netloc)
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, server=text), encoding="utf-8")
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            while process.poll() is None:
                try:
                    create_connection(("127.0.0.1", port), timeout=5).close()
                except OSError:
                    time.sleep(0.02)
                else:
                    break
            assert process.poll() is None, process.stderr and process.stderr.read()
            yield replace(server, url=f"http://127.0.0.1:{port}/review")
        finally:
            process.terminate()

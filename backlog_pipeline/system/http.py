"""Ask a web service for JSON: within a time limit and a size limit, with no secret in a message."""

import base64
import http.client
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request

from backlog_pipeline import __version__
from backlog_pipeline.errors import ServiceUnreachable, SettingError

_CHUNK_BYTES = 65_536
_NOT_FOUND = 404
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]*@")


def without_credentials(text: str) -> str:
    """Text in which no address carries a user name or password."""
    return _CREDENTIALS.sub("", text)


def check_url(url: str, *, name: str) -> str:
    """A service's address without the last slash. Raises ``SettingError`` unless it is http or https."""
    parts = urllib.parse.urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingError(
            f"{name} = {without_credentials(url)!r} is no web address",
            next_step="use one that begins with https://",
        )
    return url.strip().rstrip("/")


def get_json(url: str, *, timeout: float = 15.0, max_bytes: int = 5_000_000) -> object | None:
    """What the service answers, parsed; ``None`` when it says that there is no such thing (404).

    Args:
        timeout: seconds for the whole answer, not only for its first byte.
        max_bytes: a longer answer is not read.

    Raises:
        ServiceUnreachable: no answer, an error, no JSON, too late or too long.
    """
    try:
        data = _read(_request(url), timeout, max_bytes)
        return None if data is None else json.loads(data)
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
        raise ServiceUnreachable(
            f"{without_credentials(url)} gave no usable answer ({_words(error)})",
            next_step="check the network and the address, then run again",
        ) from error


def _request(url: str) -> urllib.request.Request:
    """The request; a user name and password in the address become a header, as browsers do it."""
    if not url.startswith(("http://", "https://")):
        raise ValueError("it is no web address")
    headers = {"Accept": "application/json", "User-Agent": f"backlog-pipeline/{__version__}"}
    found = _CREDENTIALS.search(url)
    if found:
        plain = urllib.parse.unquote(found.group().removesuffix("@"))
        headers["Authorization"] = "Basic " + base64.b64encode(plain.encode()).decode()
    return urllib.request.Request(without_credentials(url), headers=headers)  # noqa: S310


def _read(request: urllib.request.Request, timeout: float, max_bytes: int) -> bytes | None:
    deadline = time.monotonic() + timeout
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310  # nosec B310
            chunks = bytearray()
            while chunk := response.read1(_CHUNK_BYTES):
                chunks += chunk
                if len(chunks) > max_bytes:
                    raise ValueError(f"more than {max_bytes} bytes")
                if time.monotonic() > deadline:
                    raise TimeoutError(f"not complete within {timeout:g} s")
            return bytes(chunks)
    except urllib.error.HTTPError as error:
        if error.code == _NOT_FOUND:
            return None
        raise


def _words(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    return without_credentials(str(reason or error) or type(error).__name__)

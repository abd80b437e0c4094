"""`vigie ready`: what a container or a service manager asks every few seconds."""

import http.client
from urllib.parse import urlsplit

from django.conf import settings


def ask() -> tuple[bool, str]:
    """Is the server that listens on this machine ready? With what it answered."""
    from vigie.serving import address

    host, port = address()
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    asked = http.client.HTTPConnection(here, port, timeout=5)
    try:
        asked.request("GET", "/readyz", headers={"Host": urlsplit(settings.BASE_URL).netloc})
        answer = asked.getresponse()
        return answer.status == 200, answer.read(2000).decode(errors="replace").strip()
    except OSError as error:
        return False, f"nobody answers on {here}:{port}: {error.strerror or error}"
    finally:
        asked.close()

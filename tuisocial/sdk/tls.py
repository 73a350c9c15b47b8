"""What a TLS handshake that failed means, and what to do about it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from tuisocial.sdk.errors import Unreachable

_NOT_YET, _EXPIRED = 9, 10
_SELF_SIGNED = (18, 19)
_OTHER_NAME = (62, 64)
"""OpenSSL's X509_V_ERR_… numbers."""


def tls_trouble(error: BaseException, where: str) -> Unreachable | None:
    """What is said of a failure whose cause is TLS; None for any other."""
    found = next((cause for cause in causes(error) if isinstance(cause, ssl.SSLError)), None)
    if found is None:
        return None
    code = found.verify_code if isinstance(found, ssl.SSLCertVerificationError) else 0
    if code == _NOT_YET:
        return Unreachable(
            f"the certificate of {where} is not valid yet by this machine's clock",
            remedy="set this machine's clock right, it seems to be slow",
        )
    if code == _EXPIRED:
        return Unreachable(
            f"the certificate of {where} has expired by this machine's clock",
            remedy="check this machine's clock; if it is right, only the server's people can help",
        )
    if code in _SELF_SIGNED:
        return Unreachable(
            f"{where} vouches for itself: nobody that this machine trusts signed its certificate",
            remedy="check its address; if the server is yours, add its certificate to this "
            "machine's trusted ones (SSL_CERT_FILE)",
        )
    if code in _OTHER_NAME:
        return Unreachable(
            f"the certificate that {where} shows is for another name",
            remedy="check how the address is spelled",
        )
    return Unreachable(
        f"{where} offers no connection that can be trusted (TLS failed)",
        remedy="check its address and this machine's clock; a server on this machine without TLS "
        "is written with http://",
    )


def causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that led to it; some libraries keep the first in `reason` or args."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(seen) < 20:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in seen:
            seen.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return iter(seen)

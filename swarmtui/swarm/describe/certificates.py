"""What can be said of a certificate without a library for it: its SHA-256 fingerprint, its end, a subject's words.

The engine gives the issuer's subject as base64 of DER (X.501 Name), and the trust root as PEM.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime

__all__ = ["certificate_expiry", "certificate_fingerprint", "subject_of"]

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)
_UTC_TIME, _GENERALIZED_TIME = rb"\x17\x0d\d{12}Z", rb"\x18\x0f\d{14}Z"
_VALIDITY = re.compile(
    rb"\x30.(?:" + _UTC_TIME + rb"|" + _GENERALIZED_TIME + rb")(?:\x17\x0d(\d{12})Z|\x18\x0f(\d{14})Z)", re.DOTALL
)
"""The sequence of two times, which is the validity (RFC 5280 4.1): nothing else in a certificate looks like it."""
_ATTRIBUTES = {3: "CN", 6: "C", 7: "L", 8: "ST", 10: "O", 11: "OU"}
"""The last number of an object identifier 2.5.4.x (X.520)."""
_STRINGS = frozenset({0x0C, 0x13, 0x14, 0x16})
"""Tags of UTF8String, PrintableString, T61String, IA5String."""


def certificate_fingerprint(pem: str) -> str:
    """ "SHA-256 ab:cd:…" of the first certificate; "" when there is none."""
    import hashlib  # with it comes OpenSSL's library

    found = _PEM.search(pem)
    der = _from_base64(found[1]) if found else b""
    return f"SHA-256 {hashlib.sha256(der).digest().hex(':')}" if der else ""


def certificate_expiry(pem: str) -> float | None:
    """Until when the first certificate is valid, in seconds since 1970; None when there is none that can be read."""
    found = _PEM.search(pem)
    validity = _VALIDITY.search(_from_base64(found[1])) if found else None
    if validity is None:
        return None
    digits = (validity[1] or validity[2]).decode()
    # A year of two digits is of 1950 to 2049 (RFC 5280 4.1.2.5.1).
    year = digits if validity[2] else ("19" if digits >= "5" else "20") + digits
    try:
        return datetime.strptime(year, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def subject_of(encoded: str) -> str:
    """ "CN=swarm-ca"; the text itself when it cannot be read."""
    der = _from_base64(encoded)
    parts = []
    at = 0
    # 06 03 55 04 xx is the identifier of an attribute; its value is the element that follows.
    while (at := der.find(b"\x06\x03\x55\x04", at)) >= 0:
        number, tag, size = der[at + 4 : at + 7].ljust(3, b"\0")
        value = der[at + 7 : at + 7 + size]
        if tag in _STRINGS and size < 0x80 and len(value) == size:
            parts.append(f"{_ATTRIBUTES.get(number, f'2.5.4.{number}')}={value.decode(errors='replace')}")
        at += 5
    return ", ".join(parts) or encoded


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""

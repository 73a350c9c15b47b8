"""A failed handshake is told in words that say what to do."""

import ssl

import pytest

from tuisocial.sdk.tls import tls_trouble


def certificate_error(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("code", "said", "advice"),
    [
        (9, "not valid yet", "clock"),
        (10, "expired", "clock"),
        (18, "vouches for itself", "trusted"),
        (19, "vouches for itself", "trusted"),
        (62, "for another name", "spelled"),
        (64, "for another name", "spelled"),
        (20, "TLS failed", "clock"),
    ],
)
def test_each_reason_has_its_sentence(code: int, said: str, advice: str) -> None:
    wrapper = OSError("all that is known")
    wrapper.__cause__ = certificate_error(code)
    trouble = tls_trouble(wrapper, "a.example")

    assert trouble is not None
    assert "a.example" in trouble.message
    assert said in trouble.message
    assert advice in trouble.remedy


def test_a_handshake_with_what_speaks_no_tls_is_named() -> None:
    trouble = tls_trouble(ssl.SSLError(1, "wrong version number"), "a.example")

    assert trouble is not None
    assert "TLS failed" in trouble.message


def test_what_is_no_matter_of_tls_is_left_to_others() -> None:
    assert tls_trouble(OSError("no route"), "a.example") is None

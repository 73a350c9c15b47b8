"""What a signer says is read with care: a page of its own may be opened by itself."""

import pytest

from tuisocial.adapters.nostr import answers
from tuisocial.sdk.errors import BadAnswer
from tuisocial.sdk.reach import Reach

FAR = ("wss://relay.example.com",)
NEAR = ("ws://127.0.0.1:7000",)


@pytest.mark.parametrize(
    ("page", "relays"),
    [
        ("https://signer.example/confirm?id=1", FAR),
        ("https://signer.example/confirm?id=1", NEAR),
        ("http://127.0.0.1:8080/confirm", NEAR),
        ("http://signer.localhost/confirm", NEAR),
    ],
)
def test_a_public_page_is_opened_and_a_near_signers_near_one(
    page: str, relays: tuple[str, ...]
) -> None:
    assert answers.page(page, relays, Reach()) == page


@pytest.mark.parametrize("relays", [FAR, NEAR, (*NEAR, *FAR)])
@pytest.mark.parametrize(
    ("page", "host"),
    [
        ("https://192.168.1.1/reboot", "192.168.1.1"),
        ("https://0xa000001/", "0xa000001"),
        ("https://[fd00::1]/", "fd00::1"),
        ("https://router.lan/", "router.lan"),
        ("https://good.example@10.0.0.1/", "10.0.0.1"),
        ("http://signer.example/confirm", "signer.example"),
    ],
)
def test_a_page_within_this_network_or_without_tls_is_not_opened(
    page: str, host: str, relays: tuple[str, ...]
) -> None:
    with pytest.raises(BadAnswer, match="the signer's page is not opened") as bad:
        answers.page(page, relays, Reach())

    assert f" {host}" in bad.value.message


@pytest.mark.parametrize("page", ["http://127.0.0.1:8080/", "https://localhost/", "https://[::1]/"])
@pytest.mark.parametrize("relays", [FAR, (*NEAR, *FAR)])
def test_a_signer_elsewhere_opens_no_page_on_this_machine(
    page: str, relays: tuple[str, ...]
) -> None:
    with pytest.raises(BadAnswer, match="the signer's page is not opened"):
        answers.page(page, relays, Reach())


def test_a_host_that_the_person_named_as_theirs_is_opened() -> None:
    page = "http://signer.lan/confirm"

    assert answers.page(page, FAR, Reach(frozenset({"signer.lan"}))) == page


@pytest.mark.parametrize("page", ["", "javascript:alert(1)", "file:///etc/passwd", "https://a b"])
def test_what_is_no_web_page_is_not_opened(page: str) -> None:
    with pytest.raises(BadAnswer):
        answers.page(page, FAR, Reach())

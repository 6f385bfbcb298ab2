"""Secrets at rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from governance import vault

PLAIN = b"a secret of thirty-two bytes...."


@given(plain=st.binary(max_size=100), place=st.text(max_size=40))
def test_what_is_sealed_comes_back(plain: bytes, place: str) -> None:
    assert vault.unseal(vault.seal(plain, place=place), place=place) == plain


def test_what_is_sealed_does_not_show_through() -> None:
    assert PLAIN[:8] not in vault.seal(PLAIN, place="a")


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    assert vault.seal(PLAIN, place="a") != vault.seal(PLAIN, place="a")


def test_it_cannot_be_moved_to_another_place() -> None:
    with pytest.raises(vault.Unreadable):
        vault.unseal(vault.seal(PLAIN, place="a"), place="b")


@pytest.mark.parametrize("index", [0, 12, -1])
def test_a_changed_byte_is_noticed(index: int) -> None:
    sealed = bytearray(vault.seal(PLAIN, place="a"))
    sealed[index] ^= 1
    with pytest.raises(vault.Unreadable):
        vault.unseal(bytes(sealed), place="a")


@pytest.mark.parametrize("length", [0, 5, 12, 20])
def test_a_cut_one_is_noticed(length: int) -> None:
    with pytest.raises(vault.Unreadable):
        vault.unseal(vault.seal(PLAIN, place="a")[:length], place="a")


def test_another_key_cannot_read_it_and_says_what_to_do(settings: Settings) -> None:
    sealed = vault.seal(PLAIN, place="a")
    settings.SECRET_KEY = "another"
    with pytest.raises(vault.Unreadable, match="rotate the secret"):
        vault.unseal(sealed, place="a")

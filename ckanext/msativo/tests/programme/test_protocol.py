"""Protocol numbers: their form, and a check digit that finds what people mistype."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.programme.protocol import Protocol, check_digit, parse

protocols = st.builds(Protocol, st.integers(2024, 2099), st.integers(1, 999_999))


def test_the_published_example_of_the_algorithm() -> None:
    assert check_digit("572") == 4
    assert check_digit("5724") == 0


def test_its_form() -> None:
    text = str(Protocol(2026, 123))
    assert text.startswith("MSA-2026-000123-") and len(text) == 17
    assert parse(f"  {text.lower()} ") == Protocol(2026, 123)


@given(protocols)
def test_what_is_written_is_read_again(protocol: Protocol) -> None:
    assert parse(str(protocol)) == protocol


@given(protocols, st.data())
def test_one_wrong_digit_is_found(protocol: Protocol, data: st.DataObject) -> None:
    text = str(protocol)
    place = data.draw(st.sampled_from([n for n, sign in enumerate(text) if sign.isdigit()]))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != text[place]]))
    with pytest.raises(ProgrammeError) as caught:
        parse(text[:place] + wrong + text[place + 1 :])
    assert caught.value.code == "protocol_check"


@given(protocols, st.data())
def test_two_neighbouring_digits_swapped_are_found(protocol: Protocol, data: st.DataObject) -> None:
    digits = str(protocol).replace("-", "")[3:]
    swaps = [n for n in range(10) if digits[n] != digits[n + 1]]
    place = data.draw(st.sampled_from(swaps))
    mixed = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    with pytest.raises(ProgrammeError):
        parse(f"MSA-{mixed[:4]}-{mixed[4:10]}-{mixed[10]}")


@pytest.mark.parametrize(
    "text", ["", "MSA-2026-123-4", "MSA-2026-0000123-4", "MSB-2026-000123-4", "MSA-٢٠٢٦-000123-4", "{x}"]
)
def test_another_form_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ProgrammeError) as caught:
        parse(text)
    assert caught.value.code == "protocol_shape"
    assert str(Protocol(2026, 123)) in str(caught.value)


@pytest.mark.parametrize(("year", "number"), [(2026, 0), (2026, 1_000_000), (26, 1), (20260, 1)])
def test_numbers_that_do_not_fit_are_refused(year: int, number: int) -> None:
    with pytest.raises(ProgrammeError) as caught:
        Protocol(year, number)
    assert caught.value.code == "protocol_range"

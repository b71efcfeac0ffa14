import pytest

from tests.eventually import eventually


def test_it_returns_the_first_truthy_value() -> None:
    values = iter([0, "", None, "here", "later"])
    assert eventually(lambda: next(values), interval=0) == "here"


def test_an_assertion_in_the_predicate_means_not_yet() -> None:
    values = iter([1, 2, 3])

    def is_three() -> bool:
        assert next(values) == 3
        return True

    assert eventually(is_three, interval=0)


def test_when_time_is_up_it_says_what_it_waited_for() -> None:
    nothing: list[int] = []
    with pytest.raises(AssertionError, match=r"0\.01 s: .*nothing\[1:\].*last value: \[\]"):
        eventually(lambda: nothing[1:], timeout=0.01, interval=0)


def test_other_errors_are_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        eventually(lambda: 1 / 0)

"""Each mutation still fits the code. Whether a test notices it, `python -m tests.mutations` says."""

import pytest

from config.embedded.places import CHECKOUT
from tests.mutations.mutations import MUTATIONS, TESTS, Mutation


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_its_text_stands_exactly_once_in_its_file(mutation: Mutation) -> None:
    text = (CHECKOUT / mutation.file).read_text(encoding="utf-8")
    broken = mutation.applied_to(text)
    assert broken != text


def test_a_text_that_is_not_there_or_twice_is_refused() -> None:
    mutation = Mutation("a mistake", "some/file.py", "old", "new", "some test")
    assert mutation.applied_to("an old text") == "an new text"
    for text in ("no such text", "old and old"):
        with pytest.raises(ValueError, match=r"some/file\.py has the text of “a mistake”"):
            mutation.applied_to(text)


def test_the_names_tell_them_apart_and_the_tests_are_there() -> None:
    names = [mutation.name for mutation in MUTATIONS]
    assert len(set(names)) == len(names) >= 12
    assert [test for test in TESTS if not (CHECKOUT / test).exists()] == []
    for mutation in MUTATIONS:
        file, _, test = mutation.first.partition("::")
        assert f"def {test}(" in (CHECKOUT / file).read_text(encoding="utf-8"), mutation

"""Keys of papers: what people paste, what our URLs accept, names and papers without ids."""

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers import urls
from papers.identifiers import (
    FORMAT_SUFFIXES,
    MAX_KEY_LENGTH,
    MAX_NAME_KEY_LENGTH,
    MAX_PASTED_LENGTH,
    RESERVED_SEGMENTS,
    URL_KEY_PATTERN,
    Identifier,
    author_name_key,
    key_has_safe_url,
    offprint_key,
    parse_identifier,
)

KEYS = [
    "0704.0001",
    "1412.9999",
    "1501.00001",
    "2503.01234",
    "2611.99999",
    "acc-phys/9411001",
    "astro-ph/0703999",
    "cmp-lg/9404001",
    "cond-mat/9107001",
    "cs/0003001",
    "hep-th/9901001",
    "math-ph/9912123",
    "math/0611800",
    "q-alg/9502001",
    "quant-ph/0012034",
    "doi:10.1101/2020.01.01.123456",
    "doi:10.1016/s0140-6736(20)30183-5",
    "doi:10.1000.10/a/b/c",
    "doi:10.1002/(sici)1097-0258(19980815)17:15/16<1661::aid-sim968>3.0.co;2-2",
    "op:abcdefgh23",
]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_reads_as_itself_and_is_accepted_in_a_url(key: str) -> None:
    identifier = parse_identifier(key)
    assert identifier is not None
    assert identifier.key == key
    assert re.fullmatch(URL_KEY_PATTERN, key)
    assert key_has_safe_url(key)


@pytest.mark.parametrize("key", KEYS)
def test_our_own_page_and_its_formats_lead_to_the_key(key: str) -> None:
    for page in (
        f"/papers/{key}/",
        f"https://offprint.example/papers/{key}/",
        f"/papers/{key}.bib",
    ):
        identifier = parse_identifier(page)
        assert identifier is not None, page
        assert identifier.key == key


@pytest.mark.parametrize(
    ("text", "key", "version"),
    [
        ("arXiv:2503.01234", "2503.01234", None),
        ("ARXIV: 2503.01234V3", "2503.01234", 3),
        ("  2503.01234v12\n", "2503.01234", 12),
        ("arXiv:2503.01234v2 [cs.LG] 3 Mar 2025", "2503.01234", 2),
        ("2503.01234 [cs.LG]", "2503.01234", None),
        ("math.CA/0611800v2", "math/0611800", 2),
        ("cond-mat.stat-mech/9901001", "cond-mat/9901001", None),
        ("Hep-Th/9901001", "hep-th/9901001", None),
        ("arXiv:cs.LG/0611800", "cs/0611800", None),
    ],
)
def test_arxiv_ids_are_read_as_people_write_them(text: str, key: str, version: int | None) -> None:
    assert parse_identifier(text) == Identifier("arxiv", key, version)


@pytest.mark.parametrize(
    ("url", "key", "version"),
    [
        ("https://arxiv.org/abs/2503.01234", "2503.01234", None),
        ("http://www.arxiv.org/abs/2503.01234v2", "2503.01234", 2),
        ("https://arxiv.org/pdf/2503.01234v2.pdf", "2503.01234", 2),
        ("https://arxiv.org/pdf/2503.01234", "2503.01234", None),
        ("https://arxiv.org/html/2503.01234v1/", "2503.01234", 1),
        ("https://arxiv.org/abs/2503.01234?context=cs#bib", "2503.01234", None),
        ("https://arxiv.org/abs/arXiv:2503.01234", "2503.01234", None),
        ("https://arxiv.org/abs/math.CA/0611800v2", "math/0611800", 2),
        ("arxiv.org/abs/2503.01234", "2503.01234", None),
        ("https://export.arxiv.org/abs/hep-th/9901001", "hep-th/9901001", None),
        ("https://huggingface.co/papers/2503.01234", "2503.01234", None),
        ("https://www.alphaxiv.org/abs/2503.01234v1", "2503.01234", 1),
        ("https://alphaxiv.org/overview/2503.01234", "2503.01234", None),
        ("https://ar5iv.org/abs/2503.01234", "2503.01234", None),
        ("https://ar5iv.labs.arxiv.org/html/hep-th/9901001", "hep-th/9901001", None),
        (
            "(see) https://arxiv.org/abs/2503.01234".removeprefix("(see) ") + ").",
            "2503.01234",
            None,
        ),
        ("<https://arxiv.org/abs/2503.01234>", "2503.01234", None),
    ],
)
def test_pages_about_an_arxiv_paper_lead_to_it(url: str, key: str, version: int | None) -> None:
    assert parse_identifier(url) == Identifier("arxiv", key, version)


@pytest.mark.parametrize(
    "text",
    [
        "10.48550/arXiv.2503.01234",
        "doi:10.48550/ARXIV.2503.01234",
        "https://doi.org/10.48550/arXiv.2503.01234",
    ],
)
def test_the_doi_of_an_arxiv_paper_is_its_arxiv_id(text: str) -> None:
    assert parse_identifier(text) == Identifier("arxiv", "2503.01234")


def test_the_doi_of_an_old_arxiv_paper_is_its_arxiv_id() -> None:
    assert parse_identifier("10.48550/arXiv.hep-th/9901001") == Identifier(
        "arxiv", "hep-th/9901001"
    )


@pytest.mark.parametrize(
    "text",
    [
        "10.1101/2020.01.01.123456ABC",
        "doi:10.1101/2020.01.01.123456abc",
        "DOI: 10.1101/2020.01.01.123456ABC.",
        "doi 10.1101/2020.01.01.123456abc",
        "https://doi.org/10.1101/2020.01.01.123456abc",
        "http://dx.doi.org/10.1101/2020.01.01.123456ABC",
        "doi.org/10.1101%2F2020.01.01.123456abc",
    ],
)
def test_a_doi_is_lower_case_however_it_is_written(text: str) -> None:
    identifier = parse_identifier(text)
    assert identifier == Identifier("doi", "10.1101/2020.01.01.123456abc")
    assert identifier.key == "doi:10.1101/2020.01.01.123456abc"


def test_brackets_that_belong_to_a_doi_stay_and_those_around_it_go() -> None:
    lancet = Identifier("doi", "10.1016/s0140-6736(20)30183-5")
    assert parse_identifier("10.1016/S0140-6736(20)30183-5).") == lancet
    assert parse_identifier("10.1016/s0140-6736(20)30183(5)") == Identifier(
        "doi", "10.1016/s0140-6736(20)30183(5)"
    )


def test_an_underscore_escaped_for_bibtex_is_an_underscore() -> None:
    assert parse_identifier(r"10.1007/978-3-030\_34") == Identifier("doi", "10.1007/978-3-030_34")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "attention",
        "2513.01234",  # month 13
        "2500.01234",
        "2503.00000",
        "2503.1234",  # four digits ended with 2014
        "1412.01234",  # five digits began with 2015
        "0703.0001",  # new ids began in April 2007
        "9503.0001",
        "2503.01234v0",
        "hep-th/9913001",
        "hep-th/9901000",
        "hep-th/0704001",  # old ids ended in March 2007
        "hep-th/9106001",
        "hep-xx/9901001",
        "stat/0612001",
        "٢٥٠٣.٠١٢٣٤",  # digits, but not those of an id
        "10.48550/arXiv.2513.01234",
        "10.12/short-registrant",
        "10.1101/",
        "10.1101/with blank",
        "doi:10.1101/\x00",
        "https://doi.org/10.1101/%00",
        "op:abcdefgh2",
        "op:abcdefgh01",
        "https://arxiv.org/list/cs.LG/recent",
        "https://huggingface.co/papers/date/2025-03-11",
        "https://[broken/papers/2503.01234",
        "https://example.org/2503.01234",
        "see 2503.01234 and 2503.01235",
        "x" * (MAX_PASTED_LENGTH + 1),
    ],
)
def test_what_is_no_id_or_cannot_exist_is_none(text: str) -> None:
    assert parse_identifier(text) is None


def test_a_doi_too_long_to_be_a_key_is_none() -> None:
    longest = "10.1101/" + "a" * (MAX_KEY_LENGTH - len("doi:10.1101/"))
    assert parse_identifier(longest) == Identifier("doi", longest)
    assert parse_identifier(longest + "a") is None


@given(
    st.text(max_size=80)
    | st.from_regex(r"(doi:)?10\.\d{4}/\S{1,20}", fullmatch=True)
    | st.from_regex(r"10\.1000/([a%\\.v]|%(25|2F|5C|2E|41|FF|20)){1,9}", fullmatch=True)
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_read_reads_the_same_from_its_key(text: str) -> None:
    identifier = parse_identifier(text)
    if identifier is not None:
        assert parse_identifier(identifier.key) == Identifier(identifier.kind, identifier.value)
        if key_has_safe_url(identifier.key):
            assert parse_identifier(f"/papers/{identifier.key.replace('%', '%25')}/") is not None


@pytest.mark.parametrize(
    "spelling",
    ["arXiv:2503.01234v2", "math.CA/0611800v2", "2503.01234v2", "DOI:10.1101/ABC", "OP:ABCDEFGH23"],
)
def test_spellings_that_redirect_are_accepted_in_a_url(spelling: str) -> None:
    assert re.fullmatch(URL_KEY_PATTERN, spelling)
    assert parse_identifier(spelling) is not None


@pytest.mark.parametrize(
    "segment", ["", "new", "10.1101/abc", "doi:10.1101//abc", "doi:10.1101/abc/", "op:short", "a b"]
)
def test_other_paths_are_not_taken_for_keys(segment: str) -> None:
    assert not re.fullmatch(URL_KEY_PATTERN, segment)


@pytest.mark.parametrize(
    "key",
    [
        "doi:10.1101//abc",
        "doi:10.1101/abc//",
        "doi:10.1101/../abc",
        "doi:10.1101/./abc",
        "doi:10.1101/a\\b",
        *(f"doi:10.1101/{word}" for word in sorted(RESERVED_SEGMENTS)),
        *(f"doi:10.1101/abc{suffix}" for suffix in FORMAT_SUFFIXES),
        "not a key",
    ],
)
def test_a_doi_that_reads_as_something_else_has_no_safe_url(key: str) -> None:
    assert not key_has_safe_url(key)


def test_every_act_on_a_paper_ends_in_a_reserved_word() -> None:
    routes = [str(route.pattern).strip("/") for route in urls.paper_urls]
    acts = [route.rpartition("/")[2] for route in routes if "/" in route]
    assert acts
    assert set(acts) <= RESERVED_SEGMENTS


@pytest.mark.parametrize("key", ["doi:10.1101/upvote/abc", "doi:10.1101/upvotes", "doi:10.1101/md"])
def test_a_reserved_word_elsewhere_in_a_doi_is_harmless(key: str) -> None:
    assert key_has_safe_url(key)


def test_one_paper_spelled_in_two_ways_has_one_offprint_key() -> None:
    key = offprint_key("On the Élan of Graphs", "Ångström", 2024)
    assert re.fullmatch(r"op:[a-z2-7]{10}", key)
    assert key == offprint_key("  ON THE ELAN — of graphs. ", "angstrom", 2024)
    assert parse_identifier(key) == Identifier("op", key.removeprefix("op:"))


def test_other_title_name_year_or_salt_give_other_offprint_keys() -> None:
    keys = {
        offprint_key("On graphs", "Li", 2024),
        offprint_key("On trees", "Li", 2024),
        offprint_key("On graphs", "Lo", 2024),
        offprint_key("On graphs", "Li", 2025),
        offprint_key("On graphs", "Li", None),
        offprint_key("On graphs", "Li", 2024, salt=1),
        offprint_key("On graphs", "Li", 2024, salt=2),
        offprint_key("?!", "Li", 2024),
        offprint_key("!?", "Li", 2024),
    }
    assert len(keys) == 9


def test_offprint_keys_do_not_change_between_releases() -> None:
    # Such keys are in people's bookmarks: another way to compute them would break every one.
    assert offprint_key("On graphs", "Li", 2024) == "op:qgjciaajmz"
    assert offprint_key("On graphs", "Li", 2024, salt=1) == "op:gxq2gehqmj"


def test_a_paper_without_a_title_has_no_offprint_key() -> None:
    with pytest.raises(ValueError, match="title"):
        offprint_key("  ", "Li", 2024)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("José Ångström", "jose-angstrom"),
        ("JOSE  ANGSTROM", "jose-angstrom"),
        ("Łukasz Bjørn-Đặng", "lukasz-bjorn-dang"),
        ("Strauß", "strauss"),
        ("P.-J. O'Brien", "p-j-o-brien"),
        ("Γιώργος Ψ", "γιωργοσ-ψ"),
        ("Андрей Ёлкин", "андрей-ёлкин"),
        ("李 明", "李-明"),
        ("किरण कुमार", "किरण-कुमार"),
        ("محمد علي", "محمد-علي"),
        ("ガーナ", "ガーナ"),
        ("Zero\u200bWidth", "zerowidth"),
        ("The Team 2.0", "the-team-2-0"),
    ],
)
def test_author_names_become_readable_keys(name: str, key: str) -> None:
    assert author_name_key(name) == key


def test_a_name_without_letters_still_has_a_key_of_its_own() -> None:
    assert author_name_key("***") != author_name_key("???")
    assert author_name_key("") == ""


def test_a_very_long_name_is_cut_without_meeting_another() -> None:
    names = [f"{'Collaboration ' * 40}{letter}" for letter in string.ascii_uppercase]
    keys = {author_name_key(name) for name in names}
    assert len(keys) == len(names)
    assert max(map(len, keys)) <= MAX_NAME_KEY_LENGTH


@given(st.text(min_size=1, max_size=200))
@settings(max_examples=300, deadline=None)
def test_every_name_has_a_stable_key_that_fits_a_url(name: str) -> None:
    key = author_name_key(name)
    assert 0 < len(key) <= MAX_NAME_KEY_LENGTH
    assert author_name_key(key) == key
    assert author_name_key(name.upper().lower()) == author_name_key(name.lower())
    assert not re.search(r"[/\s?#%]|--|^-|-$", key)

"""The table of spellings: whatever a person may paste, with the key it leads to, or why to none."""

import pytest

from papers.identifiers import Identifier, Trouble, Unreadable, parse_identifier, read_identifier
from papers.why_not import why_not

NEW, OLD, MATH = "2503.01234", "hep-th/9901001", "math/0611800"
PREPRINT = "doi:10.1101/2020.01.01.123456"

# What is pasted | the key it leads to
SPELLINGS = f"""
# arXiv ids
2503.01234                                                      | {NEW}
2503.01234v3                                                    | {NEW}
2503.01234V3                                                    | {NEW}
0704.0001                                                       | 0704.0001
1412.9999v12                                                    | 1412.9999
1501.00001                                                      | 1501.00001
arXiv:2503.01234                                                | {NEW}
arxiv:2503.01234v2                                              | {NEW}
arXiv: 2503.01234                                               | {NEW}
ARXIV : 2503.01234                                              | {NEW}
arXiv:2503.01234 [cs.LG]                                        | {NEW}
arXiv:2503.01234v2 [stat.ML] 3 Mar 2025                         | {NEW}
arXiv preprint arXiv:2503.01234                                 | {NEW}
arXiv preprint arXiv:2503.01234, 2025                           |
arXiv preprint 2503.01234                                       | {NEW}
arXiv e-prints, arXiv:2503.01234                                | {NEW}
arXiv eprint: 2503.01234                                        | {NEW}
CoRR abs/2503.01234                                             | {NEW}
CoRR, abs/2503.01234                                            | {NEW}
ArXiv, abs/2503.01234                                           | {NEW}
abs/2503.01234                                                  | {NEW}
oai:arXiv.org:2503.01234                                        | {NEW}
oai:arXiv.org:hep-th/9901001                                    | {OLD}
info:arxiv/2503.01234                                           | {NEW}
info:eprint/arxiv/hep-th/9901001                                | {OLD}
2503.01234v2.pdf                                                | {NEW}
2503.01234v2 (1).pdf                                            | {NEW}
2503.01234.PDF                                                  | {NEW}
hep-th/9901001v1.ps                                             | {OLD}
looms.pdf                                                       |
"2503.01234"                                                    | {NEW}
<2503.01234>                                                    | {NEW}
2503.01234.                                                     | {NEW}
2503.01234),                                                    | {NEW}
# the old style: subject classes are dropped, archives that were folded into others stay
hep-th/9901001                                                  | {OLD}
hep-th/9901001v2                                                | {OLD}
Hep-Th/9901001                                                  | {OLD}
arXiv:hep-th/9901001                                            | {OLD}
math/0611800                                                    | {MATH}
math.CA/0611800                                                 | {MATH}
math.CA/0611800v2                                               | {MATH}
math.MP/0611800                                                 | {MATH}
arXiv:math.IT/0611800v1 [math.IT]                               | {MATH}
stat.TH/0611800                                                 |
math.ST/0611800                                                 | {MATH}
cs.NA/0611800                                                   | cs/0611800
cs.SY/0611800                                                   | cs/0611800
math-ph/9912123                                                 | math-ph/9912123
cond-mat.stat-mech/9901001                                      | cond-mat/9901001
physics.flu-dyn/0101001                                         | physics/0101001
q-bio.NC/0611001                                                | q-bio/0611001
cmp-lg/9404001                                                  | cmp-lg/9404001
alg-geom/9202001                                                | alg-geom/9202001
q-alg/9502001v1                                                 | q-alg/9502001
chao-dyn/9301001                                                | chao-dyn/9301001
astro-ph/0703999                                                | astro-ph/0703999
# arXiv's pages and those that show arXiv's papers
https://arxiv.org/abs/2503.01234                                | {NEW}
http://arxiv.org/abs/2503.01234v1                               | {NEW}
arxiv.org/abs/2503.01234                                        | {NEW}
www.arxiv.org/abs/2503.01234                                    | {NEW}
HTTPS://ARXIV.ORG/abs/2503.01234                                | {NEW}
https://arxiv.org/abs/2503.01234/                               | {NEW}
https://arxiv.org/abs/2503.01234?context=cs.LG                  | {NEW}
https://arxiv.org/abs/2503.01234#comments                       | {NEW}
https://arxiv.org/abs/arXiv:2503.01234                          | {NEW}
https://arxiv.org/pdf/2503.01234                                | {NEW}
https://arxiv.org/pdf/2503.01234v2.pdf                          | {NEW}
https://arxiv.org/pdf/2503.01234v2.PDF#page=3                   | {NEW}
https://arxiv.org/pdf/hep-th/9901001v1.pdf                      | {OLD}
https://arxiv.org/html/2503.01234v1                             | {NEW}
https://arxiv.org/html/2503.01234v1#S3.F2                       | {NEW}
https://arxiv.org/ps/hep-th/9901001                             | {OLD}
https://arxiv.org/format/2503.01234                             | {NEW}
https://arxiv.org/e-print/2503.01234                            | {NEW}
https://arxiv.org/src/2503.01234v2                              | {NEW}
https://arxiv.org/bibtex/2503.01234                             | {NEW}
https://arxiv.org/tb/2503.01234                                 | {NEW}
https://arxiv.org/ftp/arxiv/papers/1412/1412.9999.pdf           | 1412.9999
https://arxiv.org/ftp/hep-th/papers/9901/9901001.pdf            | {OLD}
https://export.arxiv.org/abs/math.CA/0611800v2                  | {MATH}
https://browse.arxiv.org/html/2503.01234v1                      | {NEW}
http://de.arxiv.org/abs/hep-th/9901001                          | {OLD}
http://xxx.lanl.gov/abs/hep-th/9901001                          | {OLD}
https://ar5iv.org/abs/2503.01234                                | {NEW}
https://ar5iv.org/html/2503.01234                               | {NEW}
https://ar5iv.labs.arxiv.org/html/2503.01234                    | {NEW}
https://ar5iv.labs.arxiv.org/html/hep-th/9901001                | {OLD}
https://www.alphaxiv.org/abs/2503.01234                         | {NEW}
https://alphaxiv.org/pdf/2503.01234v1                           | {NEW}
https://www.alphaxiv.org/overview/2503.01234v1                  | {NEW}
https://huggingface.co/papers/2503.01234                        | {NEW}
https://huggingface.co/papers/2503.01234#community              | {NEW}
https://huggingface.co/papers/2503.01234.md                     | {NEW}
https://huggingface.co/api/papers/2503.01234                    | {NEW}
https://hf.co/papers/2503.01234                                 | {NEW}
https://scirate.com/arxiv/2503.01234                            | {NEW}
https://papers.cool/arxiv/2503.01234                            | {NEW}
https://www.arxiv-vanity.com/papers/2503.01234/                 | {NEW}
https://www.semanticscholar.org/arxiv/2503.01234                | {NEW}
https://api.semanticscholar.org/arXiv:2503.01234                | {NEW}
https://api.semanticscholar.org/graph/v1/paper/ARXIV:2503.01234 | {NEW}
https://ui.adsabs.harvard.edu/abs/2025arXiv250301234L/abstract  | {NEW}
https://ui.adsabs.harvard.edu/abs/2008arXiv0804.1234L           | 0804.1234
https://ui.adsabs.harvard.edu/abs/arXiv:2503.01234/abstract     | {NEW}
https://dblp.org/rec/journals/corr/abs-2503-01234.html          | {NEW}
https://dblp.org/rec/bibtex/journals/corr/abs-2503-01234        | {NEW}
https://inspirehep.net/api/arxiv/hep-th/9901001                 | {OLD}
# arXiv's own DOIs
10.48550/arXiv.2503.01234                                       | {NEW}
doi:10.48550/ARXIV.2503.01234                                   | {NEW}
https://doi.org/10.48550/arXiv.2503.01234                       | {NEW}
https://doi.org/10.48550/arXiv.hep-th/9901001                   | {OLD}
https://doi.org/10.48550/arXiv.2503.01234v2                     | {NEW}
# DOIs
10.1101/2020.01.01.123456                                       | {PREPRINT}
doi:10.1101/2020.01.01.123456                                   | {PREPRINT}
DOI: 10.1101/2020.01.01.123456.                                 | {PREPRINT}
doi 10.1101/2020.01.01.123456                                   | {PREPRINT}
urn:doi:10.1101/2020.01.01.123456                               | {PREPRINT}
info:doi/10.1101/2020.01.01.123456                              | {PREPRINT}
https://doi.org/10.1101/2020.01.01.123456                       | {PREPRINT}
http://dx.doi.org/10.1101/2020.01.01.123456                     | {PREPRINT}
doi.org/10.1101%2F2020.01.01.123456                             | {PREPRINT}
https://www.doi.org/10.1101/2020.01.01.123456?utm_source=mail   | {PREPRINT}
DOI: https://doi.org/10.1101/2020.01.01.123456                  | {PREPRINT}
https://doi.org/doi:10.1101/2020.01.01.123456                   | {PREPRINT}
10.1016/S0140-6736(20)30183-5                                   | doi:10.1016/s0140-6736(20)30183-5
(10.1016/S0140-6736(20)30183-5)                                 | doi:10.1016/s0140-6736(20)30183-5
(arXiv:2503.01234)                                              | {NEW}
10.1016/S0140-6736(20)30183-5).                                 | doi:10.1016/s0140-6736(20)30183-5
doi:10.1000/a%2Fb                                               | doi:10.1000/a/b
10.1000%2Fa%252Fb                                               | doi:10.1000/a/b
https://doi.org/10.1000/a%252Fb                                 | doi:10.1000/a/b
doi:10.48550%2FarXiv.2503.01234                                 | {NEW}
doi:10.1002/a%3C1661::aid%3E3.0.CO;2-2                          | doi:10.1002/a<1661::aid>3.0.co;2-2
doi:10.1000/a%00b%20c                                           | doi:10.1000/a%00b%20c
doi:10.1000/100%                                                | doi:10.1000/100%
doi:10.1000/a%FFb                                               | doi:10.1000/a%ffb
10.1007/978-3-030\\_34                                          | doi:10.1007/978-3-030_34
10.1002/(SICI)1097-0258(19980815)17:15/16<1661::AID-SIM968>3.0.CO;2-2 | doi:10.1002/(sici)1097-0258(19980815)17:15/16<1661::aid-sim968>3.0.co;2-2
https://doi.org/10.1002/(SICI)1097-0258(19980815)17:15/16%3C1661::AID-SIM968%3E3.0.CO;2-2 | doi:10.1002/(sici)1097-0258(19980815)17:15/16<1661::aid-sim968>3.0.co;2-2
http://doi.acm.org/10.1145/1327452.1327492                      | doi:10.1145/1327452.1327492
https://doi.ieeecomputersociety.org/10.1109/CVPR.2016.90        | doi:10.1109/cvpr.2016.90
https://api.crossref.org/works/10.1145%2F1327452.1327492        | doi:10.1145/1327452.1327492
https://api.semanticscholar.org/DOI:10.18653/v1/N19-1423        | doi:10.18653/v1/n19-1423
https://api.openalex.org/works/doi:10.1145/1327452.1327492      | doi:10.1145/1327452.1327492
# bioRxiv and medRxiv
10.1101/2020.01.01.123456v2                                     | {PREPRINT}
https://www.biorxiv.org/content/10.1101/2020.01.01.123456v1     | {PREPRINT}
https://www.biorxiv.org/content/10.1101/2020.01.01.123456       | {PREPRINT}
https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full          | {PREPRINT}
https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full.pdf      | {PREPRINT}
https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full.pdf+html | {PREPRINT}
https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.supplementary-material | {PREPRINT}
https://www.biorxiv.org/content/biorxiv/early/2020/01/01/2020.01.01.123456.full.pdf | {PREPRINT}
https://www.biorxiv.org/content/early/2018/05/25/330928         | doi:10.1101/330928
https://www.biorxiv.org/content/10.1101/330928v3.abstract       | doi:10.1101/330928
https://www.biorxiv.org/cgi/content/short/2020.01.01.123456v1?rss=1 | {PREPRINT}
https://api.biorxiv.org/details/biorxiv/10.1101/2020.01.01.123456/na/json | {PREPRINT}
https://www.medrxiv.org/content/10.1101/2020.03.09.20033217v1.full-text | doi:10.1101/2020.03.09.20033217
https://www.biorxiv.org/content/10.64898/2026.01.05.697234v1    | doi:10.64898/2026.01.05.697234
# publishers with the DOI in their addresses
https://dl.acm.org/doi/10.1145/1327452.1327492                  | doi:10.1145/1327452.1327492
https://dl.acm.org/doi/pdf/10.1145/1327452.1327492              | doi:10.1145/1327452.1327492
https://dl.acm.org/doi/abs/10.1145/1327452.1327492              | doi:10.1145/1327452.1327492
https://dl.acm.org/action/showCitFormats?doi=10.1145%2F1327452.1327492 | doi:10.1145/1327452.1327492
https://link.springer.com/article/10.1007/s11263-015-0816-y     | doi:10.1007/s11263-015-0816-y
https://link.springer.com/content/pdf/10.1007/s11263-015-0816-y.pdf | doi:10.1007/s11263-015-0816-y
https://link.springer.com/article/10.1007/s11263-015-0816-y/figures/1 | doi:10.1007/s11263-015-0816-y
https://link.springer.com/chapter/10.1007/978-3-319-24574-4_28  | doi:10.1007/978-3-319-24574-4_28
https://link.springer.com/chapter/10.1007%2F978-3-319-24574-4_28 | doi:10.1007/978-3-319-24574-4_28
https://onlinelibrary.wiley.com/doi/full/10.1002/rob.21918      | doi:10.1002/rob.21918
https://onlinelibrary.wiley.com/doi/10.1002/rob.21918/abstract  | doi:10.1002/rob.21918
https://www.tandfonline.com/doi/epdf/10.1080/01621459.2017.1285773 | doi:10.1080/01621459.2017.1285773
https://journals.sagepub.com/doi/10.1177/0278364913491297       | doi:10.1177/0278364913491297
https://www.science.org/doi/10.1126/science.aaa8415             | doi:10.1126/science.aaa8415
https://www.pnas.org/doi/full/10.1073/pnas.1611835114           | doi:10.1073/pnas.1611835114
https://pubs.acs.org/doi/10.1021/acs.jcim.9b00237               | doi:10.1021/acs.jcim.9b00237
https://journals.aps.org/prl/abstract/10.1103/PhysRevLett.116.061102 | doi:10.1103/physrevlett.116.061102
https://link.aps.org/doi/10.1103/PhysRevLett.116.061102         | doi:10.1103/physrevlett.116.061102
https://iopscience.iop.org/article/10.1088/1742-5468/ab39d9/meta | doi:10.1088/1742-5468/ab39d9
https://www.frontiersin.org/articles/10.3389/fnins.2016.00333/full | doi:10.3389/fnins.2016.00333
https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0130140 | doi:10.1371/journal.pone.0130140
https://academic.oup.com/bib/article/doi/10.1093/bib/bbx044/3862700 | doi:10.1093/bib/bbx044
https://epubs.siam.org/doi/10.1137/16M1080173                   | doi:10.1137/16m1080173
https://zenodo.org/doi/10.5281/zenodo.1234567                   | doi:10.5281/zenodo.1234567
# our own
op:abcdefgh23                                                   | op:abcdefgh23
OP:ABCDEFGH23                                                   | op:abcdefgh23
/papers/2503.01234/                                             | {NEW}
/papers/math.CA/0611800v2/                                      | {MATH}
https://offprint.example/papers/2503.01234/                     | {NEW}
https://offprint.example/papers/2503.01234.bib                  | {NEW}
https://offprint.example/papers/doi:10.1101/2020.01.01.123456.csl.json | {PREPRINT}
https://offprint.example/papers/op:abcdefgh23/?from=mail        | op:abcdefgh23
"""

ROWS = [
    [part.strip() for part in line.rsplit("|", 1)]
    for line in SPELLINGS.strip().splitlines()
    if not line.startswith("#")
]

REASONS = [
    ("", Trouble.NOTHING, ""),
    ("<>", Trouble.NOTHING, ""),
    ("9" * 2_001, Trouble.TOO_LONG, ""),
    ("attention is all you need", Trouble.WORDS, ""),
    ("and/or", Trouble.WORDS, ""),
    ("2503.01234 and 2503.01235", Trouble.WORDS, ""),
    ("2513.01234", Trouble.IMPOSSIBLE_ARXIV, "2513.01234"),
    ("arXiv:2503.00000", Trouble.IMPOSSIBLE_ARXIV, "2503.00000"),
    ("2503.1234", Trouble.IMPOSSIBLE_ARXIV, "2503.1234"),
    ("2503.01234v0", Trouble.IMPOSSIBLE_ARXIV, "2503.01234v0"),
    ("hep-th/9913001", Trouble.IMPOSSIBLE_ARXIV, "hep-th/9913001"),
    ("https://arxiv.org/abs/2513.01234", Trouble.IMPOSSIBLE_ARXIV, "2513.01234"),
    ("10.48550/arXiv.2513.01234", Trouble.IMPOSSIBLE_ARXIV, "2513.01234"),
    ("10.1101", Trouble.INCOMPLETE_DOI, "10.1101"),
    ("https://doi.org/10.1101/", Trouble.INCOMPLETE_DOI, "10.1101"),
    (f"10.1101/{'a' * 250}", Trouble.LONG_DOI, ""),
    ("https://doi.org/gg7f5h", Trouble.SHORT_DOI, "doi.org"),
    ("https://doi.org/10/gg7f5h", Trouble.SHORT_DOI, "doi.org"),
    ("https://arxiv.org/list/cs.LG/recent", Trouble.MANY_PAPERS, "arxiv.org"),
    ("https://arxiv.org/a/lovelace_a_1", Trouble.MANY_PAPERS, "arxiv.org"),
    ("https://arxiv.org/search/?query=attention", Trouble.MANY_PAPERS, "arxiv.org"),
    ("https://rss.arxiv.org/rss/cs.AI", Trouble.MANY_PAPERS, "rss.arxiv.org"),
    ("https://arxiv.org/help/submit", Trouble.NOT_A_PAPER, "arxiv.org"),
    ("https://arxiv.org/abs/nonsense", Trouble.NOT_A_PAPER, "arxiv.org"),
    ("https://huggingface.co/papers", Trouble.MANY_PAPERS, "huggingface.co"),
    ("https://huggingface.co/papers/date/2025-03-11", Trouble.MANY_PAPERS, "huggingface.co"),
    ("https://huggingface.co/google/gemma", Trouble.NOT_A_PAPER, "huggingface.co"),
    ("https://www.biorxiv.org/collection/neuroscience", Trouble.MANY_PAPERS, "biorxiv.org"),
    ("https://www.biorxiv.org/about-biorxiv", Trouble.NOT_A_PAPER, "biorxiv.org"),
    (
        "https://www.biorxiv.org/cgi/content/short/2026.01.05.697234v1",
        Trouble.OWN_NUMBER,
        "biorxiv.org",
    ),
    (
        f"https://www.semanticscholar.org/paper/Attention/{'0a' * 20}",
        Trouble.OWN_NUMBER,
        "semanticscholar.org",
    ),
    (
        "https://www.semanticscholar.org/author/A.-Lovelace/1",
        Trouble.MANY_PAPERS,
        "semanticscholar.org",
    ),
    ("https://dblp.org/rec/conf/nips/VaswaniSPUJGKP17", Trouble.OWN_NUMBER, "dblp.org"),
    ("https://www.nature.com/articles/nature14539", Trouble.OWN_NUMBER, "nature.com"),
    ("https://aclanthology.org/N19-1423/", Trouble.OWN_NUMBER, "aclanthology.org"),
    ("https://pubmed.ncbi.nlm.nih.gov/26017442/", Trouble.OWN_NUMBER, "pubmed.ncbi.nlm.nih.gov"),
    ("https://openreview.net/forum?id=abc", Trouble.OWN_NUMBER, "openreview.net"),
    ("https://ieeexplore.ieee.org/document/7780459", Trouble.OWN_NUMBER, "ieeexplore.ieee.org"),
    (
        "https://www.sciencedirect.com/science/article/pii/S0893608014002135",
        Trouble.OWN_NUMBER,
        "sciencedirect.com",
    ),
    ("https://dl.acm.org/citation.cfm?id=1327492", Trouble.OWN_NUMBER, "dl.acm.org"),
    (
        "https://dl.acm.org/doi/suppl/10.1145/1327452.1327492/suppl_file/a.zip",
        Trouble.OWN_NUMBER,
        "dl.acm.org",
    ),
    ("https://zenodo.org/records/1234567", Trouble.OWN_NUMBER, "zenodo.org"),
    ("https://example.org/2503.01234", Trouble.UNKNOWN_SITE, "example.org"),
    ("https://notarxiv.org/abs/2503.01234", Trouble.UNKNOWN_SITE, "notarxiv.org"),
    ("https://[broken/papers/2503.01234", Trouble.WORDS, ""),
    ("/tags/cs-lg/", Trouble.WORDS, ""),
]


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len({text for text, key in ROWS if key}) >= 120


@pytest.mark.parametrize(("text", "key"), ROWS)
def test_a_spelling_leads_to_its_key_or_to_none(text: str, key: str) -> None:
    reading = read_identifier(text)
    if key:
        assert isinstance(reading, Identifier), reading
        assert reading.key == key
        assert why_not(text) == ""
    else:
        assert isinstance(reading, Unreadable)


@pytest.mark.parametrize("text", [text for text, key in ROWS if key])
def test_a_key_leads_to_itself(text: str) -> None:
    found = parse_identifier(text)
    assert found is not None
    assert parse_identifier(found.key) == Identifier(found.kind, found.value)


@pytest.mark.parametrize(("text", "trouble", "about"), REASONS)
def test_what_names_no_paper_has_its_reason(text: str, trouble: Trouble, about: str) -> None:
    assert read_identifier(text) == Unreadable(trouble, about)
    assert parse_identifier(text) is None


@pytest.mark.parametrize("trouble", Trouble)
def test_every_reason_is_a_sentence_that_says_what_to_do(trouble: Trouble) -> None:
    text, _trouble, about = next(row for row in REASONS if row[1] is trouble)
    said = why_not(text)
    assert said.endswith(".")
    assert about in said or trouble is Trouble.SHORT_DOI
    assert any(word in said for word in ("aste", "Open", "Look", "Compare"))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("https://arxiv.org/pdf/2503.01234v2.pdf", 2),
        ("https://www.alphaxiv.org/overview/2503.01234v1", 1),
        ("10.48550/arXiv.2503.01234v7", 7),
        ("https://arxiv.org/abs/2503.01234", None),
        ("https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full", None),
    ],
)
def test_the_version_is_kept_where_arxiv_gave_it(text: str, version: int | None) -> None:
    found = parse_identifier(text)
    assert found is not None
    assert found.version == version

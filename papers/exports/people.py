"""Names of authors taken apart, for formats that want the family name first. Pure."""

import re
from dataclasses import dataclass

# What stands between given and family name and goes with the latter.
_PARTICLES = frozenset(
    "af al ap bin da dal de degli dei del della den der des di do dos du el ibn la las le les lo los "
    "ten ter 't van vom von y zu zum zur".split()
)
_SUFFIX = re.compile(r"(?:[JS]r\.?|II|III|IV)", re.IGNORECASE)
_GROUP = re.compile(
    r"\b(?:collaborations?|consortium|team|group|network|project|initiative|committee|society"
    r"|institute|university|laboratory|center|centre|community|working|on behalf|et al)\b",
    re.IGNORECASE,
)
# Two people or a company: either way the last word is not the family name of all.
_AND = re.compile(r"(?<=\s)and(?=\s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in parts; one that cannot be taken apart, such as a group's, is all `family`."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""

    @property
    def is_whole(self) -> bool:
        """Say whether the name was left as it is printed."""
        return not self.given

    @property
    def inverted(self) -> str:
        """The name as “van der Berg, Jan, Jr.”, the order of RIS."""
        family = f"{self.particle} {self.family}".strip()
        return ", ".join(part for part in (family, self.given, self.suffix) if part)


def person_name(printed: str) -> PersonName:
    """Take a printed name apart: the last word is the family name, with its particles.

    That is a guess, and right for most names; those of several family names come out as theirs do
    in every format that was not told where the family name begins.
    """
    words = printed.replace(",", " , ").split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    if suffix and words[-1] == ",":
        words.pop()
    if len(words) < 2 or "," in words or _GROUP.search(printed) or _AND.search(printed):
        return PersonName(" ".join(printed.split()))
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    return PersonName(
        family=words[-1],
        given=" ".join(words[:start]),
        particle=" ".join(words[start:-1]),
        suffix=suffix,
    )

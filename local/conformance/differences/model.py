"""One difference."""

from dataclasses import dataclass, field

HERE = "embedded AWS"
NO_CODE = "embedded AWS; the rule is documented, its code is not"


@dataclass(frozen=True)
class Difference:
    """`what` moto does, where AWS documents otherwise, and the cases that show it, one a line."""

    what: str
    source: str
    lines: str
    right: str = HERE
    cases: tuple = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "cases", tuple(line.strip() for line in self.lines.strip().splitlines()))

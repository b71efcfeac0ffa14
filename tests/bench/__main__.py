"""`python -m tests.bench [NAME…]`: run all benchmarks, or those that are named."""

import os
import sys

from config.embedded import EmbeddedError
from tests.bench.benches import BENCHES
from tests.bench.measure import Finding, table, verdict
from tests.bench.site import BenchError, open_sites

STATUS_MISSED, STATUS_FAILED = 1, 2


def main() -> int:
    """Print a table of what was found; return 1 when a bar is missed, 2 when one cannot be run."""
    names = sys.argv[1:] or os.environ.get("ONLY", "").replace(",", " ").split() or [*BENCHES]
    if unknown := [name for name in names if name not in BENCHES]:
        _say(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(BENCHES)}.")
        return STATUS_FAILED
    findings: list[Finding] = []
    try:
        with open_sites() as sites:
            for name in names:
                for finding in BENCHES[name](sites):
                    _say(f"{finding.bench}, {finding.case}: {finding.figures}")
                    findings.append(finding)
    except (BenchError, EmbeddedError) as error:
        _say(str(error))
        return STATUS_FAILED
    print(f"\n{table(findings)}\n\n{verdict(findings)}")  # noqa: T201 - what it is run for
    return STATUS_MISSED if any(finding.is_missed for finding in findings) else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - progress, and what went wrong


if __name__ == "__main__":
    sys.exit(main())

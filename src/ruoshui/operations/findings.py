"""What the doctor says of one thing: a mark, what was found, what to do."""

from collections.abc import Iterator

OK, LOOK, BAD = "✓", "!", "✗"
Finding = tuple[str, str, str]
Findings = Iterator[Finding]

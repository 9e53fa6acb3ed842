"""The rules of sick-leave follow-up, as pure functions over facts.

Nothing here reads a clock, a file or a network, draws a random number or logs.
Days are calendar days, dates are local dates in Europe/Oslo, instants are aware.
Rule numbers (R21) are those of docs/rules.md; paragraphs are those of the Working
Environment Act (aml.) and the National Insurance Act (ftrl.).
"""

from typing import Final

RULE_SET: Final = "2026.1"
"""Version of the rules in this package; recorded with every event (R30)."""

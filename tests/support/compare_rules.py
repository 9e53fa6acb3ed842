"""Compares `explain` with the second reading of the rules and makes the examples small.

As a program: `.venv/bin/python -m tests.support.compare_rules --cases 5000 --seed 1` counts the
differences by field and prints the smallest example of each.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from adapters.formats.case_file import read_case
from adapters.formats.located import Faulty
from domain.policy import DEFAULT
from service.explain import as_json, explain
from tests.support.random_cases import random_case
from tests.support.reference.explained import explained
from tests.support.reference.reminders import reminder_faults

Object = dict[str, Any]

LEFT_OUT = ("why", "basis")
"""Texts for people; the rules do not word them."""
UNSAID_WHEN_NOT_APPLICABLE = ("certain", "clock", "mandatory")
"""What these say of a duty that does not apply, no text decides."""


def product(case: Object) -> Object:
    """Give the answer of the product."""
    on = date.fromisoformat(case["on"])
    answer: Object = as_json(explain(read_case(case, "case"), DEFAULT, on))
    return answer


def reference(case: Object) -> Object:
    """Give the answer of the second reading."""
    return explained(case, date.fromisoformat(case["on"]))


def differences(case: Object) -> dict[str, tuple[Any, Any]]:
    """Name the fields in which the two differ, with what each says: product, reference."""
    ours, theirs = product(case), reference(case)
    found: dict[str, tuple[Any, Any]] = {}
    bounds = [[(one["start"], one["last_day"]) for one in each["cases"]] for each in (ours, theirs)]
    if bounds[0] != bounds[1]:
        return {"cases": (bounds[0], bounds[1])}
    for one, two in zip(ours["cases"], theirs["cases"], strict=True):
        for field in ("state", "net_days", "gross_days", "full_days"):
            if one[field] != two[field]:
                found.setdefault(field, (one[field], two[field]))
        for mine, other in zip(one["duties"], two["duties"], strict=True):
            for field, pair in _duty(mine, other):
                found.setdefault(field, pair)
        for fault in reminder_faults(one):
            found.setdefault(f"reminders: {fault}", (one["reminders"], fault))
    return found


def _duty(one: Object, two: Object) -> Iterator[tuple[str, tuple[Any, Any]]]:
    skipped = set(LEFT_OUT)
    if one["state"] == two["state"] == "not_applicable":
        skipped.update(UNSAID_WHEN_NOT_APPLICABLE)
    for field in sorted((one.keys() | two.keys()) - skipped):
        if one.get(field) != two.get(field):
            yield f"{two['kind']}.{field}", (one.get(field), two.get(field))


def shrunk(case: Object, field: str) -> Object:
    """Drop notes, facts and parts of them as long as the two still differ in the field."""
    best, smaller = case, True
    while smaller:
        smaller = False
        for less in _lesser(best):
            if _still(less, field):
                best, smaller = less, True
                break
    return best


def _lesser(case: Object) -> Iterator[Object]:
    for key in ("facts", "notes"):
        for number in range(len(case[key])):
            less = copy.deepcopy(case)
            del less[key][number]
            yield less
    for number, item in enumerate(case["notes"]):
        for part in ("egenmeldingsdager", "sykmeldingPerioder"):
            inner = item.get("note", item)
            for place in range(len(inner.get(part, []))):
                less = copy.deepcopy(case)
                note = less["notes"][number]
                del note.get("note", note)[part][place]
                yield less
        if "note" in item:
            less = copy.deepcopy(case)
            less["notes"][number] = item["note"]
            yield less


def _still(case: Object, field: str) -> bool:
    try:
        return field in differences(case)
    except Faulty:
        return False


def shown(case: Object, field: str) -> str:
    """Write an example: the case file as JSON, then both answers."""
    ours, theirs = differences(case)[field]
    return f"{json.dumps(case)}\n  product: {ours}\n  reference: {theirs}"


def main() -> None:
    """Compare many cases and print what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=20, help="tried for the smallest of each")
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    examples: dict[str, list[Object]] = {}
    for seed in range(asked.seed, asked.seed + asked.cases):
        case = random_case(seed)
        for field in differences(case):
            counts[field] += 1
            examples.setdefault(field, []).append(case)
    sys.stdout.write(f"{asked.cases} cases, {sum(counts.values())} differences\n")
    for field, count in counts.most_common():
        small = [shrunk(case, field) for case in examples[field][: asked.examples]]
        least = min(small, key=lambda each: len(json.dumps(each)))
        sys.stdout.write(f"\n{field}: {count}\n{shown(least, field)}\n")


if __name__ == "__main__":
    main()

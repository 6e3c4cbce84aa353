#!/usr/bin/env python3
"""Checks what a JSON report of tally says.

Usage: check.py REPORT identical
       check.py REPORT equivalent RULE…        these rules, among others, tolerated something
       check.py REPORT byte PATH OFFSET        the one root difference is this byte of this member
"""

import json
import sys


def need(condition, what):
    if not condition:
        sys.exit(f"{sys.argv[1]}: {what}")


def check_byte(report, path, offset):
    need(report["verdict"] == "different", f"the verdict is {report['verdict']}, not different")
    roots = [finding for finding in report["findings"] if finding["role"] == "root"]
    chains = " and ".join(" › ".join(root["path"]) for root in roots)
    need(len(roots) == 1, f"there are {len(roots)} root differences, not 1: {chains}")
    root = roots[0]
    chain = root["path"]
    need(chain and chain[-1] == path, f"the root difference is at {chains}, not at {path}")
    need(any(name.startswith("data.tar") for name in chain[:-1]), f"{chains}: no data.tar in it")
    there = {"offset": offset, "length": 1}
    places = [(root["left"], root["right"])]
    places += [(pair["left"], pair["right"]) for pair in root.get("ranges", [])]
    found = [all({key: side[key] for key in there} == there for side in pair)
             for pair in places if all(pair)]
    need(any(found), f"{chains}: no range is at byte {offset} with length 1: {places}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        report = json.load(file)
    need(report["schema"] == "tallystick/report/v1", "this is no report of version 1")
    need(report["complete"] is True, "the report is not complete")
    mode, arguments = sys.argv[2], sys.argv[3:]
    if mode == "byte":
        check_byte(report, arguments[0], int(arguments[1]))
        return
    need(report["verdict"] == mode, f"the verdict is {report['verdict']}, not {mode}")
    need(report["findings"] == [], "there are findings")
    rules = {entry["rule"]: entry for entry in report["normalizations"]}
    if mode == "identical":
        need(not rules, "a rule was used on identical bytes")
        need(report["left"]["sha256"] == report["right"]["sha256"], "the digests differ")
    for rule in arguments:
        need(rule in rules, f"the rule {rule} is not listed; these are: {' '.join(sorted(rules))}")
    for rule, entry in rules.items():
        need(entry["count"] > 0, f"{rule} tolerated nothing and is listed")
        need(len(entry["first"]) == min(entry["count"], 1000),
             f"{rule} tolerated {entry['count']} differences and lists {len(entry['first'])}")


try:
    main()
except (KeyError, TypeError, ValueError) as error:
    sys.exit(f"{sys.argv[1]}: the report does not have the form that it should: {error!r}")

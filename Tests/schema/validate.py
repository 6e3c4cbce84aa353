#!/usr/bin/env python3
"""Validates JSON reports of `tally compare` against Docs/schemas/report-v1.schema.json.

    validate.py REPORT...           validate files
    validate.py --binary BINARY     make reports of all verdicts over the fixtures, and validate them

It needs the package jsonschema (Debian: python3-jsonschema); without it, it says so and exits 77.
Beside the schema it checks what a schema cannot say: that roots exist, that verdict, completeness
and normal forms agree, and that the text is in the one form that the writer has.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import jsonschema
except ImportError:
    print("schema: skipped, there is no Python package jsonschema")
    sys.exit(77)

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "Docs/schemas/report-v1.schema.json"


def disagreements(report: dict):
    """What is wrong in a report that the schema takes."""
    roots = {item["id"] for item in report["findings"] if item["role"] == "root"}
    ids = [item["id"] for item in report["findings"]]
    if len(ids) != len(set(ids)):
        yield "an ID occurs twice"
    for item in report["findings"]:
        if item["role"] == "derived" and item["rootID"] not in roots:
            yield f"{item['id']} follows from a root that is not listed"
    if report["complete"] != (not report["unread"]):
        yield "complete and unread disagree"
    if report["verdict"] == "different" and not (roots or report["omittedFindings"]):
        yield "different, without a root difference"
    if report["verdict"] in ("identical", "equivalent") and (roots or report["unread"]):
        yield "a match with something found or unread"
    forms = [report[side]["normalForm"] for side in ("left", "right")]
    stated = [report[side]["kind"] == "stated" for side in ("left", "right")]
    if any(stated) != (report["basis"] == "digest-only") or all(stated):
        yield "the basis and the sides disagree"
    if report["verdict"] == "equivalent" and not report["excluded"]:
        if forms[0] is None or forms[0] != forms[1]:
            yield "equivalent, without equal normal forms"
    rules = [item["rule"] for item in report["normalizations"]]
    if rules != sorted(rules):
        yield "rules are not in order"
    for item in report["normalizations"]:
        if len(item["first"]) != min(item["count"], 1000):
            yield f"{item['rule']}: the list is not as long as its count"


def problems(validator, data: bytes):
    report = json.loads(data)
    errors = sorted(validator.iter_errors(report), key=lambda error: list(error.absolute_path))
    for error in errors:
        yield f"{error.json_path}: {error.message[:200]}"
    if not errors:
        yield from disagreements(report)


def statements(folder: Path, artifact: Path, other: Path):
    """Statements as sides: of the artifact, of several, of none that could be compared."""
    digests = {"sha256": hashlib.sha256(artifact.read_bytes()).hexdigest()}
    for name, sets in [("one", [digests]), ("two", [{"sha256": 64 * "0"}, digests]), ("weak", [{}])]:
        path = folder / f"{name}.statement"
        subjects = [{"name": artifact.name, "digest": digest} for digest in sets]
        statement = {"_type": "https://in-toto.io/Statement/v1", "subject": subjects}
        path.write_text(json.dumps({**statement, "predicateType": "https://example.org/x"}))
        yield artifact, path, []
        yield path, other, []


def comparisons(folder: Path):
    """Left, right and options for every kind of report that there is."""
    packages, hostile = ROOT / "Fixtures/packages", folder / "hostile"
    for package in sorted((packages / "one").iterdir()):
        for other in "one", "two", "later", "changed":
            yield package, packages / other / package.name, []
    deb, tar = "libtally-sample_1.0_amd64.deb", "libtally-sample-1.0.tar.gz"
    one, later, changed = (packages / name for name in ("one", "later", "changed"))
    yield one / deb, later / deb, ["--profile", "none"]
    yield one / deb, later / deb, ["--no-digest", "--allow", "tar.owner"]
    yield one / deb, changed / tar, []
    yield one / deb, changed / deb, [
        "--inputs", str(packages / "SHA256SUMS"), "--left-builder", "a builder",
        "--right-builder", "another", "--left-provenance", str(packages / "README.md")]
    yield one, packages / "two", []
    yield one, later, []
    yield one, changed, ["--tree", "full"]
    yield one, changed, ["--exclude", "*.deb", "--exclude", "*.zip"]
    yield one, packages / "two", ["--exclude", "*.deb"]
    yield one, changed, ["--forensic"]
    yield packages / "source", packages / "changed-source", []
    unpacked = folder / "unpacked"
    unpacked.mkdir()
    subprocess.run(["tar", "-xzf", one / tar, "-C", unpacked, "--no-same-owner"], check=True)
    yield unpacked, one / tar, []
    yield changed / tar, unpacked, []
    yield from statements(folder, one / deb, changed / deb)
    (folder / "empty").touch()
    (folder / "byte").write_bytes(b"x")
    yield folder / "empty", folder / "byte", []
    hostile.mkdir()
    subprocess.run([ROOT / "Fixtures/hostile/split.py", "--all", hostile], check=True)
    for line in (hostile / "expect.tsv").read_text().splitlines():
        left, right = line.split("\t")[:2]
        yield hostile / left, hostile / right, []
        yield hostile / right, hostile / left, ["--profile", "none"]


def run(binary: Path, validator) -> int:
    counts, failed = {}, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for left, right, options in comparisons(folder):
            command = [binary, "compare", left, right, "--format", "json", *options]
            result = subprocess.run(command, capture_output=True, timeout=60)
            if result.returncode == 2:
                found = [f"no report: {result.stderr.decode(errors='replace').strip()}"]
            else:
                found = list(problems(validator, result.stdout))
                verdict = json.loads(result.stdout)["verdict"]
                counts[verdict] = counts.get(verdict, 0) + 1
            for problem in found:
                print(f"not ok {left.name} {right.name} {' '.join(options)}: {problem}")
            failed += bool(found)
    said = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    print(f"schema: {sum(counts.values())} reports ({said}), {failed} do not hold")
    missing = {"identical", "equivalent", "different", "inconclusive"} - set(counts)
    if missing:
        print(f"schema: no report with the verdict {', '.join(sorted(missing))}")
    return 1 if failed or missing else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", type=Path)
    parser.add_argument("reports", nargs="*", type=Path)
    arguments = parser.parse_args()
    schema = json.loads(SCHEMA.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    if arguments.binary:
        return run(arguments.binary.resolve(), validator)
    failed = 0
    for report in arguments.reports:
        found = list(problems(validator, report.read_bytes()))
        for problem in found:
            print(f"{report}: {problem}")
        failed += bool(found)
    print(f"schema: {len(arguments.reports) - failed} of {len(arguments.reports)} reports hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

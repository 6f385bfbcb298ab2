"""The PolicyTests of the files, and those that cover the files' policies."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from typing import Final

from governance.english import counted
from policies import candidates, testing
from policies.documents import Document
from policies.errors import PolicyProblems
from policies.management.actions.action import (
    FINDINGS,
    FINE,
    Options,
    Say,
    add_against,
    add_format,
    add_paths,
    base,
    line,
    read,
    texts,
)
from policies.release import compile_release

HELP: Final = "run the PolicyTests of the files and of the policies in them; exit 1 on a failure"


def add(parser: ArgumentParser) -> None:
    add_paths(parser)
    add_format(parser)
    add_against(parser)
    parser.add_argument("--verbose", action="store_true", help="name the examples that hold too")


def run(options: Options, say: Say) -> int:
    files = texts(options["paths"])
    given = read(files)
    paths = dict(zip((each.identity for each in given), files, strict=True))
    held = candidates.in_place(base(options["against"], given), given)
    try:
        release = compile_release(each for each in held if each.kind != "PolicyTest")
    except PolicyProblems as error:
        for problem in error.problems:
            say(line(problem, "text"))
        return FINDINGS
    tests = _meant(given, held)
    results = testing.run(release, tests)
    _tell(tests, results, paths, options, say)
    return FINDINGS if any(not result.passed for result in results) else FINE


def _meant(given: Sequence[Document], held: Sequence[Document]) -> list[Document]:
    """The tests among the files, and every test that covers a policy of theirs."""
    names = {(each.kind, each.metadata.name) for each in given}
    return [
        each
        for each in held
        if each.kind == "PolicyTest"
        and ((each.kind, each.metadata.name) in names or names & set(each.spec.policies))
    ]


def _tell(
    tests: Sequence[Document],
    results: Sequence[testing.Result],
    paths: Mapping[str, str],
    options: Options,
    say: Say,
) -> None:
    if options["format"] == "json":
        say(json.dumps([_record(result) for result in results], indent=2, ensure_ascii=False))
        return
    if options["verbose"] and options["format"] == "text":
        for result in results:
            say(f"{'holds' if result.passed else 'FAILS':6} {result.test}: {result.example}")
    for test in tests:
        path = paths.get(test.identity, test.identity)
        for problem in testing.problems(test, results, path=path):
            say(line(problem, options["format"]))
    if options["format"] == "text":
        failed = sum(not result.passed for result in results)
        say(
            f"{counted(len(results), 'example')} in {counted(len(tests), 'test')}, {failed} failed."
        )


def _record(result: testing.Result) -> Mapping[str, object]:
    return {
        "test": result.test,
        "example": result.example,
        "passed": result.passed,
        "mismatches": [
            {"pointer": each.pointer, "message": each.message} for each in result.mismatches
        ],
    }

"""`kb validate` as a command."""

import pytest

from tests.conftest import Run


@pytest.mark.whole_graph
def test_warnings_that_are_left_out_are_still_counted(run_kb: Run) -> None:
    shown, quiet = run_kb("validate"), run_kb("validate", "--quiet")
    warnings = sum(line.startswith("warning: ") for line in shown.stdout.splitlines())

    assert warnings > 0
    assert f"0 errors, {warnings} warnings" == shown.stdout.splitlines()[-1]
    assert f"0 errors, {warnings} warnings (left out)\n" == quiet.stdout

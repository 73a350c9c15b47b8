"""Fixtures and rules that hold for the whole test suite."""

import hypothesis
import pytest

# The same examples in every run, and none judged by how long this machine took.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Report a run in which every test was skipped as one in which no test ran."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or session.config.option.collectonly or exitstatus != pytest.ExitCode.OK:
        return
    if not reporter.stats.get("passed"):
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED

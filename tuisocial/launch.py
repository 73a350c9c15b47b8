"""The hand-over to the application: the only place that imports `tuisocial.tui`, when it opens."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuisocial.config.paths import Paths
    from tuisocial.config.schema import Settings

YOUNG = 5_000
"""Objects made before the youngest are looked through: a page of posts has more than Python's 700,
and all of them are in use until it is stored."""


def launch(paths: Paths, settings: Settings, *, plugins: bool) -> str | None:
    """Open the application and return when it is closed.

    `"demo"` when the person chose the demo on the welcome screen, otherwise None.

    Raises: UserError.
    """
    # Looking for garbage while modules are loaded finds none and takes a fifth of the time; the
    # application turns it on again after its first paint.
    gc.disable()
    gc.set_threshold(YOUNG)
    from tuisocial.cli import logfile
    from tuisocial.services.runtime import Runtime
    from tuisocial.tui.app import TuisocialApp

    runtime = Runtime.open(paths, settings, plugins=plugins)
    logfile.hide_by(runtime.scrub)
    app = TuisocialApp(runtime)
    answer = app.run()
    if app.farewell:
        print(app.farewell, file=sys.stderr)
    return answer

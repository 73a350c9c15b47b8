#!/bin/sh
# Make .venv hold exactly-pinned dependencies and this project; do nothing where it holds them already.
#
# Usage: .ci/install.sh LOCK. Run from the top of the project. Two things are remembered inside .venv: the folder it was made in
# (an environment does not survive a move) and, for each lock, the contents it was installed from. An environment that no longer
# finds its own pip is made anew: the interpreter it stood on was removed, or replaced by the system's next version.

set -eu

lock=$1
python=.venv/bin/python
made_in=.venv/made-in
installed=.venv/installed-from-$lock

if ! [ "$(cat "$made_in" 2>/dev/null)" = "$(pwd)" ] || ! "$python" -c 'import pip' 2>/dev/null; then
    found=$(.ci/python.sh)
    echo "Making .venv with $found"
    "$found" -m venv --clear .venv
    pwd > "$made_in"
fi

if ! cat "$lock" requirements-build.lock pyproject.toml | cmp -s - "$installed"; then
    echo "Installing what $lock names"
    rm -f "$installed"
    # What builds is pinned too and installed first, so that no build fetches tools of its own.
    # Python 3.14 is the exception: coincurve has no wheel for it yet and is compiled with what it asks for.
    isolation=--no-build-isolation
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 14))' && isolation=
    export PIP_DISABLE_PIP_VERSION_CHECK=1
    "$python" -m pip install --quiet --no-deps --require-hashes --only-binary :all: --requirement requirements-build.lock
    "$python" -m pip install --quiet --no-deps --require-hashes --use-pep517 $isolation --requirement "$lock"
    "$python" -m pip install --quiet --no-deps --no-build-isolation --editable .
    # As pip does for what it installs whole: the first start need not compile, nor may the last one where writing is off.
    "$python" -m compileall -q tuisocial
    cat "$lock" requirements-build.lock pyproject.toml > "$installed"
fi

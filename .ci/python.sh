#!/bin/sh
# Print the path of a Python that can make this project's environment; where there is none, say in one line what to install.
#
# PYTHON names the one to use. Without it each folder of PATH is searched, and what is there but does not run
# (a pyenv shim of a version that is not selected) is passed over. 3.14 and newer come last: not every dependency has a wheel for them.

set -u

# Exit codes of the probe; whatever else the candidate exits with, it is not a Python that runs.
good=9
old=10
bare=11
new=12
probe="
import sys
sys.stdout.write('%d.%d' % sys.version_info[:2])
sys.stdout.flush()
if sys.version_info < (3, 11):
    sys.exit($old)
try:
    import ensurepip, venv
    ensurepip.version()  # an emptied folder still imports
except (ImportError, AttributeError):
    sys.exit($bare)
if sys.version_info >= (3, 14):
    sys.exit($new)
sys.exit($good)
"

refuse() {
    echo "$1" >&2
    exit 1
}

without_venv() {
    refuse "$1 is Python $2 without venv and ensurepip: install the package python$2-venv (apt install python$2-venv), or name another one with PYTHON=/path/to/python3"
}

too_old() {
    refuse "$1 is Python $2 and tuisocial needs 3.11 or newer: install the package python3.11-venv or a later one (apt install python3.11-venv), or name another one with PYTHON=/path/to/python3"
}

if [ -n "${PYTHON:-}" ]; then
    found=$(command -v -- "$PYTHON") || refuse "PYTHON=$PYTHON is not a program: give the path of a Python 3.11 or newer"
    version=$("$found" -c "$probe" 2>/dev/null)
    case $? in
        "$good" | "$new") echo "$found"; exit 0 ;;
        "$old") too_old "$found" "$version" ;;
        "$bare") without_venv "$found" "$version" ;;
        *) refuse "PYTHON=$PYTHON does not run as a Python: give the path of a Python 3.11 or newer" ;;
    esac
fi

new_path='' bare_path='' bare_version='' old_path='' old_version=''
set -f
IFS=:
for name in python3 python3.13 python3.12 python3.11 python3.14 python; do
    for folder in $PATH; do
        candidate=${folder:-.}/$name
        [ -x "$candidate" ] && [ ! -d "$candidate" ] || continue
        # An environment cannot be made anew by the interpreter inside it.
        [ "$folder" = "$(pwd)/.venv/bin" ] && continue
        version=$("$candidate" -c "$probe" 2>/dev/null)
        case $? in
            "$good") echo "$candidate"; exit 0 ;;
            "$new") [ -n "$new_path" ] || new_path=$candidate ;;
            "$old") [ -n "$old_path" ] || { old_path=$candidate old_version=$version; } ;;
            "$bare") [ -n "$bare_path" ] || { bare_path=$candidate bare_version=$version; } ;;
        esac
    done
done

[ -z "$new_path" ] || { echo "$new_path"; exit 0; }
[ -z "$bare_path" ] || without_venv "$bare_path" "$bare_version"
[ -z "$old_path" ] || too_old "$old_path" "$old_version"
refuse "no Python found: install the package python3-venv (apt install python3-venv), or name one with PYTHON=/path/to/python3"

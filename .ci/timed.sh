#!/bin/sh
# Run a step of the checks and say how long it took.
#
# Usage: .ci/timed.sh STEP COMMAND [ARGUMENT …]. Where TIMES names a file, the same line is added to it.

step=$1
shift
start=$(date +%s)
"$@"
status=$?
[ $status -eq 0 ] && outcome=ok || outcome=FAILED
line=$(printf '%-8s %5d s  %s' "$step" $(($(date +%s) - start)) "$outcome")
echo "== $line"
[ -z "${TIMES:-}" ] || echo "$line" >> "$TIMES"
exit $status

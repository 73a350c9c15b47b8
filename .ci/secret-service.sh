#!/bin/sh
# Put a real Secret Service at hand for the live tests: Debian's gnome-keyring and a D-Bus to run it on.
#
# Run before the tests. It installs only as root and where apt-get is; anywhere else, and when nothing can be installed,
# it does nothing and succeeds, and the tests that need the service are skipped with the reason.

set -u

have() {
    command -v gnome-keyring-daemon >/dev/null && command -v dbus-run-session >/dev/null
}

have && exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 0

install() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=1 -o Acquire::http::Timeout=20 \
        -o DPkg::Lock::Timeout=30 install --yes --no-install-recommends dbus gnome-keyring >/dev/null 2>&1
}

echo 'Installing gnome-keyring and dbus for the live tests'
# The lists of packages may be there already; fetching them takes longer than the rest.
install || { apt-get -qq -o Acquire::http::Timeout=20 update >/dev/null 2>&1 && install; }
have || echo 'They could not be installed; the tests that need them are skipped'
exit 0

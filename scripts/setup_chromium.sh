#!/bin/sh
# Chromium for the tests of the studio's page, and the typeface its screenshots are made with, on Debian: installed when
# missing. Elsewhere, or without rights: said loudly, and a failure under CI.
set -eu

PATH="$PATH:/usr/sbin:/sbin"
missing=""
[ -x /usr/bin/chromium ] || missing="$missing chromium"
fc-list 2>/dev/null | grep -qi 'inter' || missing="$missing fonts-inter"
[ -n "$missing" ] || exit 0

give_up() {
    echo "npcface: the page's tests need$missing: $1" >&2
    # without the typeface only the screenshots look different
    [ -z "${CI:-}" ] || [ -x /usr/bin/chromium ] || exit 1
    exit 0
}

command -v apt-get >/dev/null || give_up "install them with this system's package manager."
as_root=""
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || give_up "run 'apt-get install$missing' as root."
    as_root="sudo"
fi
echo "npcface: installing$missing (for the page's tests)"
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update || true
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 \
    install $missing >/dev/null || give_up "apt-get could not install them."

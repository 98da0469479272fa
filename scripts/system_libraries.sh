#!/bin/sh
# MediaPipe's native library and OpenCV need these four at enrolment; a player that only renders needs none of them.
# Debian and Ubuntu: installed here when missing. Elsewhere, or without rights: said loudly, and a failure under CI.
set -eu

PATH="$PATH:/usr/sbin:/sbin"
missing=""
have() { ldconfig -p 2>/dev/null | grep -q "$1"; }
[ "$(uname -s)" = Linux ] || exit 0
have libEGL.so.1 || missing="$missing libegl1"
have libGLESv2.so.2 || missing="$missing libgles2"
have libGL.so.1 || missing="$missing libgl1"
have libgthread-2.0.so.0 || missing="$missing libglib2.0-0"
[ -n "$missing" ] || exit 0

give_up() {
    echo "npcface: enrolment needs$missing, which are not here: $1" >&2
    [ -z "${CI:-}" ] || exit 1
    exit 0
}

command -v apt-get >/dev/null || give_up "install them with this system's package manager."
as_root=""
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || give_up "run 'apt-get install$missing' as root."
    as_root="sudo"
fi
echo "npcface: installing$missing (for MediaPipe)"
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update || true
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $missing >/dev/null ||
    give_up "apt-get could not install them."

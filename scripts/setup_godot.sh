#!/bin/sh
# Godot 4 and Xvfb for the tests of engine_bridge/godot, on Debian: Godot and every library it needs are unpacked into a
# private folder (no root needed, the system's packages stay as they are); Xvfb is installed when it is missing.
#
#     sh scripts/setup_godot.sh [FOLDER]      default: .cache/godot; then run FOLDER/godot
#
# Safe to repeat: what is there already is kept. 160 MB are fetched, 1.1 GB needed for a moment, 530 MB kept.
# What cannot be had is said loudly, and is a failure under CI.
# NPCFACE_DEBIAN_MIRROR: a Debian mirror, where apt itself uses none (Ubuntu).
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${1:-$here/.cache/godot}"
folder=$(cd "${1:-$here/.cache/godot}" && pwd)
PATH="$PATH:/usr/sbin:/sbin"
export DEBIAN_FRONTEND=noninteractive

give_up() {
    echo "npcface: NO GODOT FOR THE TESTS: $1" >&2
    [ -z "${CI:-}" ] || exit 1
    exit 0
}

install_xvfb() {
    command -v Xvfb >/dev/null && return
    command -v apt-get >/dev/null || give_up "Xvfb is missing; install it with this system's package manager."
    as_root=""
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || give_up "Xvfb is missing; run 'apt-get install xvfb' as root."
        as_root="sudo"
    fi
    echo "npcface: installing xvfb"
    $as_root apt-get -qq update || true
    $as_root apt-get -qq -y --no-install-recommends install xvfb >/dev/null || give_up "apt-get could not install xvfb."
}

works() { [ -x "$folder/godot" ] && "$folder/godot" --headless --version 2>/dev/null | grep -q '^4\.'; }

# The mirror the system itself uses, so that a proxy or a cache in front of it is used too.
mirror() {
    [ -z "${NPCFACE_DEBIAN_MIRROR:-}" ] || { echo "$NPCFACE_DEBIAN_MIRROR"; return; }
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -E '/debian/?$' | head -n 1
}

fetch() {
    suite=$1
    work="$folder/work"
    rm -rf "$work" "$folder/root"
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$folder/root"
    : >"$work/status" # nothing is installed, so apt names every library that is needed
    echo "deb [signed-by=$keyring] $site $suite main" >"$work/sources.list"
    set -- -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::Etc::PreferencesParts=/dev/null -o Dir::Etc::Preferences=/dev/null -o "Dir::State::Lists=$work/lists" \
        -o "Dir::State::status=$work/status" -o "Dir::Cache=$work/cache" -o "APT::Sandbox::User=$(id -un)" \
        -o APT::Install-Recommends=false -o Acquire::Languages=none -o APT::Update::Post-Invoke-Success::= \
        -o Debug::NoLocking=true
    timeout 300 apt-get "$@" -qq update || return 1
    timeout 600 apt-get "$@" -y -qq --download-only install godot libgl1 libgl1-mesa-dri >/dev/null || return 1
    for package in "$work"/cache/archives/*.deb; do dpkg -x "$package" "$folder/root" || return 1; done
    rm -rf "$work"
}

# Its own loader and its own libc; the second folder holds a library that is found by no other way.
write_starter() {
    libraries=$(dirname "$(find "$folder/root/usr/lib" -name 'ld-linux-*.so.*' | head -n 1)")
    loader=$(find "$libraries" -maxdepth 1 -name 'ld-linux-*.so.*' | head -n 1)
    cat >"$folder/godot" <<STARTER
#!/bin/sh
exec "$loader" --inhibit-cache --library-path "$libraries:$libraries/pulseaudio" --argv0 godot \\
    "$folder/root/usr/bin/godot" "\$@"
STARTER
    chmod +x "$folder/godot"
}

if ! works; then
    [ "$(uname -s)" = Linux ] || give_up "this script knows Debian's packages only; put a Godot 4 at $folder/godot."
    for tool in apt-get dpkg; do
        command -v "$tool" >/dev/null || give_up "$tool is missing; put a Godot 4 at $folder/godot."
    done
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -e "$keyring" ] || give_up "$keyring is missing: install debian-archive-keyring."
    site=$(mirror)
    [ -n "$site" ] || give_up "apt uses no Debian mirror; name one in NPCFACE_DEBIAN_MIRROR."
    echo "npcface: fetching Godot 4 into $folder"
    fetch testing || fetch sid || give_up "apt-get could not fetch it (see above)."
    write_starter
    works || give_up "it was unpacked into $folder/root but does not run: $("$folder/godot" --version 2>&1 | tail -n 1)"
fi
install_xvfb
echo "npcface: Godot $("$folder/godot" --headless --version 2>/dev/null | head -n 1) in $folder"

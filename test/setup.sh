#!/bin/sh
# Makes sure that what the tests need is on this machine: Debian packages, and as root a user to log in as.
set -eu

missing=
need() { # COMMAND PACKAGE
  PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need sshd openssh-server
need ssh openssh-client
need sudo sudo
need busybox busybox
need dropbear dropbear-bin
need dash dash
need fish fish
need zsh zsh
need tcsh tcsh
need shellcheck shellcheck
need ps procps
need strace strace
need zstd zstd
need xz xz-utils
need curl curl
need wget wget
need script bsdutils
need tmux tmux
need mkfs.ext4 e2fsprogs
need chage passwd
need sshfs sshfs
need fusermount3 fuse3
need python3 python3
need unshare util-linux
need chromium chromium
# Debian keeps ensurepip in a package of its own.
/usr/bin/python3 -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"

if [ -n "$missing" ]; then
  install="apt-get install -y --no-install-recommends$missing"
  if [ "$(id -u)" -ne 0 ]; then
    echo "The tests need these packages:$missing. Install them with: sudo $install" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  # Without package lists, or with old ones, the first try fails. The list of packages is meant to be split.
  $install >&2 || { apt-get update >&2 && $install >&2; }
fi

# '*' and not '!' for the password: sshd refuses a locked account even with a key.
if [ "$(id -u)" -eq 0 ] && ! id conc-test >/dev/null 2>&1; then
  useradd --create-home --home-dir /home/conc-test --shell /bin/sh --password '*' conc-test
fi

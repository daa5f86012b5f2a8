# q_mount POINT: the mount table as /proc/self/mountinfo has it, or /proc/mounts; then an empty line and the point without links.
q_mount() {
  if [ -r /proc/self/mountinfo ]; then
    echo via mountinfo
    cat /proc/self/mountinfo || exit 11
  elif [ -r /proc/mounts ]; then
    echo via mounts
    cat /proc/mounts || exit 11
  else unknown "/proc is not mounted"
  fi
  echo
  readlink -f -- "$1" 2>/dev/null || printf '%s\n' "$1"
}

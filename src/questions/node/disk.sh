# q_disk PATH: what df tells of its file system in KiB, then of its inodes. GNU and busybox know both options, and exit with 0 or 1.
q_disk() {
  needs df
  case $1 in -*) set -- "./$1" ;; esac
  if ! d_said=$(df -Pk "$1" 2>&1); then
    [ -e "$1" ] || unseen "$1"
    unknown "$d_said"
  fi
  printf '%s\n' "$d_said"
  df -Pi "$1" 2>/dev/null || df -i "$1" 2>/dev/null || :
}

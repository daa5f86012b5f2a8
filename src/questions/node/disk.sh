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

# unseen PATH: why nothing is seen there, by the end of stat's words, which glibc and musl have in common. Only two mean that nothing is.
unseen() {
  case $(stat -L -- "$1" 2>&1 >/dev/null) in
    *': No such file or directory' | *': Not a directory') exit 10 ;;
    *': Permission denied') unknown "permission denied; ask with node.sudo()" ;;
    *) unknown "it can't be seen" ;;
  esac
}

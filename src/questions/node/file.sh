# q_file PATH: kind, mode, user, uid, group, gid, size, time of the last change, each on a line. For a link then the mode of
# what it leads to, or why that can't be seen, and its target as it is. GNU and busybox know these formats.
q_file() {
  at "$1"
  [ -e "$f_at" ] || [ -h "$f_at" ] || reach
  stat -c '%F
%a
%U
%u
%G
%g
%s
%Y' -- "$f_at" || exit 11
  [ -h "$f_at" ] || return 0
  f_words=$(stat -L -c %a -- "$f_at" 2>&1)
  printf '%s\n' "${f_words##*: }"
  readlink -- "$f_at"
}

# at PATH: sets f_at to a path that is no option.
at() {
  needs stat
  f_at=$1
  case $1 in -*) f_at=./$1 ;; esac
}

# reach [-L]: tells why nothing is seen at f_at, by stat's words: glibc and musl have the same for these. All but two mean
# that it is not known: a folder that may not be searched hides what is in it.
reach() {
  f_words=$(stat "$@" -- "$f_at" 2>&1 >/dev/null)
  case $f_words in
    *': No such file or directory' | *': Not a directory') exit 10 ;;
    *': Permission denied') denied ;;
    *) unknown "it can't be seen: ${f_words##*: }" ;;
  esac
}

denied() { unknown "permission denied; ask with node.sudo()"; }

# regular PATH: a file whose bytes may be read. To read a pipe would wait, and take what is another's.
regular() {
  at "$1"
  [ -e "$f_at" ] || reach -L
  [ -f "$f_at" ] || unknown "it is no regular file"
  [ -r "$f_at" ] || denied
}

# q_content PATH: the bytes of a file, at most 8 MiB. Those of /proc have a size of 0.
q_content() {
  regular "$1"
  f_size=$(stat -L -c %s -- "$f_at") || exit 11
  [ "$f_size" -le 8388608 ] || unknown "it is over 8 MiB"
  head -c 8388609 -- "$f_at" || exit 11
}

# q_sum PATH: the SHA-256 of a file's bytes, in hexadecimal.
q_sum() {
  needs sha256sum
  regular "$1"
  f_sum=$(sha256sum <"$f_at") || exit 11
  echo "${f_sum%% *}"
}

# q_list PATH: the names in a folder, each with a NUL after it.
q_list() {
  at "$1"
  [ -e "$f_at" ] || reach -L
  [ -d "$f_at" ] || unknown "it is no folder"
  [ -r "$f_at" ] && [ -x "$f_at" ] || denied
  unset CDPATH
  cd -- "$f_at" || exit 11
  for f_name in * .[!.]* ..?*; do
    if [ -e "$f_name" ] || [ -h "$f_name" ]; then printf '%s\0' "$f_name"; fi
  done
}

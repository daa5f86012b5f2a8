# q_file PATH: kind, mode, user, uid, group, gid, size, time of the last change, each on a line; the target of a link, as it is.
# GNU and busybox know these formats. A folder that may not be searched hides what is in it: that is no proof of absence.
q_file() {
  needs stat
  case $1 in -*) set -- "./$1" ;; esac
  if ! [ -e "$1" ] && ! [ -h "$1" ]; then
    hidden "$1" && unknown "permission denied"
    exit 10
  fi
  stat -c '%F
%a
%U
%u
%G
%g
%s
%Y' "$1" || exit 11
  [ ! -h "$1" ] || readlink "$1"
}

# hidden PATH: does the nearest folder above it that can be seen refuse to be searched?
hidden() {
  case $1 in
    */*) h_folder=${1%/*} ;;
    *) h_folder=. ;;
  esac
  [ -n "$h_folder" ] || h_folder=/
  if [ -d "$h_folder" ]; then [ ! -x "$h_folder" ]
  elif [ "$h_folder" = "$1" ] || [ "$h_folder" = . ]; then false
  else hidden "$h_folder"
  fi
}

# q_content PATH: the bytes of a file, at most 8 MiB.
q_content() {
  case $1 in -*) set -- "./$1" ;; esac
  if ! [ -e "$1" ]; then
    hidden "$1" && unknown "permission denied"
    exit 10
  fi
  [ -r "$1" ] || unknown "permission denied"
  [ ! -d "$1" ] || unknown "it is a folder"
  head -c 8388609 -- "$1" || exit 11
}

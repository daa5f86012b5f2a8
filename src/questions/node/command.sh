# q_command NAME: the path of the program that the name starts. The shell's own words (cd, and this script's functions) are none.
q_command() {
  case $1 in
    '') exit 10 ;;
    */*) program "$1" && exit 0; seen "$1"; exit 10 ;;
  esac
  set -f
  IFS=:
  for c_folder in $PATH; do ! program "${c_folder:-.}/$1" || exit 0; done
  for c_folder in $PATH; do seen "${c_folder:-.}/$1"; done
  exit 10
}

program() { [ -f "$1" ] && [ -x "$1" ] && printf '%s\n' "$1"; }

# seen PATH: ends the question where a program could be hidden.
seen() {
  [ ! -e "$1" ] || return 0
  ( unseen "$1" )
  [ $? = 10 ] || exit 11
}

# What every question may use. A function q_NAME prints its answer and returns 0; returns 10 when there is no such thing,
# and 11 with a line on stderr when it can't tell. It runs in a subshell of its own, in the locale C, without input.

unknown() { printf '%s\n' "$*" >&2; exit 11; }

has() { command -v "$1" >/dev/null 2>&1; }

# needs TOOL: says which tool is missing.
needs() { has "$1" || unknown "the node has no $1"; }

# listable FOLDER: ends the question where the folder is there and what is in it may not be seen: that is not nothing.
listable() {
  [ ! -d "$1" ] || { [ -r "$1" ] && [ -x "$1" ]; } || unknown "$1: permission denied; ask with node.sudo()"
}

# unseen PATH: why nothing is seen there, by the end of stat's words, which glibc and musl have in common. Only two mean that nothing is.
unseen() {
  case $(stat -L -- "$1" 2>&1 >/dev/null) in
    *': No such file or directory' | *': Not a directory') exit 10 ;;
    *': Permission denied') unknown "permission denied; ask with node.sudo()" ;;
    *) unknown "it can't be seen" ;;
  esac
}

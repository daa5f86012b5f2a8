# q_sockets: `via ss`, then after `4` what ss tells of IPv4 and after `6` of IPv6; or `via proc`, then the listening lines of
# /proc/net/* (file, local address, state, inode), and for root `fd PID INODE NAME` of who holds them.
# ss exits with 0 when all is told, with 255 or 1 when it does not know an option or has no netlink: then /proc tells.
q_sockets() {
  if has ss && s_four=$(ss -4Hltunp 2>/dev/null) && s_six=$(ss -6Hltunp 2>/dev/null); then
    printf 'via ss\n4\n%s\n6\n%s\n' "$s_four" "$s_six"
    return 0
  fi
  needs awk
  [ -r /proc/net/tcp ] || unknown "the node has neither ss nor /proc/net/tcp"
  s_lines=$(for s_file in tcp tcp6 udp udp6; do
    [ ! -r "/proc/net/$s_file" ] || awk '$4 == "0A" || $4 == "07" { print FILENAME, $2, $4, $10 }' "/proc/net/$s_file"
  done)
  printf 'via proc\n%s\n' "$s_lines"
  [ "$(id -u)" != 0 ] || holders "$s_lines"
  return 0
}

# holders LINES: which processes hold the sockets with the inodes that the lines end with. Some may end meanwhile.
holders() {
  { printf '%s\n' "$1"; ls -l /proc/[0-9]*/fd 2>/dev/null; } | awk '
    /^\/proc\/net\// { listens[$NF] = 1 }
    /^\/proc\/[0-9]+\/fd:$/ { split($0, at, "/") }
    / -> socket:\[[0-9]+\]$/ { gsub(/[^0-9]/, "", $NF); if ($NF in listens) print "fd", at[3], $NF }
  ' | while read -r h_word h_pid h_inode; do
    h_name=
    read -r h_name <"/proc/$h_pid/comm"
    printf '%s %s %s %s\n' "$h_word" "$h_pid" "$h_inode" "$h_name"
  done 2>/dev/null
}

# q_unix PATH: the path without links, then those of the listening sockets that have the same name. proc(5): flag 00010000 is
# SO_ACCEPTCON; a datagram socket (type 0002) is bound or not.
q_unix() {
  [ -r /proc/net/unix ] || unknown "/proc/net/unix can't be read"
  straight "$1"
  while read -r _ _ _ u_flags u_type _ _ u_path; do
    case $u_flags.$u_type in 00010000.*|*.0002) ;; *) continue ;; esac
    case $u_path in "$1"|*/"${1##*/}") straight "$u_path" ;; esac
  done </proc/net/unix
}

# straight PATH: the path without links, as far as they can be followed; an abstract name as it is.
straight() {
  case $1 in
    /*) readlink -f -- "$1" 2>/dev/null || printf '%s\n' "$1" ;;
    *) printf '%s\n' "$1" ;;
  esac
}

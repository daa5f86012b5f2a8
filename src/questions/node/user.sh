# q_user NAME: its line of passwd(5), then `GID NAME` for each of its groups, the first its primary.
q_user() {
  needs id
  account passwd "$1"
  printf '%s\n' "$a_line"
  u_gids=$(id -G -- "$1") || exit 11
  for u_gid in $u_gids; do
    u_name=$(group_name "$u_gid")
    printf '%s %s\n' "$u_gid" "${u_name:-$u_gid}"
  done
}

# q_group NAME: its line of group(5).
q_group() {
  account group "$1"
  printf '%s\n' "$a_line"
}

# account DATABASE NAME: sets a_line. getent(1): 0 found, 2 no such name, 1 and 3 can't look; it takes digits for an id.
# Where there is no getent (busybox) there is nothing but files.
account() {
  case $2 in
    '' | *:*) exit 10 ;;
    -*) unknown "a name that begins with - can't be asked for" ;;
  esac
  if has getent; then
    a_line=$(getent "$1" "$2")
    case $? in
      0) ;;
      2) exit 10 ;;
      *) exit 11 ;;
    esac
    case $2 in *[!0-9]*) ;; "${a_line%%:*}") ;; *) exit 10 ;; esac
  else
    line_of "/etc/$1" "$2" || exit 10
  fi
}

# line_of FILE NAME: sets a_line to the line of a name.
line_of() {
  [ -r "$1" ] || unknown "$1 can't be read"
  while IFS= read -r a_line || [ -n "$a_line" ]; do
    case $a_line in "$2":*) return 0 ;; esac
  done <"$1"
  return 1
}

group_name() {
  if has getent; then g_line=$(getent group "$1"); echo "${g_line%%:*}"
  else awk -F: -v gid="$1" '$3 == gid { print $1; exit }' /etc/group
  fi
}

# q_locked NAME: `locked` or `open`. The password itself is not sent, not even as a hash.
q_locked() {
  account passwd "$1"
  u_entry=$a_line
  [ -e /etc/shadow ] || unknown "the node has no /etc/shadow"
  [ -r /etc/shadow ] || unknown "permission denied; ask with node.sudo()"
  line_of /etc/shadow "$1" || a_line=$u_entry
  a_line=${a_line#*:}
  case $a_line in
    x:*) unknown "it has no line in /etc/shadow" ;;
    '!'* | '*'*) echo locked ;;
    *) echo open ;;
  esac
}

# q_keys NAME: its authorized keys, from where sshd looks unless told otherwise (sshd_config(5), AuthorizedKeysFile).
q_keys() {
  account passwd "$1"
  u_home=${a_line%:*}
  u_home=${u_home##*:}
  for u_folder in "$u_home" "$u_home/.ssh"; do
    [ ! -d "$u_folder" ] || [ -x "$u_folder" ] || unknown "permission denied; ask with node.sudo()"
  done
  for u_file in "$u_home/.ssh/authorized_keys" "$u_home/.ssh/authorized_keys2"; do
    [ -e "$u_file" ] || continue
    [ -r "$u_file" ] || unknown "permission denied; ask with node.sudo()"
    head -c 1048577 -- "$u_file" || exit 11
    echo
  done
}

# q_inventory KIND: the lines of a kind, in any order. What only root sees whole is unknown to others.
q_inventory() {
  case $1 in
    packages) list_packages ;;
    users) awk -F: '{ print $1, $3, $4, $6, $7 }' /etc/passwd || exit 11 ;;
    groups) awk -F: '{ print $1, $3, $4 }' /etc/group || exit 11 ;;
    services) list_services ;;
    setuid) list_setuid ;;
    authorizedKeys) list_keys ;;
    sysctls) shift; list_sysctls "$@" ;;
    *) unknown "there is no inventory of $1" ;;
  esac
}

by_root() { [ "$(id -u)" = 0 ] || unknown "only root sees all; ask with node.sudo()"; }

# list_packages: name and version. dpkg-query and rpm exit with 0, and busybox has an rpm without a database; that of apk is read, as
# its lists join the two.
list_packages() {
  if has dpkg-query; then
    dpkg-query -W -f '${db:Status-Status} ${binary:Package} ${Version}\n' || exit 11
  elif [ -r /lib/apk/db/installed ] || [ -r /usr/lib/apk/db/installed ]; then
    for l_db in /usr/lib/apk/db/installed /lib/apk/db/installed; do
      [ ! -r "$l_db" ] || { awk '/^P:/ { p = substr($0, 3) } /^V:/ { v = substr($0, 3) } /^$/ { print "installed", p, v }' "$l_db"; break; }
    done
  elif has rpm && { [ -d /var/lib/rpm ] || [ -d /usr/lib/sysimage/rpm ]; }; then
    rpm -qa --qf 'installed %{NAME} %{VERSION}-%{RELEASE}.%{ARCH}\n' || exit 11
  else unknown "the node has neither dpkg-query, apk nor rpm"
  fi
}

# list_services: those that are started at boot. sd_booted(3) tells systemd; systemctl and rc-update exit with 0.
list_services() {
  if [ -d /run/systemd/system ]; then
    needs systemctl
    l_said=$(systemctl list-unit-files --state=enabled --no-legend --no-pager --plain) || exit 11
    printf '%s\n' "$l_said" | awk '{ print $1 }'
  elif has rc-update; then
    l_said=$(rc-update show) || exit 11
    printf '%s\n' "$l_said" | awk -F'|' '{ gsub(/^ +| +$/, "", $1); n = split($2, at, " "); for (i = 1; i <= n; i++) print $1, at[i] }'
  elif [ -d /etc/rc2.d ]; then
    for l_folder in /etc/rc[2345].d; do listable "$l_folder"; done
    for l_link in /etc/rc[2345].d/S[0-9][0-9]*; do
      [ -h "$l_link" ] || [ -e "$l_link" ] || continue
      l_level=${l_link#/etc/rc}
      l_name=${l_link##*/}
      printf '%s %s\n' "${l_name#S??}" "${l_level%%.*}"
    done
  else unknown "the node has neither systemd, OpenRC nor /etc/rc2.d"
  fi
}

# list_setuid: mode, owner, group and path of the files on the root's file system that run as somebody else; the layers of containers
# are left out. Two minutes at most. find exits with 1 for what went meanwhile.
list_setuid() {
  by_root
  needs timeout
  timeout 120 find / -xdev \( -path /var/lib/docker -o -path /var/lib/containers -o -path /var/lib/containerd \) -prune \
    -o -type f \( -perm -4000 -o -perm -2000 \) -exec stat -c '%a %U %G %n' {} + 2>/dev/null
  case $? in 0|1) ;; *) unknown "find did not come to its end within 2 minutes" ;; esac
}

# list_keys: user and line of what sshd reads when nothing else is set up.
list_keys() {
  by_root
  while IFS=: read -r l_user _ _ _ _ l_home _; do
    for l_file in "$l_home/.ssh/authorized_keys" "$l_home/.ssh/authorized_keys2"; do
      [ ! -f "$l_file" ] || { sed 's/^[[:space:]]*//; /^#/d; /^$/d' "$l_file" || exit 11; echo; } | WHO=$l_user awk 'NF { print ENVIRON["WHO"], $0 }'
    done
  done </etc/passwd
}

# list_sysctls PATH…: the value of each that there is. The shells' `read` takes single bytes, of which such a file gives but the first.
list_sysctls() {
  for l_path; do
    [ -e "/proc/sys/$l_path" ] || continue
    [ -r "/proc/sys/$l_path" ] || unknown "/proc/sys/$l_path: permission denied; ask with node.sudo()"
    l_value=$(cat "/proc/sys/$l_path") || exit 11
    printf '%s %s\n' "$l_path" "$l_value"
  done
}

# q_system: kernel's name, machine, kernel's release, host name, seconds since 1970, seconds since the start, each on a
# line; then os-release(5) as it is, when the node has one.
q_system() {
  needs uname; needs date
  for s_part in -s -m -r -n; do uname "$s_part" || exit 11; done
  date +%s || exit 11
  s_up=
  [ ! -r /proc/uptime ] || read -r s_up _ </proc/uptime
  printf '%s\n' "$s_up"
  for s_file in /etc/os-release /usr/lib/os-release; do
    [ ! -r "$s_file" ] || { cat "$s_file" || exit 11; return; }
  done
}

# q_interface NAME: flags, mtu, mac, state and speed on a line each, as sysfs has them; the speed may be empty. Then `via ip` and the
# addresses as ip (iproute2, busybox) tells them, which exits with 0, or `via none` when there is no ip.
q_interface() {
  [ -d /sys/class/net ] || unknown "/sys is not mounted"
  [ -d "/sys/class/net/$1" ] || exit 10
  for i_fact in flags mtu address operstate speed; do
    i_value=
    read -r i_value <"/sys/class/net/$1/$i_fact" || :
    printf '%s\n' "$i_value"
  done 2>/dev/null
  if has ip; then
    echo via ip
    ip -o addr show dev "$1" || exit 11
  else echo via none
  fi
}

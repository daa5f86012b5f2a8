# q_sysctl PATH: the value of a key by its path under /proc/sys. Some may be read by root alone, and some only be written.
q_sysctl() {
  [ -d /proc/sys/kernel ] || unknown "/proc/sys is not mounted"
  [ -e "/proc/sys/$1" ] || exit 10
  [ ! -d "/proc/sys/$1" ] || exit 10
  [ -r "/proc/sys/$1" ] || unknown "permission denied; ask with node.sudo()"
  cat "/proc/sys/$1" || exit 11
}

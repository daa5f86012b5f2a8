# q_kernelModule NAME: `loaded`, `builtin` or `no`, for a name with _ instead of -. A module that is built in and has no parameters
# stands in modules.builtin alone.
q_kernelModule() {
  if [ -d "/sys/module/$1" ]; then
    if [ -e "/sys/module/$1/initstate" ]; then echo loaded; else echo builtin; fi
    return 0
  fi
  [ -d /sys/module ] || [ -r /proc/modules ] || unknown "neither /sys nor /proc/modules can be read"
  needs awk
  if stands_in /proc/modules "$1"; then echo loaded
  elif stands_in "/lib/modules/$(uname -r)/modules.builtin" "$1"; then echo builtin
  else echo no
  fi
}

# stands_in LIST NAME: is it the first word of a line, or the file that a line names?
stands_in() {
  [ -r "$1" ] || return 1
  tr - _ <"$1" | NAME=$2 awk '{ n = split($1, at, "/"); sub(/\.ko.*/, "", at[n]) }
    at[n] == ENVIRON["NAME"] { found = 1 } END { exit !found }'
}

# q_kernelParameter MODULE NAME: its value. Some may be read by root alone.
q_kernelParameter() {
  [ -d /sys/module ] || unknown "/sys is not mounted"
  k_path=/sys/module/$1/parameters/$2
  [ -e "$k_path" ] || exit 10
  [ -r "$k_path" ] || unknown "permission denied; ask with node.sudo()"
  cat "$k_path" || exit 11
}

# q_blacklist: the kernel's command line, then the lines of the files that modprobe reads (modprobe.d(5)): of those with the same
# name the first counts.
q_blacklist() {
  k_seen=/
  cat /proc/cmdline || exit 11
  for k_folder in /etc /run /usr/local/lib /usr/lib /lib; do
    listable "$k_folder/modprobe.d"
    for k_file in "$k_folder"/modprobe.d/*.conf; do
      [ -f "$k_file" ] || continue
      case $k_seen in */"${k_file##*/}"/*) continue ;; esac
      k_seen=$k_seen${k_file##*/}/
      [ -r "$k_file" ] || unknown "$k_file: permission denied; ask with node.sudo()"
      cat "$k_file" || exit 11
      echo
    done
  done
}

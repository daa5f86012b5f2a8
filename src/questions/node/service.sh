# q_service NAME: `via systemd` and `systemctl show`'s KEY=VALUE lines; or `via openrc` or `via sysv`, `status CODE`, and
# a line for each link that starts it: `runlevel NAME` or `link PATH`. No unit and no script has other characters than these,
# and systemctl takes some of them for patterns.
q_service() {
  case $1 in '' | . | .. | *[!A-Za-z0-9:_.@\\-]*) exit 10 ;; esac
  case $(q_init) in
    systemd) systemd_service "$1" ;;
    openrc) openrc_service "$1" ;;
    *) sysv_service "$1" ;;
  esac
}

# q_init: what started the node. sd_booted(3) looks for that folder; OpenRC's own tools for that file.
q_init() {
  if [ -d /run/systemd/system ]; then echo systemd
  elif [ -e /run/openrc/softlevel ] && has rc-service; then echo openrc
  elif [ -d /etc/init.d ] && [ "$(cat /proc/1/comm 2>/dev/null)" = init ]; then echo sysv
  else echo none
  fi
}

# systemctl(1): show ends with 0 for a unit that is not there, too; anything else is that it could not ask.
systemd_service() {
  needs systemctl
  echo via systemd
  systemctl show -p LoadState,ActiveState,UnitFileState,WantedBy,RequiredBy,TriggeredBy -- "$1" || exit 11
}

# rc-service -e: 0 there is one, 1 none. `status` is read by the workstation.
openrc_service() {
  rc-service -e "$1" >/dev/null 2>&1
  case $? in
    0) ;;
    1) exit 10 ;;
    *) unknown "rc-service could not look" ;;
  esac
  rc-service "$1" status >/dev/null 2>&1
  printf 'via openrc\nstatus %s\n' "$?"
  for s_link in /etc/runlevels/*/"$1"; do
    [ ! -h "$s_link" ] || { s_link=${s_link%/*}; echo "runlevel ${s_link##*/}"; }
  done
}

# Without an init that can be asked its script is. One without `status` says how it is used, with any exit code.
sysv_service() {
  s_script=/etc/init.d/$1
  [ -e "$s_script" ] || no_script "$1"
  ! has rc-service || unknown "OpenRC did not start this node"
  [ -x "$s_script" ] || unknown "$s_script may not be executed"
  s_words=$("$s_script" status 2>&1)
  s_code=$?
  case $s_words in *[Uu]sage:*) unknown "$s_script does not know status" ;; esac
  printf 'via sysv\nstatus %s\n' "$s_code"
  for s_link in /etc/rc?.d/S??"$1" /etc/rc.d/rc?.d/S??"$1"; do [ ! -e "$s_link" ] || echo "link $s_link"; done
}

no_script() {
  for s_folder in /etc/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
    for s_unit in "$1" "$1.service"; do
      [ ! -e "$s_folder/$s_unit" ] || unknown "it is a unit of systemd, which did not start this node"
    done
  done
  [ -d /etc/init.d ] || unknown "the node has no systemd, no OpenRC and no /etc/init.d"
  exit 10
}

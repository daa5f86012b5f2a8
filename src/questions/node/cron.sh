# q_cron USER: `crontab USER` and the lines of the user's table, each after a `>`; the asking user's when USER is empty. Then
# `system PATH` and lines for each table of the system. crontab exits with 0, or with 1 when there is no table or it may not be asked.
q_cron() {
  c_user=${1:-$(id -un)}
  if has crontab; then
    if [ -n "$1" ] && [ "$1" != "$(id -un)" ]; then set -- -u "$1"; else set --; fi
    c_said=$(crontab "$@" -l 2>&1)
    case $? in
      0) table "crontab $c_user" "$c_said" ;;
      1) case $c_said in *"no crontab for"*) ;; *) from_spool "$c_user" "$c_said" ;; esac ;;
      *) unknown "$c_said" ;;
    esac
  else from_spool "$c_user" "permission denied; ask with node.sudo()"
  fi
  system_tables
}

# q_crons: as q_cron, with the tables of all users. Needs root where there are such.
q_crons() {
  for c_folder in /var/spool/cron/crontabs /var/spool/cron /etc/crontabs; do
    [ -d "$c_folder" ] && [ ! -h "$c_folder" ] || continue
    listable "$c_folder"
    for c_file in "$c_folder"/*; do
      [ ! -f "$c_file" ] || table_of "crontab ${c_file##*/}" "$c_file"
    done
  done
  system_tables
}

# from_spool USER WHY: the table as cron itself finds it (Debian and Alpine, Red Hat); unknown WHY when it may not be seen.
from_spool() {
  for c_folder in /var/spool/cron/crontabs /var/spool/cron; do
    [ -d "$c_folder" ] || continue
    [ -x "$c_folder" ] || unknown "$2"
    [ ! -f "$c_folder/$1" ] || { table_of "crontab $1" "$c_folder/$1"; break; }
  done
}

# system_tables: as cron(8) of Debian chooses names in /etc/cron.d; elsewhere as that of cronie does.
system_tables() {
  [ ! -f /etc/crontab ] || table_of "system /etc/crontab" /etc/crontab
  listable /etc/cron.d
  for c_file in /etc/cron.d/*; do
    [ -f "$c_file" ] || continue
    case ${c_file##*/} in
      *~|*.rpmsave|*.rpmorig|*.rpmnew) continue ;;
      *[!A-Za-z0-9_-]*) [ ! -e /etc/debian_version ] || continue ;;
    esac
    table_of "system $c_file" "$c_file"
  done
}

table_of() {
  [ -r "$2" ] || unknown "$2: permission denied; ask with node.sudo()"
  table "$1" "$(cat "$2")"
}

table() {
  printf '%s\n' "$1"
  printf '%s\n' "$2" | sed 's/^/>/'
}

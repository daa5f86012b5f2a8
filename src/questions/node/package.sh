# q_package NAME: `via dpkg`, and a line `WANT FLAG STATE VERSION` for each architecture; `via apk`, the version and the
# lines of /etc/apk/world that pin it; or `via rpm` and a line `VERSION-RELEASE` for each that is installed.
# Nothing is called by a name with other characters than these, and some of them are patterns to dpkg-query and rpm.
q_package() {
  case $1 in '' | *[!A-Za-z0-9+._:~-]* | -*) exit 10 ;; esac
  p_kind=$(q_packager)
  echo "via $p_kind"
  case $p_kind in
    dpkg) dpkg_package "$1" ;;
    apk) apk_package "$1" ;;
    rpm) rpm_package "$1" ;;
    none) unknown "the node has no database of dpkg, apk or rpm" ;;
  esac
}

# q_packager: whose packages are these? The database tells: busybox has an rpm, and Debian can have one beside dpkg.
q_packager() {
  if [ -n "$(apk_database)" ]; then echo apk
  elif [ -s /var/lib/dpkg/status ]; then echo dpkg
  elif [ -d /usr/lib/sysimage/rpm ] || [ -d /var/lib/rpm ]; then echo rpm
  else echo none
  fi
}

apk_database() {
  for a_file in /lib/apk/db/installed /usr/lib/apk/db/installed; do
    [ ! -s "$a_file" ] || { echo "$a_file"; return; }
  done
}

# dpkg-query(1): 0 found, 1 nothing of that name, 2 could not look.
dpkg_package() {
  needs dpkg-query
  dpkg-query -W -f '${db:Status-Want} ${db:Status-Eflag} ${db:Status-Status} ${Version}\n' -- "$1"
  case $? in
    0) ;;
    1) exit 10 ;;
    *) exit 11 ;;
  esac
}

# The database is read, since `apk info -e` also says yes to what a package merely provides. awk: 0 found, 10 not.
apk_package() {
  needs awk
  wanted=$1 awk '
    /^P:/ { here = substr($0, 3) == ENVIRON["wanted"] }
    here && /^V:/ { print substr($0, 3); found = 1; exit }
    END { exit found ? 0 : 10 }' "$(apk_database)"
  case $? in
    0) ;;
    10) exit 10 ;;
    *) exit 11 ;;
  esac
  [ ! -e /etc/apk/world ] || while read -r a_line; do
    case $a_line in "$1"[=~\<]*) printf '%s\n' "$a_line" ;; esac
  done </etc/apk/world
}

# rpm ends with how many of the names it did not find; when it could not look it ends alike, but has words on stderr.
# It also takes name-version for a name.
rpm_package() {
  needs rpm
  r_all=$(rpm -q --qf '%{NAME} %{ARCH} %|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\n' "$1" 2>/dev/null)
  case $? in
    0) ;;
    1) [ -z "$(rpm -q "$1" 2>&1 >/dev/null)" ] && exit 10; rpm -q "$1" >/dev/null; exit 11 ;;
    *) unknown "rpm could not look" ;;
  esac
  r_found=$(printf '%s\n' "$r_all" | while read -r r_name r_arch r_version; do
    case $1 in "$r_name" | "$r_name.$r_arch") echo "$r_version" ;; esac
  done)
  [ -n "$r_found" ] || exit 10
  printf '%s\n' "$r_found"
}

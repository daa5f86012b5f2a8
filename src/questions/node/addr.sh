# q_addresses NAME: the addresses of a name, each on a line, perhaps several times. getent exits with 0, with 2 for what it does not
# find, with 1 when it does not know `ahosts` (musl's, before Alpine had one that does). nslookup does not read /etc/hosts; it exits with 0, or with
# 1 when one of the names that it tries is not found.
q_addresses() {
  if has getent; then
    a_found=$(getent ahosts "$1") && { printf 'via getent\n%s\n' "$a_found"; return 0; }
    case $? in 2) exit 10 ;; 1) ;; *) exit 11 ;; esac
  fi
  needs awk
  a_found=$(WANTED=$1 awk '!/^#/ { for (i = 2; i <= NF && $i !~ /^#/; i++) if ($i == ENVIRON["WANTED"]) print $1 }' /etc/hosts)
  [ -z "$a_found" ] || { printf 'via hosts\n%s\n' "$a_found"; return 0; }
  needs nslookup
  a_found=$(nslookup "$1" 2>&1)
  case $?.$a_found in
    0.*|1.*"
Name:"*) printf 'via nslookup\n%s\n' "$a_found" ;;
    1.*NXDOMAIN*) exit 10 ;;
    *) unknown "$a_found" ;;
  esac
}

# q_ping NAME: does it answer one ping within 3 s? iputils and busybox exit with 0 for an answer. For none both exit with 1, busybox
# also when it could not send, and then it tells no statistics; iputils exits with 2 there.
q_ping() {
  needs ping
  a_said=$(ping -c 1 -W 3 "$1" 2>&1)
  case $? in
    0) echo yes ;;
    1) case $a_said in *" transmitted"*) echo no ;; *) unknown "$a_said" ;; esac ;;
    *) unknown "$a_said" ;;
  esac
}

# q_connect NAME PORT: does a TCP connection come about within 3 s? bash exits with 0 or 1, timeout with 124, that of an older busybox
# with 143. nc exits with 0 or 1; that of a small busybox has no -z, which it takes for a mistake, exit 1, but -e.
q_connect() {
  if has bash && has timeout; then
    timeout 3 bash -c ': <>"/dev/tcp/$1/$2"' bash "$1" "$2" 2>/dev/null
  else
    needs nc
    nc -z -w 3 "$1" "$2" </dev/null >/dev/null 2>&1 || nc -w 3 "$1" "$2" -e true </dev/null >/dev/null 2>&1
  fi
  case $? in 0) echo yes ;; 1|124|143) echo no ;; *) unknown "neither bash nor nc can connect" ;; esac
}

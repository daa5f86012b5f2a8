# q_pem PATH: the node's time in seconds since 1970, then the first certificate of a file. Keys that are in it stay where they are.
q_pem() {
  case $1 in -*) set -- "./$1" ;; esac
  [ -e "$1" ] || unseen "$1"
  [ -r "$1" ] || unknown "permission denied; ask with node.sudo()"
  [ ! -d "$1" ] || unknown "it is a folder"
  date +%s
  first_certificate <"$1"
}

# q_tls HOST:PORT NAME: the same of a server that answers within 10 s, asked for NAME when that is not empty. s_client exits with 0,
# or 1 when it could not connect or agree; timeout with 124, that of an older busybox with 143.
q_tls() {
  needs openssl
  needs timeout
  date +%s
  c_said=$(timeout 10 openssl s_client -connect "$1" ${2:+-servername "$2"} </dev/null 2>&1)
  case $?.$c_said in
    *.*"-----BEGIN CERTIFICATE-----"*) printf '%s\n' "$c_said" | first_certificate ;;
    124.*|143.*) unknown "no answer within 10 s" ;;
    0.*|1.*) printf '%s\n' "$c_said" | head -n 1 >&2; exit 10 ;;
    *) unknown "$c_said" ;;
  esac
}

first_certificate() {
  sed -n '/^-----BEGIN CERTIFICATE-----/,/^-----END CERTIFICATE-----/p; /^-----END CERTIFICATE-----/q'
}

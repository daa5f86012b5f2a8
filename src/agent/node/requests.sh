# ask ID COMMAND…: runs a function or a command in a subshell; its output is the answer.
ask() {
  q_id=$1
  shift
  begin_output "$q_id"
  ("$@") </dev/null 2>&9 9>&-
  end_output "$q_id" "$?"
}

# put ID FILE OFFSET SIZE: the next SIZE bytes of stdin go to FILE, which must be OFFSET long.
put() {
  begin_output "$1"
  p_size=0
  [ ! -e "$2" ] || p_size=$(($(wc -c <"$2")))
  if [ "$p_size" -ge "$3" ] && [ "$p_size" -gt 0 ] && [ "$3" = 0 ]; then make "$2"; p_size=0; fi
  printf '%s\n' "$2" >"$tmp/arriving"
  p_code=1
  if [ "$p_size" = "$3" ]; then
    take_bytes "$4" | { cat 2>&9 >>"$2" || drain; } && p_code=0
  else
    echo "it is $p_size bytes long, not $3" >&9
    take_bytes "$4" >/dev/null
  fi
  make "$tmp/arriving"
  end_output "$1" "$p_code"
}

# take_bytes SIZE: exactly these of stdin. In pieces, so that what comes over a thin line is seen to come.
take_bytes() { take_pieces 65536 "$(($1 / 65536))" && take_pieces "$(($1 % 65536))" 1; }

take_pieces() { [ "$1" = 0 ] || [ "$2" = 0 ] || dd bs="$1" count="$2" iflag=fullblock 2>/dev/null; }

# What can't be written is taken off the line all the same, or it would be read as a request.
drain() {
  cat >/dev/null
  return 1
}

# openssl is four times as fast as coreutils where the processor knows SHA-256.
sha256() {
  if command -v openssl >/dev/null; then openssl dgst -sha256 -r <"$1"
  elif command -v sha256sum >/dev/null; then sha256sum <"$1"
  else shasum -a 256 <"$1"
  fi
}

# whole FILE SIZE SHA256
whole() {
  [ "$(($(wc -c <"$1")))" = "$2" ] || { echo "size is not $2" >&2 && return 1; }
  c_sum=$(sha256 "$1") || return 1
  [ "${c_sum%% *}" = "$3" ] || { echo "sha256 is ${c_sum%% *}, not $3" >&2 && return 1; }
}

# commit PART FILE SIZE SHA256 MODE: makes a delivered file visible, when it is whole.
commit() {
  parent_of "$2"
  whole "$1" "$3" "$4" && { [ -d "$parent" ] || mkdir -p -- "$parent"; } && chmod "$5" "$1" && to_disk "$1" &&
    mv -f -- "$1" "$2" && rm -f -- "$1.have" && to_disk "$parent"
}

ask_halt() { printf '%s\n' "$2" >"$1/halt"; }
halt_here() { make "$tmp/halt"; }
stop_here() { make "$tmp/halt"; make "$tmp/stop"; }

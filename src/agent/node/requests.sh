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
  p_took='' p_code=1
  printf '%s\n' "$2" >"$tmp/arriving"
  if [ "$p_size" = "$3" ]; then
    { p_took=yes && take_bytes "$4"; } >>"$2" 2>&9
    p_code=$?
  else
    echo "it is $p_size bytes long, not $3" >&9
  fi
  # What is not taken off the line would be read as a request.
  [ -n "$p_took" ] || take_bytes "$4" >/dev/null
  rm -f "$tmp/arriving"
  end_output "$1" "$p_code"
}

# take_bytes SIZE: in pieces, so that what comes over a thin line is seen to come; all of it even when it can't be kept.
take_bytes() {
  [ "$1" -ge 65536 ] || { take_piece "$1" 1; return; }
  { take_piece 65536 "$(($1 / 65536))" && take_piece "$(($1 % 65536))" 1; } | { cat || { cat >/dev/null; false; }; }
}

take_piece() { [ "$1" = 0 ] || dd bs="$1" count="$2" iflag=fullblock 2>/dev/null; }

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum <"$1"
  elif command -v shasum >/dev/null; then shasum -a 256 <"$1"
  else openssl dgst -sha256 -r <"$1"
  fi
}

# commit PART FILE SIZE SHA256 MODE: makes a delivered file visible, when it is whole.
commit() {
  [ "$(($(wc -c <"$1")))" = "$3" ] || { echo "size is not $3" >&2 && return 1; }
  c_sum=$(sha256 "$1") || return 1
  [ "${c_sum%% *}" = "$4" ] || { echo "sha256 is ${c_sum%% *}, not $4" >&2 && return 1; }
  chmod "$5" "$1" && to_disk "$1" && mv -f -- "$1" "$2" && to_disk "$(dirname -- "$2")"
}

ask_halt() { printf '%s\n' "$2" >"$1/halt"; }
halt_here() { make "$tmp/halt"; }
stop_here() { make "$tmp/halt"; make "$tmp/stop"; }

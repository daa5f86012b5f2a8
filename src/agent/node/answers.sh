# The agent: conc's end on the node. POSIX sh, sent at the start of a connection, installed nowhere.
# It reads requests on stdin (a length line, then that many bytes of shell text ending in "#EOS"), runs the steps
# in a worker of its own, keeps journal and output in the bundle, and answers on stdout and stderr. Every answer
# carries the nonce, which only the two ends know: `NONCE B ID` begins and `NONCE E ID …` ends the output of ID on
# both streams.
# stderr itself belongs to nobody, as shells write job notices there: the answers on it go through fd 9.
# `{ f; } <x &` and not `f <x &`: dash would keep what `<x` replaces open in f, and the connection with it.
# Only builtins, setsid, tee, dd, mkdir, mv, rm, cat, sync, date, sleep, mktemp and mkfifo are used, and chattr where it is.

say() { printf '%s %s\n' "$nonce" "$*"; }
begin_output() { say "B $1" && printf '%s B %s\n' "$nonce" "$1" >&9; }
end_output() { printf '%s E %s\n' "$nonce" "$1" >&9 && say "E $*"; }
end_work() { printf '%s Z %s\n' "$nonce" "$1" >&9 && say "Z $*"; }

# Makes an empty file. Not with `:`, whose failing redirection ends a POSIX shell.
make() { true >"$1"; }

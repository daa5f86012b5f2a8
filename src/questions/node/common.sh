# What every question may use. A function q_NAME prints its answer and returns 0; returns 10 when there is no such thing,
# and 11 with a line on stderr when it can't tell. It runs in a subshell of its own, in the locale C, without input.

unknown() { printf '%s\n' "$*" >&2; exit 11; }

has() { command -v "$1" >/dev/null 2>&1; }

# needs TOOL: says which tool is missing.
needs() { has "$1" || unknown "the node has no $1"; }

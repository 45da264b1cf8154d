#!/usr/bin/env bash
# on-display.sh xvfb|wayland COMMAND [ARGS]: runs the command on a display of its own, in memory. Needs xvfb or weston.
set -euo pipefail

kind=$1
shift

case $kind in
  xvfb)
    unset WAYLAND_DISPLAY
    export XDG_SESSION_TYPE=x11
    exec xvfb-run --auto-servernum --server-args='-screen 0 1440x900x24' "$@"
    ;;
  wayland)
    unset DISPLAY
    XDG_RUNTIME_DIR=$(mktemp -d)
    export XDG_RUNTIME_DIR XDG_SESSION_TYPE=wayland WAYLAND_DISPLAY=peerscope
    log=$XDG_RUNTIME_DIR/weston.log
    weston --backend=headless-backend.so --socket="$WAYLAND_DISPLAY" --width=1440 --height=900 --idle-time=0 \
      --log="$log" &
    compositor=$!
    trap 'kill "$compositor" 2>/dev/null || true; wait "$compositor" 2>/dev/null || true; rm -rf "$XDG_RUNTIME_DIR"' EXIT
    for _ in $(seq 100); do
      [ -S "$XDG_RUNTIME_DIR/$WAYLAND_DISPLAY" ] && break
      kill -0 "$compositor" 2>/dev/null || break
      sleep 0.1
    done
    if [ ! -S "$XDG_RUNTIME_DIR/$WAYLAND_DISPLAY" ]; then
      echo 'The Wayland compositor does not start:' >&2
      cat "$log" >&2 || true
      exit 1
    fi
    code=0
    "$@" || code=$?
    exit "$code"
    ;;
  *)
    echo "on-display.sh knows xvfb and wayland, not '$kind'" >&2
    exit 2
    ;;
esac

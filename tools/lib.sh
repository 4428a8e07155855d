# SPDX-License-Identifier: Apache-2.0
# What tools/test, tools/demo and their kind share: where things are, what must be installed, how to build. Sourced by bash.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=${KWIRE_JOBS:-$(nproc)}

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# Prints the comment at the head of the script that runs, from its third line on.
usage() { awk 'NR > 2 && !/^#/ {exit} NR > 2 {sub(/^# ?/, ""); print}' "$0"; }

# --- What must be installed ---------------------------------------------------------------------------------------------------------
# Each line: package of Debian and Ubuntu, and how to see that what it brings is there: a command, a /file, or a <header>.

packages_to_build="
g++           c++
cmake         cmake
ninja-build   ninja
libasio-dev   <asio/version.hpp>
zlib1g-dev    <zlib.h>
libgtest-dev  <gtest/gtest.h>"

packages_to_test="
libssl-dev     <openssl/ssl.h>
liblz4-dev     <lz4frame.h>
libzstd-dev    <zstd.h>
libsnappy-dev  <snappy-c.h>
libdeflate-dev <libdeflate.h>
pkg-config     pkg-config
openssl        openssl"

# Read what we write for others.
packages_to_compare="
protobuf-compiler         protoc
python3-prometheus-client /usr/lib/python3/dist-packages/prometheus_client"

packages_for_interop="
kcat                  kcat
librdkafka-dev        <librdkafka/rdkafka.h>
default-jdk-headless  javac
maven                 mvn"

packages_for_full="
clang-14            clang++-14
libclang-rt-14-dev  clang++-14-fuzzer
llvm-14             llvm-symbolizer-14
clang-format-14     clang-format-14"

packages_for_tidy="
clang-tidy-14  clang-tidy-14"

is_there() {  # COMMAND, /FILE or <HEADER>
  case $1 in
    '<'*) command -v c++ > /dev/null && printf '#include %s\n' "$1" | c++ -std=c++20 -E -x c++ - > /dev/null 2>&1;;
    clang++-14-fuzzer) command -v clang++-14 > /dev/null && [ -e "$(clang++-14 -fsanitize=fuzzer -print-file-name=libclang_rt.fuzzer-$(uname -m).a)" ];;
    /*) [ -e "$1" ];;
    *) command -v "$1" > /dev/null;;
  esac
}

missing_of() {  # TABLE... -> the packages that are missing, on one line
  local package sign list=""
  while read -r package sign; do
    [ -z "$package" ] || is_there "$sign" || list+="${list:+ }$package"
  done <<< "$*"
  printf '%s' "$list"
}

retry() {  # COMMAND...: up to three times
  local try
  for try in 1 2 3; do
    "$@" && return
    [ "$try" = 3 ] || sleep $((5 * try))
  done
  return 1
}

apt_install() {  # PACKAGE...; false if they cannot be had
  local sudo="" log
  command -v apt-get > /dev/null || { say "There is no apt-get here: please install what these packages of Debian bring: $*"; return 1; }
  if [ "$(id -u)" != 0 ]; then
    command -v sudo > /dev/null || { say "Neither root nor sudo; run as root: apt-get update && apt-get install -y --no-install-recommends $*"; return 1; }
    sudo=sudo
  fi
  say "Installing, with ${sudo:+$sudo }apt-get: $*"
  log=$(mktemp)
  if retry $sudo apt-get -qq update > "$log" 2>&1 \
    && retry $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 install -y --no-install-recommends "$@" >> "$log" 2>&1 < /dev/null
  then rm -f "$log"
  else tail -n 15 "$log"; rm -f "$log"; return 1; fi
}

# Installs what is missing of the tables; without all of it nothing goes on. With install=no only says what to do.
require() {  # TABLE...
  local list; list=$(missing_of "$@")
  [ -n "$list" ] || return 0
  if [ "${install:-yes}" = no ]; then
    say "These packages are missing: $list"
    say "To install them: $([ "$(id -u)" = 0 ] || echo "sudo ")apt-get update && $([ "$(id -u)" = 0 ] || echo "sudo ")apt-get install -y --no-install-recommends $list"
    exit 1
  fi
  say "Missing, to be installed now: $list"
  # shellcheck disable=SC2086
  apt_install $list || fail "Cannot install: $list"
  hash -r
  list=$(missing_of "$@")
  [ -z "$list" ] || fail "Still missing after installing: $list"
}

# The same for what tests can go without: what cannot be had is one line, with CI=true a failure.
wish() {  # TABLE...
  local list; list=$(missing_of "$@")
  [ -n "$list" ] || return 0
  if [ "${install:-yes}" = yes ]; then
    say "Missing, to be installed now: $list"
    # shellcheck disable=SC2086
    apt_install $list || true
    hash -r
    list=$(missing_of "$@")
    [ -n "$list" ] || return 0
  fi
  [ "${CI:-}" != true ] || fail "Missing, and with CI=true nothing may be: $list"
  say "skipped: tests that need $list"
}

# --- Building -----------------------------------------------------------------------------------------------------------------------

# Configures (once; the build notices changes itself) and builds. On a terminal ninja shows how far it is; elsewhere only errors are shown.
build() {  # PRESET TARGET...
  local preset=$1 log; shift; log=$root/build/$preset.log
  mkdir -p "$root/build"
  cd "$root" || exit 1
  if [ ! -f "build/$preset/build.ninja" ]; then
    cmake --preset "$preset" -D CMAKE_UNITY_BUILD=ON > "$log" 2>&1 || { tail -n 30 "$log"; fail "Cannot configure build/$preset (all of it: $log)"; }
    grep -o 'kwire [0-9.]* uses: .*' "$log" || true
  fi
  if [ -t 1 ]; then
    cmake --build "build/$preset" -j "$jobs" ${1+--target "$@"} || fail "Cannot build build/$preset"
  else
    cmake --build "build/$preset" -j "$jobs" ${1+--target "$@"} > "$log" 2>&1 || { grep -E -A 12 'FAILED|error:' "$log" | head -n 60; fail "Cannot build build/$preset (all of it: $log)"; }
  fi
}

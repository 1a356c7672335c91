#!/usr/bin/env bash
# Builds everything and runs every test. Needs the .NET 10 SDK and nothing else. Exit code 0 only if all pass.
# A suite that has not ended after 15 minutes (SUITE_SECONDS) is stopped and counts as failed; its log names the tests that were running.
# Usage: ./test.sh [suite ...]      suites: Unit Configuration Generators Tool Platform Conformance Property Interleaving Stress (default: all, in that order)
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=(Unit Configuration Generators Tool Platform Conformance Property Interleaving Stress)

if ! command -v dotnet >/dev/null 2>&1; then
  echo "The .NET 10 SDK is missing: see https://dotnet.microsoft.com/download/dotnet/10.0" >&2
  exit 1
fi

if ! dotnet build RateSync.Fast.slnx -c Release -v quiet --nologo; then
  echo "build failed"
  echo "0 passed, 1 failed"
  exit 1
fi

if ! dotnet format RateSync.Fast.slnx --verify-no-changes --no-restore -v quiet; then
  echo "formatting differs from .editorconfig: run dotnet format"
  echo "0 passed, 1 failed"
  exit 1
fi

passed=0
failed=0
for suite in "${suites[@]}"; do
  name="RateSync.Fast.Tests.$suite"
  program="artifacts/bin/$name/release/$name"
  echo "== $suite"
  log=$(mktemp)
  started=$SECONDS
  timeout --foreground -k 10 "${SUITE_SECONDS:-900}" "$program" -noColor -failSkips -longRunning 60 -diagnostics >"$log" 2>&1
  code=$?
  [ "$code" -ne 124 ] && [ "$code" -ne 137 ] || echo "$name was stopped after ${SUITE_SECONDS:-900} s" >>"$log"
  summary=$(grep -E 'Total: [0-9]+' "$log" | tail -n 1)
  total=$(sed -nE 's/.*Total: ([0-9]+).*/\1/p' <<<"$summary")
  errors=$(sed -nE 's/.*Errors: ([0-9]+).*/\1/p' <<<"$summary")
  bad=$(sed -nE 's/.*Failed: ([0-9]+).*/\1/p' <<<"$summary")
  if [ -z "$total" ]; then
    # It did not come to a summary: a crash or a standstill is a failure, whatever ran before it.
    cat "$log"
    total=1 errors=1 bad=0
  fi
  bad=$((bad + errors))
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  if [ "$bad" -gt 0 ]; then cat "$log"; fi
  if [ "$bad" -gt "$total" ]; then total=$bad; fi
  passed=$((passed + total - bad))
  failed=$((failed + bad))
  echo "   $((total - bad)) passed, $bad failed, $((SECONDS - started)) s"
  rm -f "$log"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/usr/bin/env bash
# test.sh: every test, and the concurrent modules once more under the thread sanitizer. MUSTER_TEST_SIZE=long: full counts.
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
check=(--explicit-target-dependency-import-check error)
# These put load on the machine: three at a time, for much of their time they wait.
loading='^(EngineTests|CommandTests|InteropTests)\.'
# These hold a lane or a computation up and look at who is blamed for it: under the sanitizer everything is held up.
holding='(TransportTests\.LaneTests/|EngineTests\.(HeldUpTests|MarkingTests|ComputationTests)/)'
# These judge times, memory, ports or blame: each has the machine for itself.
judging="^(LivePageTests\.|$holding|CommandTests\.(SoakTests/(leak|baseline)|SignalTests/saturated|StallTests/|StayingRunTests/|OwnLimitTests/|BlameTests/))"

"$swift" build --build-tests "${check[@]}"
"$swift" build --build-tests "${check[@]}" --sanitize=thread --scratch-path .build-tsan

SECONDS=0
"$swift" test --skip-build --disable-xctest --skip "$loading" --skip "$judging"
"$swift" test --skip-build --disable-xctest --filter "$loading" --skip "$judging" \
    --experimental-maximum-parallelization-width 3
"$swift" test --skip-build --disable-xctest --no-parallel --filter "$judging"
TSAN_OPTIONS=halt_on_error=1 "$swift" test --skip-build --disable-xctest --sanitize=thread --scratch-path .build-tsan \
    --filter '^(TransportTests|EngineTests)\.' --skip "^$holding"
echo "All tests passed, in $SECONDS s after the build."

"""What the benchmarks share: the yardstick's sink, muster itself, and the rows of their tables."""
import contextlib
import csv
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent
YARDSTICK = HERE / "yardstick"
CERTIFICATES = YARDSTICK / "certs"
AUTHORITY = CERTIFICATES / "ca-ec.pem"
PORT = 15222  # as the scenarios say
SINK_CPU, CLIENT_CPU = 0, 1

WITHOUT_TLS = ["-N"]
WITH_TLS = ["-c", str(CERTIFICATES / "chain-ec.pem"), "-k", str(CERTIFICATES / "srv-ec.key")]


def muster():
    """The release build, unless MUSTER_BINARY names another."""
    path = pathlib.Path(os.environ.get("MUSTER_BINARY", TOP / ".build/release/muster"))
    if not path.exists():
        sys.exit(f"{path} is not built: run `make build`")
    return str(path)


def build_yardstick():
    subprocess.run(["make", "--silent", "-C", str(YARDSTICK)], check=True, stdout=sys.stderr)


@contextlib.contextmanager
def sink(arguments):
    """The sink on its own processor, from its listening until the end of the block."""
    command = [str(YARDSTICK / "sink"), "-p", str(PORT)] + arguments
    process = start(command, SINK_CPU, stderr=subprocess.PIPE, text=True)
    try:
        if "listens" not in process.stderr.readline():
            sys.exit(f"the sink does not start: {shlex.join(command)}")
        yield process
    finally:
        process.terminate()
        process.communicate()


@contextlib.contextmanager
def serve(arguments):
    """muster serve and what it announces, until the end of the block; every account's password is `secret`."""
    process = subprocess.Popen(
        [muster(), "serve"] + arguments, stdout=subprocess.PIPE, text=True,
        env=scenario_environment(MUSTER_PASSWORD="secret"))
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def start(command, cpu, **options):
    """Starts a command on one processor; it is exec'd, so its process id is the command's."""
    return subprocess.Popen(["taskset", "--cpu-list", str(cpu)] + command, **options)


def scenario_command(scenario, results, binary=None):
    return [binary or muster(), "run", "--quiet", "--results", str(results), str(HERE / "scenarios" / scenario)]


def scenario_environment(**more):
    return os.environ | {"MUSTER_BENCH_CA": str(AUTHORITY)} | more


def measure_muster(scenario, logins, binary=None):
    """CPU s per 1000 completed logins of the whole muster process, from its start to its exit."""
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as results:
        command = scenario_command(scenario, results, binary)
        process = start(command, CLIENT_CPU, env=scenario_environment(), stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        completed = completed_logins(results)
    if completed != logins:
        sys.exit(f"muster completed {completed} of {logins} logins, exit code {process.returncode}")
    return (usage.ru_utime + usage.ru_stime) * 1000 / completed


def completed_logins(results):
    rows = result_rows(results, "summary.csv")
    return sum(int(row["count"]) for row in rows if row["phase"] == "login" and row["stage"] == "all")


def result_rows(results, file):
    """The rows of a file of the one result folder in `results`; none when it is not there yet."""
    for path in pathlib.Path(results).glob(f"[!.]*-*/{file}"):
        with open(path, newline="") as lines:
            return list(csv.DictReader(line for line in lines if line.endswith("\n")))
    return []


def shown(command):
    """A command as a reader would type it in the top folder."""
    return shlex.join(command).replace(str(TOP) + "/", "")


def processor_name():
    with open("/proc/cpuinfo") as lines:
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown processor"


def verdict(is_passed):
    return "PASS" if is_passed else "FAIL"

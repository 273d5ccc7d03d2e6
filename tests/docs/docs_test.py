"""The documents say what is there: docs/state.md names tests that exist, docs/rfc.md folders that exist, docs/metrics.md and
docs/log.md every name that the code uses, and no document links to a page that is not there."""

import os
import re
import subprocess
import sys

failures = []


def read(path):
    with open(path, errors="replace") as file:
        return file.read()


def sources(endings=(".cc", ".h")):
    for root in ("src", "sim"):
        for folder, _, names in os.walk(root):
            for name in names:
                if name.endswith(endings):
                    yield os.path.join(folder, name)


def check(holds, what):
    if not holds:
        failures.append(what)


def check_state():
    """Each capability has tests that exist, or says `not yet`. A test is `CTest name` or `file: sentence of the case`."""
    files = {path: read(path) for path in sources((".cc",))}
    scripts = {os.path.join("tests", "interop", name) for name in os.listdir("tests/interop")} if os.path.isdir("tests/interop") else set()
    for number, line in enumerate(read("docs/state.md").splitlines(), 1):
        if not line.startswith("| ") or line.startswith("| capability") or line.startswith("|---"):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        where = f"docs/state.md:{number}"
        check(len(cells) >= 2, f"{where}: expected a capability and its test")
        if cells[-1].startswith("not yet"):
            continue
        named = re.findall(r"`([^`]+)`", cells[-1])
        check(named, f"{where}: names no test")
        for test in named:
            exists = test in files or test in scripts or os.path.exists(test)
            check(exists, f"{where}: no test {test}")


def check_rfcs():
    for number, line in enumerate(read("docs/rfc.md").splitlines(), 1):
        match = re.match(r"\| (\d{3,5}) \|", line)
        if not match:
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        where = f"docs/rfc.md:{number}"
        check(len(cells) == 4, f"{where}: expected number, subject, state, folders")
        check(cells[2].split()[0].rstrip(":,;") in ("complete", "partial", "planned"), f"{where}: state {cells[2]}")
        for folder in re.findall(r"`([a-z0-9_/]+)/`", cells[3]):
            check(os.path.isdir(os.path.join("src", folder)), f"{where}: no folder src/{folder}")
    known = set(re.findall(r"^\| (\d{3,5}) \|", read("docs/rfc.md"), re.M))
    used = {}
    for path in sources():
        for found in re.findall(r"\brfc ?(\d{4,5})\b", read(path), re.I):
            used.setdefault(found, path)
    for rfc, path in sorted(used.items()):
        check(rfc in known, f"docs/rfc.md: RFC {rfc} is not listed, and {path} follows it")


def names_in_code(call, name):
    """Every name that a call of the code holds before its fields, and a file that it stands in."""
    found = {}
    for path in sources((".cc", ".h")):
        if path.endswith(("_test.cc", "_fuzz.cc", "testing.h", "testing.cc")) or path.startswith("sim"):
            continue
        for arguments in re.findall(call, read(path)):
            found.update((each, path) for each in re.findall(f'"({name})"', arguments))
    return found


def check_names(page, what, call, name):
    """The page lists each name that the code uses, and no other."""
    used = names_in_code(call, name)
    listed = set(re.findall(f"^\\| `({name})` \\|", read(page), re.M))
    for each, path in sorted(used.items()):
        check(each in listed, f"{page}: {what} {each} is not listed ({path})")
    for each in sorted(listed - set(used)):
        check(False, f"{page}: {what} {each} is listed, and nothing uses it")


def check_links():
    for folder, _, names in list(os.walk("docs")) + [(".", [], ["README.md"])]:
        for name in names:
            if not name.endswith(".md"):
                continue
            path = os.path.join(folder, name)
            for link in re.findall(r"\]\(([^)#:]+)\)", read(path)):
                check(os.path.exists(os.path.join(folder, link)), f"{path}: links to {link}, which is not there")


def check_nothing_private():
    """No machine's paths and no registry's addresses in what is committed."""
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=False).stdout.split("\n")
    for path in filter(None, listed):
        if path.endswith((".png", ".db", ".sst")) or not os.path.isfile(path) or "fixtures/" in path or "corpus/" in path:
            continue
        text = read(path)
        check("/wo" + "rk/" not in text, f"{path}: a machine's path")
        check('"resolved": "' + "http" not in text, f"{path}: a registry's address")


check_state()
check_rfcs()
check_names("docs/metrics.md", "metric", r'("postroad_[a-z0-9_]+")', "postroad_[a-z0-9_]+")
check_names("docs/log.md", "event", r"\b(?:info|warning|error|debug|write|format)\(([^{;]*)", r"[a-z0-9_]+\.[a-z0-9_.]+")
check_links()
check_nothing_private()
for failure in failures:
    print(failure)
print(f"{1 if not failures else 0} passed, {1 if failures else 0} failed")
sys.exit(1 if failures else 0)

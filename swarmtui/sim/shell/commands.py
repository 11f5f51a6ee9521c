"""The commands of the tiny shell, with the output of busybox."""

from __future__ import annotations

import fnmatch
import posixpath
import time

from swarmtui.sim.shell.context import Command, Context, Result, constant, lines, operands
from swarmtui.sim.shell.script_commands import SCRIPTING


def _echo(context: Context, arguments: list[str], given: str) -> Result:
    if arguments[:1] == ["-n"]:
        return Result(out=" ".join(arguments[1:]))
    return lines(" ".join(arguments))


def _cd(context: Context, arguments: list[str], given: str) -> Result:
    target = context.path((operands(arguments) or ["/root"])[0])
    if target not in context.box.directories():
        return Result(1, err=f"sh: cd: can't cd to {arguments[0]}: No such file or directory\n")
    context.directory = context.variables["PWD"] = target
    return Result()


def _cat(context: Context, arguments: list[str], given: str) -> Result:
    result = Result(out="" if operands(arguments) else given)
    for name in operands(arguments):
        path = context.path(name)
        if path in context.box.files:
            result.out += context.box.files[path]
        else:
            why = "Is a directory" if path in context.box.directories() else "No such file or directory"
            result.status, result.err = 1, result.err + f"cat: can't open '{name}': {why}\n"
    return result


def _ls(context: Context, arguments: list[str], given: str) -> Result:
    long = any("l" in option for option in arguments if option.startswith("-"))
    hidden = any("a" in option for option in arguments if option.startswith("-"))
    result = Result()
    for name in operands(arguments) or ["."]:
        path = context.path(name)
        if path in context.box.files:
            entries = [name]
        elif path in context.box.directories():
            entries = _entries(context, path)
        else:
            result.status, result.err = 1, result.err + f"ls: {name}: No such file or directory\n"
            continue
        shown = [each for each in entries if hidden or not each.startswith(".")]
        result.out += "".join(f"{_long(context, path, each) if long else each}\n" for each in shown)
    return result


def _entries(context: Context, directory: str) -> list[str]:
    prefix = directory.rstrip("/") + "/"
    below = [path for path in (*context.box.files, *context.box.directories()) if path.startswith(prefix)]
    return sorted({path[len(prefix) :].partition("/")[0] for path in below} - {""})


def _long(context: Context, directory: str, entry: str) -> str:
    path = context.path(posixpath.join(directory, entry))
    when = time.strftime("%b %e %H:%M", time.gmtime(context.box.started))
    if path in context.box.files:
        size = len(context.box.files[path].encode())
        return f"-rw-r--r--    1 root     root     {size:9} {when} {entry}"
    return f"drwxr-xr-x    2 root     root          4096 {when} {entry}"


def _env(context: Context, arguments: list[str], given: str) -> Result:
    if names := operands(arguments):
        found = [context.variables[name] for name in names if name in context.variables]
        return Result(0 if found else 1, "".join(f"{each}\n" for each in found))
    return lines(*(f"{name}={value}" for name, value in context.variables.items()))


def _export(context: Context, arguments: list[str], given: str) -> Result:
    context.variables.update(pair.partition("=")[::2] for pair in arguments if "=" in pair)
    return Result()


def _ps(context: Context, arguments: list[str], given: str) -> Result:
    own = context.account.name or str(context.account.uid)
    rows = [("1", "root", context.box.command), ("7", own, "sh"), ("13", own, "ps")]
    return lines("PID   USER     TIME  COMMAND", *(f"{pid:>5} {who:8}  0:00 {what}" for pid, who, what in rows))


def _top(context: Context, arguments: list[str], given: str) -> Result:
    used = context.box.memory // 5 // 1024
    head = (f"Mem: {used}K used, {context.box.memory // 1024 - used}K free", "CPU:   1% usr   0% sys  98% idle")
    row = f"    1     0 root     S     1628   0%   0   1% {context.box.command}"
    return lines(
        *head, "Load average: 0.08 0.11 0.09 1/83 7", "  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND", row
    )


def _free(context: Context, arguments: list[str], given: str) -> Result:
    total = context.box.memory // 1024
    used = total // 5
    head = "              total        used        free      shared  buff/cache   available"
    return lines(head, f"Mem:    {total:11} {used:11} {total - used:11} {0:11} {0:11} {total - used:11}")


def _df(context: Context, arguments: list[str], given: str) -> Result:
    head = "Filesystem           1K-blocks      Used Available Use% Mounted on"
    return lines(head, "overlay               61255492  18376648  39734800  32% /")


def _uptime(context: Context, arguments: list[str], given: str) -> Result:
    minutes = int(context.box.now() - context.box.started) // 60
    clock = time.strftime("%H:%M:%S", time.gmtime(context.box.now()))
    return lines(f" {clock} up {minutes} min,  0 users,  load average: 0.08, 0.11, 0.09")


def _date(context: Context, arguments: list[str], given: str) -> Result:
    pattern = next((each[1:] for each in arguments if each.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
    return lines(time.strftime(pattern, time.gmtime(context.box.now())))


def _id(context: Context, arguments: list[str], given: str) -> Result:
    return lines(context.account.shown())


def _whoami(context: Context, arguments: list[str], given: str) -> Result:
    if not context.account.name:
        return Result(1, err=f"whoami: unknown uid {context.account.uid}\n")
    return lines(context.account.name)


def _uname(context: Context, arguments: list[str], given: str) -> Result:
    if not arguments:
        return lines("Linux")
    return lines(f"Linux {context.box.hostname} 6.12.48 #1 SMP x86_64 Linux")


def _addresses(context: Context, arguments: list[str], given: str) -> Result:
    shown = []
    for index, (name, address) in enumerate(context.box.addresses.items(), start=1):
        flags = "LOOPBACK,UP,LOWER_UP" if name == "lo" else "BROADCAST,MULTICAST,UP,LOWER_UP"
        shown += [f"{index}: {name}: <{flags}> mtu 1450", f"    inet {address} scope global {name}"]
    return lines(*shown)


def _kill(context: Context, arguments: list[str], given: str) -> Result:
    signal = next((each[1:] for each in arguments if each.startswith("-")), "TERM")
    targets = operands(arguments)
    if targets != ["1"]:
        return Result(1, err=f"sh: can't kill pid {' '.join(targets)}: No such process\n")
    context.box.kill("KILL" if signal == "9" else signal.removeprefix("SIG"))
    return Result()


def _wget(context: Context, arguments: list[str], given: str) -> Result:
    address = (operands(arguments) or [""])[-1]
    if any(host in address for host in ("localhost", "127.0.0.1", context.box.hostname)):
        return lines(f"<html><body>{context.box.hostname}</body></html>")
    return Result(1, err=f"wget: can't connect to remote host ({address}): Network is unreachable\n")


def _grep(context: Context, arguments: list[str], given: str) -> Result:
    pattern, *names = operands(arguments) or [""]
    text = _cat(context, names, given).out
    found = [line for line in text.splitlines() if pattern.lower() in line.lower()]
    return Result(0 if found else 1, "".join(f"{line}\n" for line in found))


def _head(context: Context, arguments: list[str], given: str) -> Result:
    return _part(context, arguments, given, from_end=False)


def _tail(context: Context, arguments: list[str], given: str) -> Result:
    return _part(context, arguments, given, from_end=True)


def _part(context: Context, arguments: list[str], given: str, *, from_end: bool) -> Result:
    numbers = [each.lstrip("-n") for each in arguments if each.lstrip("-n").isdecimal()]
    count = int(numbers[0]) if numbers else 10
    names = [each for each in operands(arguments) if not each.isdecimal()]
    shown = _cat(context, names, given).out.splitlines()
    return lines(*(shown[-count:] if from_end else shown[:count]))


def _wc(context: Context, arguments: list[str], given: str) -> Result:
    text = _cat(context, arguments, given).out
    count, words, size = len(text.splitlines()), len(text.split()), len(text.encode())
    return lines(str(count) if "-l" in arguments else f"{count:9}{words:10}{size:10}")


def _touch(context: Context, arguments: list[str], given: str) -> Result:
    for name in operands(arguments):
        context.box.files.setdefault(context.path(name), "")
    return Result()


def _remove(context: Context, arguments: list[str], given: str) -> Result:
    result = Result()
    for name in operands(arguments):
        path = context.path(name)
        if path in context.box.files:
            del context.box.files[path]
        elif "-f" not in arguments:
            result.status, result.err = 1, result.err + f"rm: can't remove '{name}': No such file or directory\n"
    return result


def _find(context: Context, arguments: list[str], given: str) -> Result:
    top = context.path(arguments[0] if arguments and not arguments[0].startswith("-") else ".").rstrip("/")
    pattern = arguments[arguments.index("-name") + 1] if "-name" in arguments[:-1] else "*"
    paths = sorted({*context.box.files, *context.box.directories()})
    inside = [path for path in paths if path == top or path.startswith(f"{top}/")]
    return lines(*(path for path in inside if fnmatch.fnmatch(posixpath.basename(path), pattern)))


def _stty(context: Context, arguments: list[str], given: str) -> Result:
    size = context.size()
    if size is None:
        return Result(1, err="stty: standard input: Not a tty\n")
    return lines(f"{size[1]} {size[0]}") if arguments == ["size"] else lines("speed 38400 baud; line = 0;")


def _help(context: Context, arguments: list[str], given: str) -> Result:
    return lines("This is the tiny shell of the embedded swarm. It knows:", "  " + " ".join(sorted(COMMANDS)))


COMMANDS: dict[str, Command] = {
    **SCRIPTING,
    ":": constant(""),
    "[": constant(""),
    "chmod": constant(""),
    "chown": constant(""),
    "sync": constant(""),
    "test": constant(""),
    "umask": constant(""),
    "cat": _cat,
    "cd": _cd,
    "clear": constant("\x1b[H\x1b[2J"),
    "date": _date,
    "df": _df,
    "echo": _echo,
    "env": _env,
    "exit": constant(""),
    "export": _export,
    "false": constant("", 1),
    "find": _find,
    "free": _free,
    "grep": _grep,
    "head": _head,
    "help": _help,
    "hostname": lambda context, arguments, given: lines(context.box.hostname),
    "id": _id,
    "ifconfig": _addresses,
    "ip": _addresses,
    "kill": _kill,
    "ls": _ls,
    "printenv": _env,
    "ps": _ps,
    "pwd": lambda context, arguments, given: lines(context.directory),
    "rm": _remove,
    "sleep": constant(""),
    "stty": _stty,
    "tail": _tail,
    "top": _top,
    "touch": _touch,
    "true": constant(""),
    "uname": _uname,
    "uptime": _uptime,
    "wc": _wc,
    "wget": _wget,
    "whoami": _whoami,
}

"""Types into `jupyter console` through a pseudo terminal, as a person would, and writes what the screen then said.

The question names a folder to work in, and where the kernelspec is; the answer has one text per step, without escape
sequences.
"""
import json
import os
import re
import sys

import pexpect

ENTER, TAB, CTRL_C, CTRL_D = "\r", "\t", "\x03", "\x04"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()=>][0-9A-Za-z]?|\x1b\][^\x07]*\x07|\r")


class Console:
    def __init__(self, cwd, jupyter_path):
        env = {
            **os.environ,
            "JUPYTER_PATH": jupyter_path,
            "TERM": "xterm",
            "PROMPT_TOOLKIT_NO_CPR": "1",
            "JUPYTER_RUNTIME_DIR": os.path.join(cwd, "runtime"),
            "JUPYTER_CONFIG_DIR": os.path.join(cwd, "config"),
            "IPYTHONDIR": os.path.join(cwd, "ipython"),
        }
        # a busy machine may take longer than the second after which the console gives up asking the kernel
        args = ["-m", "jupyter_console", "--kernel", "sulam", "--ZMQTerminalInteractiveShell.kernel_is_complete_timeout=60"]
        self.child = pexpect.spawn(sys.executable, args, env=env, cwd=cwd, encoding="utf-8", timeout=120, dimensions=(50, 160))
        self.seen = ""

    def until(self, pattern):
        """What the screen says up to and with this, whatever the colours."""
        regex = re.compile(pattern)
        while not regex.search(self.seen):
            try:
                self.seen += ESCAPES.sub("", self.child.read_nonblocking(65536, timeout=120))
            except (pexpect.TIMEOUT, pexpect.EOF) as error:
                raise SystemExit(f"{type(error).__name__} while waiting for {pattern!r}; the screen said:\n{self.seen}")
        end = regex.search(self.seen).end()
        text, self.seen = self.seen[:end], self.seen[end:]
        return text

    def prompt(self, number):
        return self.until(rf"In \[{number}\]: ")

    def type(self, keys):
        self.child.send(keys)


def main(question, answer):
    asked = json.load(open(question))
    console = Console(asked["folder"], asked["jupyterPath"])
    steps = {"banner": console.prompt(1)}

    console.type("const kata: string[] = ['padi', 'sawah']; kata.length * 21" + ENTER)
    steps["expression"] = console.until(r"Out\[1\]: .*\n") + console.prompt(2)

    # Enter inside the function makes a new line, Enter behind its end runs it
    console.type("function ganda(x: number) {" + ENTER)
    steps["more"] = console.until(r"\.\.\.: ")
    console.type("return x * 2;" + ENTER)
    steps["more"] += console.until(r"\.\.\.: ")
    console.type("}" + ENTER)
    steps["function"] = console.prompt(3)
    console.type("ganda(kata.length)" + ENTER)
    steps["call"] = console.until(r"Out\[3\]: .*\n") + console.prompt(4)

    console.type("const jumlah: number = 'tiga';" + ENTER)
    steps["type error"] = console.prompt(5)

    # one match: Tab writes it out
    console.type("kata.lengt" + TAB)
    console.until("kata.length")
    console.type(ENTER)
    steps["completion"] = console.until(r"Out\[5\]: .*\n") + console.prompt(6)

    console.type("console.log('mula'); while (true) {}" + ENTER)
    console.until(r"mula\n")
    console.type(CTRL_C)
    steps["interrupt"] = console.prompt(7)
    console.type("kata.join('+')" + ENTER)
    steps["state"] = console.until(r"Out\[7\]: .*\n") + console.prompt(8)

    console.type("await input('na' + 'ma? ') + '!'" + ENTER)
    console.until(r"nama\? ")
    console.type("Siti" + ENTER)
    steps["input"] = console.until(r"Out\[8\]: .*\n") + console.prompt(9)

    console.type(CTRL_D)
    console.until(r"Do you really want to exit")
    console.type("y" + ENTER)
    console.child.expect(pexpect.EOF, timeout=60)
    console.child.close()
    steps["exit code"] = console.child.exitstatus
    json.dump(steps, open(answer, "w"))


main(*sys.argv[1:])

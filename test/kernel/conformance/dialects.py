"""Which kernel the conformance tests ask, and how it spells what the protocol leaves open.

Display, prompt and comm calls come from DIALECTS, chosen by KERNEL_DIALECT (default: by the kernel's name, else
"default"). A snippet of None means that the kernel offers no such call: the test then fails, it is not skipped.
"""
from __future__ import annotations

import json
import os

KERNEL = os.environ.get("KERNEL_NAME", "sulam")
START_TIMEOUT = float(os.environ.get("KERNEL_START_TIMEOUT", "60"))
TIMEOUT = float(os.environ.get("KERNEL_TEST_TIMEOUT", "20"))

DIALECTS = {
    # the API our own kernel is asked to offer
    "default": {
        "prelude": "import { display } from 'tslab';",
        "html": "display.html('<b>hi</b>');",
        "update": "const dd = display.html('<i>one</i>', {id: 'x1'}); dd.update('<i>two</i>');",
        "prompt": "const who: string = await input('name? '); console.log('hello ' + who);",
        "password": "const pw: string = await input('pw? ', {password: true}); console.log('len ' + pw.length);",
        "comm_target": "comms.registerTarget('echo', c => { c.onMessage(m => c.send({got: m})); });",
        "clear": "display.clear();",
    },
    "tslab": {
        "prelude": "import { display, newDisplay } from 'tslab';",
        "html": "display.html('<b>hi</b>');",
        "update": "const dd = newDisplay(); dd.html('<i>one</i>'); dd.html('<i>two</i>');",
        "prompt": None,
        "password": None,
        "comm_target": None,
        "clear": None,
    },
    "deno": {
        "prelude": "",
        "html": "await Deno.jupyter.display(Deno.jupyter.html`<b>hi</b>`);",
        "update": "await Deno.jupyter.broadcast('display_data', {data: {'text/html': '<i>one</i>'}, metadata: {}, transient: {display_id: 'x1'}});"
                  "await Deno.jupyter.broadcast('update_display_data', {data: {'text/html': '<i>two</i>'}, metadata: {}, transient: {display_id: 'x1'}});",
        "prompt": "const who = prompt('name? '); console.log('hello ' + who);",
        "password": None,
        "comm_target": None,
        "clear": "await Deno.jupyter.broadcast('clear_output', {wait: false});",
    },
}
D = dict(DIALECTS[os.environ.get("KERNEL_DIALECT", KERNEL if KERNEL in DIALECTS else "default")])
D.update(json.loads(os.environ.get("KERNEL_SNIPPETS", "{}")))  # e.g. '{"prelude": "", "html": "show(...)"}'

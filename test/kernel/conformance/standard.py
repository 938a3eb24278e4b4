"""jupyter_kernel_test, the Jupyter project's own suite, with TypeScript samples."""
from __future__ import annotations

import jupyter_kernel_test

from dialects import KERNEL, D


class StandardTests(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = "console.log('hello, world');"
    code_stderr = "console.error('to stderr');"
    code_generate_error = "throw new TypeError('boom');"
    completion_samples = [
        {"text": "Math.flo"},
        {"text": "const aa: string = 'x'; aa.toUpperC"},
    ]
    complete_code_samples = ["1", "let x = 1;", "function f() { return 1; }", "const t: number = 3"]
    incomplete_code_samples = ["function f() {", "const a = [1,", "if (true) {", "`abc"]
    invalid_code_samples = ["let let = ;", "1 = = 2", ")"]
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'a' + 'b'"},
        {"code": "[1, 2, 3].map(v => v * 2)"},
    ]
    code_display_data = [{"code": D["prelude"] + "\n" + D["html"], "mime": "text/html"}]
    code_history_pattern = "6 *"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.floor"
    code_clear_output = D["prelude"] + "\n" + (D["clear"] or "throw new Error('no clear_output call')")

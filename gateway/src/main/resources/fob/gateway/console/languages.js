// What the editor knows of fob's languages. A language that is not here has no starting text.

/** A function that runs, for each language. */
export const STARTS = {
  python: `def callme(name: str = "world") -> str:
    """Greets somebody.

    Args:
        name: who is greeted
    """
    print("greeting", name)
    return f"Hello, {name}!"
`,
  node: `/**
 * Greets somebody.
 * @param {string} name who is greeted
 * @returns {string}
 */
export function callme({ name = "world" }) {
  console.log("greeting", name);
  return \`Hello, \${name}!\`;
}
`,
  java: `import java.util.Optional;

public class Greet {
    public static String callme(Optional<String> name) {
        System.out.println("greeting " + name.orElse("world"));
        return "Hello, " + name.orElse("world") + "!";
    }
}
`,
  shell: `#!/bin/sh
# Parameters are in variables; the output is the result.
echo "greeting $FOB_PARAM_NAME" >&2
echo "Hello, \${FOB_PARAM_NAME:-world}!"
`,
};

/**
 * The line of the user's code that an error is about, as {line, message}, or null.
 *
 * @param problem a Problem of a call or a registration
 */
export function lineOf(problem) {
  const stack = problem?.body?.error?.stack ?? problem?.body?.stack ?? [];
  const message = problem?.message?.replace(/^the function was registered but cannot run: /, "");
  const python = stack.map((frame) => /File "[^"]*", line (\d+)/.exec(frame)).filter(Boolean);
  const other = stack.map((frame) => /\.(?:[cm]?js|java|sh):(\d+)/.exec(frame)).filter(Boolean);
  // Python names the innermost frame last, the others first.
  const found = python.at(-1) ?? other[0];
  return found ? { line: Number(found[1]), message } : null;
}

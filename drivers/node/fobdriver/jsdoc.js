// Reads the JSDoc comment before a function: its first paragraph, and the types and texts of @param and @returns.
const TAG = /^@(\w+)\s*(?:\{([^{}]*)\}\s*)?([^]*)$/;
const PARAMETER = /^\[?([\w$.]+)[^\s\]]*\]?\s*(?:-\s*)?([^]*)$/;
const TYPES = {
  number: "number", string: "string", boolean: "boolean", bool: "boolean", integer: "integer", int: "integer",
  bigint: "integer", object: "object", array: "array", null: "null", void: "null", undefined: "null",
};

/** Returns {description, parameters, result}: texts and JSON Schemas. `parameters` is a Map of {schema, description}. */
export function docOf(source, name) {
  const doc = { description: "", parameters: new Map(), result: null };
  const [description, ...tags] = entries(commentBefore(source, name));
  doc.description = description;
  for (const entry of tags) {
    const [, tag, type, rest] = TAG.exec(entry) ?? [];
    const match = tag === "param" && PARAMETER.exec(rest);
    if (match) doc.parameters.set(match[1].split(".").pop(), { schema: schemaOf(type), description: match[2] });
    else if ((tag === "returns" || tag === "return") && type) doc.result = schemaOf(type);
  }
  return doc;
}

/** The text of the comment right before the declaration of a name; empty if there is none. */
function commentBefore(source, name) {
  if (!/^[\w$]+$/.test(name)) return "";
  const declaration = new RegExp("^[ \\t]*(?:export +)?(?:default +)?(?:async +)?"
    + `(?:function *\\*? *|(?:const|let|var) +|(?:module\\.)?exports\\.)${name.replaceAll("$", "\\$")}(?![\\w$])`, "m");
  const found = declaration.exec(source);
  const before = found ? source.slice(0, found.index).trimEnd() : "";
  const start = before.lastIndexOf("/**");
  return start >= 0 && before.indexOf("*/", start + 3) === before.length - 2 ? before.slice(start + 3, -2) : "";
}

/** The first paragraph, and then each tag with the lines that follow it. */
function entries(comment) {
  const found = [""];
  let open = true; // whether the next line belongs to the last entry
  for (const line of comment.split("\n").map(each => each.replace(/^\s*\*? ?/, "").trim())) {
    if (line.startsWith("@")) {
      found.push(line);
      open = true;
    } else if (!line) open &&= !found.at(-1);
    else if (open) found.push(`${found.pop()} ${line}`.trim());
  }
  return found;
}

/** A type that is not understood allows any value. */
function schemaOf(type) {
  const text = type?.trim().replace(/^!|=$/g, "") ?? "";
  const inner = /^Promise\.?<(.*)>$/.exec(text);
  if (inner) return schemaOf(inner[1]);
  if (text.startsWith("?")) return anyOf([schemaOf(text.slice(1)), { type: "null" }]);
  const array = /^(?:Array\.?<([^<>]*)>|([\w.]+)\[\])$/.exec(text);
  if (array) return { type: "array", items: schemaOf(array[1] ?? array[2]) };
  const parts = /^\(?([^<>()]*)\)?$/.exec(text)?.[1].split("|") ?? [];
  if (parts.length > 1) return anyOf(parts.map(schemaOf));
  const literal = /^(["'])([^"'\\]*)\1$/.exec(text);
  if (literal) return { enum: [literal[2]] };
  return Object.hasOwn(TYPES, text.toLowerCase()) ? { type: TYPES[text.toLowerCase()] } : {};
}

function anyOf(schemas) {
  return schemas.some(each => Object.keys(each).length === 0) ? {} : { anyOf: schemas };
}

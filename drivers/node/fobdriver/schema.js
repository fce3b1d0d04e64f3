// Describes the function for callers: its text says the names and defaults, its JSDoc comment may say more.
import { docOf } from "./jsdoc.js";

const LONGEST_TEXT = 4096, LARGEST_SOURCE = 1 << 20;

/** `signature` is that of worker/signature.js. `source` is the text of the entry file. */
export function schemaOf({ names, defaults, required, allowed }, source, entryPoint) {
  const doc = docOf(source.slice(0, LARGEST_SOURCE), entryPoint);
  const parameters = { type: "object" };
  if (names.length || allowed) {
    parameters.properties = Object.fromEntries(names.map((name, i) => [name, property(doc.parameters.get(name), defaults[i])]));
    if (required.length) parameters.required = required;
    if (allowed) parameters.additionalProperties = false;
  }
  return {
    ...doc.description && { description: doc.description.slice(0, LONGEST_TEXT) },
    parameters,
    ...doc.result && { result: doc.result },
  };
}

function property(documented, text) {
  const schema = { ...documented?.schema };
  if (documented?.description) schema.description = documented.description.slice(0, LONGEST_TEXT);
  const value = text === null ? undefined : literal(text);
  if (value !== undefined) schema.default = value;
  return schema;
}

/** The value of a default that is also JSON, or a text in single quotation marks; otherwise undefined. */
function literal(text) {
  try {
    return JSON.parse(/^'[^'"\\]*'$/.test(text) ? `"${text.slice(1, -1)}"` : text);
  } catch {
    return undefined; // an expression; its value is not known before a call
  }
}

// Imports of a single source file such as "npm:left-pad@1.3.0" or "npm:@scope/name@^2/sub/path".
const SPECIFIER =
  /(\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(["'])npm:((?:@[\w.~-]+\/)?[\w.~-]+)(?:@([^"'/\n]+))?(\/[^"'\n]*)?\2/g;

/** Returns the packages that the source imports: [{name, range, line}], in their order; range may be undefined. */
export function packagesOf(source) {
  return [...source.matchAll(SPECIFIER)].map(match => ({
    name: match[3], range: match[4], line: source.slice(0, match.index).split("\n").length,
  }));
}

/** Returns the source with specifiers that Node finds in node_modules. No line gets another number. */
export function withPlainSpecifiers(source) {
  return source.replace(SPECIFIER, (_, before, quote, name, _range, path) => before + quote + name + (path ?? "") + quote);
}

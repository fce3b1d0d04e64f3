export function callme() {
  const kept = [];
  for (;;) kept.push(Buffer.alloc(8 << 20, "x"));
}

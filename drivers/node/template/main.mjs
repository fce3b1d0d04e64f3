/** Greets somebody. */
export function callme({ name = "world" }) {
  return `Hello, ${name}!`;
}

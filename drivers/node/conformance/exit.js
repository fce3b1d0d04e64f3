export function callme() {
  process.exit(3);
}

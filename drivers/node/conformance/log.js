export function callme({ text }) {
  console.log(text);
  console.error(text);
}

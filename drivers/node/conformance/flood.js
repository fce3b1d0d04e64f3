export function callme({ lines }) {
  for (let number = 0; number < lines; number++) console.log("line", number);
  return lines;
}

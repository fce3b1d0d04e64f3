export function callme({ message }) {
  throw new RangeError(message); // FAIL HERE
}

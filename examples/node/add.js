export function callme({ param1, param2 }) {
  return Number(param1) + Number(param2);
}

export function callme() {
  console.log("Hello serverless world!");
  return 42;
}

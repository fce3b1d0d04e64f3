import { setTimeout } from "node:timers/promises";

export async function callme({ seconds }) {
  await setTimeout(seconds * 1000);
  return seconds;
}

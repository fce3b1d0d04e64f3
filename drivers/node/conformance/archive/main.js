import { readFileSync } from "node:fs";
import { of } from "./greeting.js";

export function callme({ name }) {
  return of(name) + readFileSync(new URL("data/mark.txt", import.meta.url), "utf8").trim();
}

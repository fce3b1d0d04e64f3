import { readFileSync } from "node:fs";

export const callme = ({ path }) => readFileSync(path, "utf8");

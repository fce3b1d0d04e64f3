import { greet } from "npm:fixture@1.0.0";

export function callme({ name }) { return greet(name); }

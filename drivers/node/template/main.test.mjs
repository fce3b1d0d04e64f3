import assert from "node:assert/strict";
import { test } from "node:test";

import { callme } from "./main.mjs";

test("greets by name", () => {
  assert.equal(callme({ name: "Ada" }), "Hello, Ada!");
});

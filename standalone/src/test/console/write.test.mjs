import assert from "node:assert/strict";
import { test } from "node:test";
import { deploy, open, write } from "./browser.mjs";

const DIVIDE = (last) => `def callme(a: int, b: int = 2) -> int:
    """Divides.

    Args:
        a: what is divided
    """
    print("dividing", a${last}
    return a // b
`;

test("a function is written, fails with its line marked, is mended, called, and its log is seen", async (t) => {
  const page = await open(t, "new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("divide");
  await write(page, DIVIDE(""));
  await page.getByRole("button", { name: "Deploy divide" }).click();

  await page.getByText("SyntaxError: '(' was never closed").first().waitFor();
  assert.equal(await markedLine(page), "7");

  await write(page, DIVIDE(")"));
  await page.getByRole("button", { name: "Deploy divide" }).click();
  await page.getByRole("link", { name: "divide@2" }).waitFor();
  await page.locator(".try").getByText("what is divided").waitFor();
  await page.getByRole("textbox", { name: /^a( |$)/ }).fill("84");
  await page.getByRole("button", { name: "Call", exact: true }).click();
  assert.deepEqual(JSON.parse(await page.locator(".try pre.output").first().textContent()), { result: 42 });
  await page.getByText("dividing 84").waitFor();
  assert.match(await page.locator(".split").textContent(), /queue.*wait.*run/);

  await page.getByRole("link", { name: "divide@2" }).click();
  await page.getByRole("link", { name: "Logs" }).click();
  await page.getByRole("log").getByText("dividing 84").waitFor();
});

test("a call that fails marks the line of the error in the editor", async (t) => {
  await deploy("reciprocal", "def callme(n: int):\n    x = 1\n    return x / n\n");
  const page = await open(t, "f/reciprocal/code");
  await page.getByRole("textbox", { name: /^n( |$)/ }).fill("0");
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await page.getByText("ZeroDivisionError: division by zero").first().waitFor();
  assert.equal(await markedLine(page), "3");
});

test("the settings of the form are those of the function", async (t) => {
  const page = await open(t, "new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("settled");
  await page.getByText("Settings").click();
  await page.getByRole("textbox", { name: /^Timeout/ }).fill("1s");
  await page.getByRole("textbox", { name: /^Environment/ }).fill("MODE=a=b\nEMPTY=");
  await write(page, "import os, time\ndef callme():\n    return os.environ['MODE'] + os.environ['EMPTY']\n");
  await page.getByRole("button", { name: "Deploy settled" }).click();
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await page.getByText('"result": "a=b"').waitFor();
  await page.getByRole("link", { name: "settled@1" }).click();
  assert.equal(await page.locator("dt", { hasText: "Timeout" }).locator("xpath=../dd").textContent(), "1s");
});

test("the starting text of the chosen language is what is deployed", async (t) => {
  const page = await open(t, "new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("started");
  await page.getByRole("combobox", { name: "Language" }).selectOption("node");
  await page.getByText("export function callme").waitFor();
  await page.getByRole("button", { name: "Deploy started" }).click();
  await page.getByRole("textbox", { name: /^name/ }).fill("Ada");
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await page.getByText('"result": "Hello, Ada!"').waitFor();
});

test("what was written is still there after another page was opened, and can be discarded", async (t) => {
  await deploy("kept", "def callme():\n    return 'deployed'\n");
  const page = await open(t, "f/kept/code");
  await write(page, "def callme():\n    return 'written'\n");
  await page.getByRole("link", { name: "Logs" }).click();
  await page.getByRole("log").waitFor();
  await page.getByRole("link", { name: "Code" }).click();
  await page.getByText("return 'written'").waitFor();
  await page.getByRole("button", { name: "Discard the changes" }).click();
  await page.getByText("return 'deployed'").waitFor();
});

test("the text stays, and typing goes on, when Ctrl-Enter deploys it", async (t) => {
  const page = await open(t, "new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("typed");
  await write(page, "def callme():\n    return 'a'");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("link", { name: "typed@1" }).waitFor();
  await page.keyboard.type(" + 'b'");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("link", { name: "typed@2" }).waitFor();
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await page.getByText('"result": "ab"').waitFor();
});

/** The number in the gutter beside the error's mark. */
async function markedLine(page) {
  const mark = await page.locator(".cm-lint-marker-error").boundingBox();
  for (const number of await page.locator(".cm-lineNumbers .cm-gutterElement").all()) {
    const box = await number.boundingBox();
    if (box && box.height > 0 && mark.y + mark.height / 2 > box.y && mark.y + mark.height / 2 < box.y + box.height) {
      return number.textContent();
    }
  }
  return null;
}

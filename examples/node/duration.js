// A dependency from npm, with its version. Try ?text:2h.
import ms from "npm:ms@2.1.3";

export function callme({ text }) {
  const milliseconds = ms(text);
  return { milliseconds, text: ms(milliseconds, { long: true }) };
}

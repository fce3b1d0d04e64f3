import ms from "npm:ms@@VERSION@";

export const callme = ({ a, b }) => (ms("1s") === 1000 ? a + b : 0);

export const callme = ({ name = "world" }) => `Hello, ${name}!`;

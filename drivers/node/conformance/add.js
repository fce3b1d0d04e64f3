export const callme = ({ a, b }) => a + b;

export const callme = ({ a, b = 2 }) => [a, b];

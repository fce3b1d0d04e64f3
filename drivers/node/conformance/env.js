export const callme = ({ name }) => process.env[name] ?? null;

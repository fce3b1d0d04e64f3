export const of = name => `Hello, ${name}`;

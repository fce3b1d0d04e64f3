let calls = 0;

export const callme = () => ++calls;

export const callme = ({ kind }) => ({ nan: NaN, infinity: Infinity, other: new Set([1, 2]) })[kind];

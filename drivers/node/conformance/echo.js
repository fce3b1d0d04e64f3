export const callme = ({ value }) => value;

export const callme = ({ bytes }) => "x".repeat(bytes);

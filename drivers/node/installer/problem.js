/** What the user is told: lines, of which the first begins with "error: ". */
export class Problem extends Error {}

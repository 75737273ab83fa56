/** The message says what the operator can mend. */
export class OperatorError extends Error {}

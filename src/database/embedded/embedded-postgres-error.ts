/** Its message is one line that an operator can act on. */
export class EmbeddedPostgresError extends Error {}

/** The place that a letter's sealed text belongs to. */
export const boundToLetter = (letterId: string): string => `mail_outbox:${letterId}`

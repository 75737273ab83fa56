/** What the one-time tokens begin with, so that none passes for another. */
export const tokenKinds = {
  challenge: 'mfa_',
  enrollment: 'enr_',
  invitation: 'inv_',
  firstStart: 'bst_',
  passwordReset: 'rst_',
  device: 'dev_',
} as const

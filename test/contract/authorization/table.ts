/**
 * Who may do what, written by hand from the documentation and never derived from the code.
 *
 * A row is an endpoint, after the dot what of it is asked. A cell is one letter where nothing depends on the object, else one for each
 * of `things`:
 *
 *   y 200 · c 201 · a 401 unauthenticated · f 403 forbidden · r 403 access_restricted · n 404 not_found
 *   b 400 validation_failed · e 400 grantee_not_eligible · x 409 · - there is no such thing
 */
const table = `
|                                                            | nobody | SA     | AM     | AN     | TE none | TE read | TE full | TE ended | TE elsewhere | CA     | CM     | MFA pending | suspended |
| GET organizations                                          | a      | y      | y      | y      | y       | y       | y       | y        | y            | f      | f      | r           | r         |
| GET organizations/:id                                      | a      | yyyynb | yyyynb | yyyynb | nnynnb  | ynynnb  | ynynnb  | nnynnb   | rnynnb       | ynnnnb | ynnnnb | r           | r         |
| POST organizations                                         | a      | c      | c      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| PUT organizations/:id                                      | a      | yyynnb | f      | f      | f       | f       | f       | f        | f            | ynnnnb | f      | r           | r         |
| DELETE organizations/:id                                   | a      | yyxnnb | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET organizations/:id/users                                | a      | yyyynb | yyyynb | yyyynb | nnynnb  | ynynnb  | ynynnb  | nnynnb   | rnynnb       | ynnnnb | ynnnnb | r           | r         |
| GET organizations/:id/stats                                | a      | yyyynb | yyyynb | yyyynb | nnynnb  | ynynnb  | ynynnb  | nnynnb   | rnynnb       | ynnnnb | ynnnnb | r           | r         |

| GET users/profile                                          | a      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | y           | y         |
| GET users/profile/views                                    | a      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | r           | r         |
| POST users/profile/views                                   | a      | c      | c      | c      | c       | c       | c       | c        | c            | c      | c      | r           | r         |
| DELETE users/profile/views/:viewId                         | a      | ynnnnb | ynnnnb | ynnnnb | ynnnnb  | ynnnnb  | ynnnnb  | ynnnnb   | ynnnnb       | ynnnnb | ynnnnb | r           | r         |
| GET users                                                  | a      | y      | y      | y      | f       | f       | f       | f        | f            | y      | f      | r           | r         |
| GET users · of an organization                             | a      | yyyyyb | yyyyyb | yyyyyb | f       | f       | f       | f        | f            | ynnnnb | f      | r           | r         |
| POST users · to an organization                            | a      | cccnnb | ccnnnb | f      | f       | f       | f       | f        | f            | cnnnnb | f      | r           | r         |
| GET users/:userId                                          | a      | yyyynb | yyyynb | yyyynb | nnynnb  | ynynnb  | ynynnb  | nnynnb   | rnyrnb       | ynnnnb | nnnnnb | r           | r         |
| GET users/:userId · oneself                                | a      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | r           | r         |
| PUT users/:userId                                          | a      | yyynnb | yynnnb | nnnnnb | nnnnnb  | nnnnnb  | nnnnnb  | nnnnnb   | nnnnnb       | ynnnnb | nnnnnb | r           | r         |
| PUT users/:userId · oneself                                | a      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | r           | r         |
| DELETE users/:userId                                       | a      | yyynnb | f      | f      | f       | f       | f       | f        | f            | ynnnnb | f      | r           | r         |
| DELETE users/:userId · oneself                             | a      | f      | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST users/:userId/resend-invitation                       | a      | yyynnb | yynnnb | f      | f       | f       | f       | f        | f            | ynnnnb | f      | r           | r         |
| POST users/:userId/reset-mfa                               | a      | yyynnb | yynnnb | f      | f       | f       | f       | f        | f            | ynnnnb | f      | r           | r         |
| POST users/:userId/erase                                   | a      | xxxynb | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST users/:userId/revoke-sessions                         | a      | yyynnb | yynnnb | f      | f       | f       | f       | f        | f            | ynnnnb | f      | r           | r         |

| GET technician-access/matrix                               | a      | y      | y      | y      | y       | y       | y       | y        | y            | f      | f      | r           | r         |
| POST technician-access/grant · on a customer               | a      | ccnxnb | ccnxnb | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST technician-access/grant · to a person                 | a      | -ecenb | -ecenb | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST technician-access/grant · to oneself                  | a      | f      | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| PUT technician-access/:accessId                            | a      | yy-xnb | yy-xnb | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| DELETE technician-access/:accessId                         | a      | yy-xnb | yy-xnb | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST technician-access/handoff · of a person               | a      | -nyynb | -nyynb | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST technician-access/handoff · to a person               | a      | -eyenb | -eyenb | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST technician-access/handoff · to oneself                | a      | f      | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET technician-access/technician/:technicianId             | a      | -nyynb | -nyynb | -nyynb | -nnnnb  | -nnnnb  | -nnnnb  | -nnnnb   | -nnnnb       | f      | f      | r           | r         |
| GET technician-access/technician/:technicianId · oneself   | a      | y      | y      | y      | y       | y       | y       | y        | y            | f      | f      | r           | r         |
| POST technician-access/:accessId/record-access · to read   | a      | ynnrnb | f      | ynnrnb | -nn-nb  | ynnrnb  | ynnrnb  | rnnrnb   | rnnrnb       | f      | f      | r           | r         |
| POST technician-access/:accessId/record-access · to write  | a      | rnnrnb | f      | rnnrnb | -nn-nb  | rnnrnb  | ynnrnb  | rnnrnb   | rnnrnb       | f      | f      | r           | r         |

| GET access-management/matrix                               | a      | y      | y      | y      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST access-management/grant · on a customer               | a      | ccnxnb | ccnxnb | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST access-management/grant · to a person                 | a      | -ecenb | -ecenb | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST access-management/grant · to oneself                  | a      | f      | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET access-management/access/:accessId                     | a      | yy-ynb | yy-ynb | yy-ynb | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| PUT access-management/access/:accessId                     | a      | yy-xnb | yy-xnb | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| DELETE access-management/access/:accessId                  | a      | yy-xnb | yy-xnb | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST access-management/handoff · of a person               | a      | -nyynb | -nyynb | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST access-management/handoff · to a person               | a      | -eyenb | -eyenb | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST access-management/handoff · to oneself                | a      | f      | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET access-management/technician/:technicianId             | a      | -nyynb | -nyynb | -nyynb | -nnnnb  | -nnnnb  | -nnnnb  | -nnnnb   | -nnnnb       | f      | f      | r           | r         |
| GET access-management/technician/:technicianId · oneself   | a      | y      | y      | y      | y       | y       | y       | y        | y            | f      | f      | r           | r         |
| GET access-management/customer/:customerId/technicians     | a      | yynynb | yynynb | yynynb | f       | f       | f       | f        | f            | ynnnnb | ynnnnb | r           | r         |
| GET access-management/summary                              | a      | y      | y      | y      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST access-management/bulk-revoke · by id                 | a      | yy-yyb | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST access-management/bulk-revoke · of a person           | a      | -nyynb | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST access-management/bulk-revoke · on a customer         | a      | yynynb | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET access-management/as-of · on a customer                | a      | yynynb | yynynb | yynynb | nnnnnb  | nnnnnb  | nnnnnb  | nnnnnb   | nnnnnb       | ynnnnb | f      | r           | r         |
| GET access-management/as-of · of a person                  | a      | -nyynb | -nyynb | -nyynb | -nnnnb  | -nnnnb  | -nnnnb  | -nnnnb   | -nnnnb       | -nnnnb | f      | r           | r         |
| GET access-management/as-of · of oneself                   | a      | y      | y      | y      | y       | y       | y       | y        | y            | n      | f      | r           | r         |
| GET access-management/as-of/matrix                         | a      | y      | y      | y      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET access-management/reviews                              | a      | y      | y      | y      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST access-management/reviews/:reviewId/close             | a      | yy-xnb | yy-xnb | yy-xnb | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST access-management/check · on a customer               | a      | yynynb | yynynb | yynynb | nnnnnb  | ynnynb  | ynnynb  | ynnynb   | ynnynb       | ynnnnb | f      | r           | r         |
| POST access-management/check · of a person                 | a      | -nyynb | -nyynb | -nyynb | -nnnnb  | -nnnnb  | -nnnnb  | -nnnnb   | -nnnnb       | -yyyyb | f      | r           | r         |

| GET audit/logs                                             | a      | y      | f      | y      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET audit/stats                                            | a      | y      | f      | y      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET audit/export                                           | a      | y      | f      | y      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET audit/compliance/report                                | a      | y      | f      | y      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET audit/user/:userId/activity                            | a      | yyyynb | yyyynb | yyyynb | nnnnnb  | nnnnnb  | nnnnnb  | nnnnnb   | nnnnnb       | ynnnnb | nnnnnb | r           | r         |
| GET audit/user/:userId/activity · oneself                  | a      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | r           | r         |
| GET audit/organizations/:orgId/recent                      | a      | yyyynb | yynnnb | yyyynb | nnnnnb  | ynnnnb  | ynnnnb  | nnnnnb   | rnnnnb       | ynnnnb | ynnnnb | r           | r         |
| GET audit/integrity                                        | a      | y      | f      | y      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST audit/cleanup                                         | a      | y      | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST audit/cleanup · of an organization                    | a      | yyyynb | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET audit/cleanup                                          | a      | y      | f      | y      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST audit/cleanup/:cleanupId/approve                      | a      | yy-xnb | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET audit/holds                                            | a      | y      | f      | y      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST audit/holds · on an organization                      | a      | ccccnb | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST audit/holds · on a person                             | a      | ccccnb | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| POST audit/holds/:holdId/release                           | a      | yy-xnb | f      | f      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET audit/integrity/checkpoints                            | a      | y      | f      | y      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET audit/integrity/consistency                            | a      | n      | f      | n      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET audit/integrity/proof/:eventId                         | a      | n      | f      | n      | f       | f       | f       | f        | f            | f      | f      | r           | r         |
| GET audit/organizations/:orgId/integrity                   | a      | yyyynb | f      | yyyynb | f       | f       | f       | f        | f            | ynnnnb | f      | r           | r         |
| GET audit/organizations/:orgId/integrity/consistency       | a      | nnnnnb | f      | nnnnnb | f       | f       | f       | f        | f            | nnnnnb | f      | r           | r         |
| GET audit/organizations/:orgId/integrity/proof/:eventId    | a      | nnnnnb | f      | nnnnnb | f       | f       | f       | f        | f            | nnnnnb | f      | r           | r         |

| GET notifications                                          | a      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | r           | r         |
| POST notifications/:id/read                                | a      | ynn-nb | ynn-nb | ynn-nb | ynn-nb  | ynn-nb  | ynn-nb  | ynn-nb   | ynn-nb       | ynn-nb | ynn-nb | r           | r         |
| POST notifications/read-all                                | a      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | r           | r         |

| POST auth/login                                            | b      | b      | b      | b      | b       | b       | b       | b        | b            | b      | b      | b           | b         |
| POST auth/mfa/verify                                       | b      | b      | b      | b      | b       | b       | b       | b        | b            | b      | b      | b           | b         |
| POST auth/refresh                                          | b      | b      | b      | b      | b       | b       | b       | b        | b            | b      | b      | b           | b         |
| POST auth/mfa/setup                                        | a      | x      | x      | x      | x       | x       | x       | x        | x            | x      | x      | y           | a         |
| POST auth/mfa/enable                                       | a      | b      | b      | b      | b       | b       | b       | b        | b            | b      | b      | b           | b         |
| POST auth/mfa/disable                                      | a      | b      | b      | b      | b       | b       | b       | b        | b            | b      | b      | r           | r         |
| POST auth/mfa/recovery-codes                               | a      | b      | b      | b      | b       | b       | b       | b        | b            | b      | b      | r           | r         |
| POST auth/logout                                           | a      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | y           | y         |
| GET auth/sessions                                          | a      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | r           | r         |
| DELETE auth/sessions/:sessionId                            | a      | ynnnnb | ynnnnb | ynnnnb | ynnnnb  | ynnnnb  | ynnnnb  | ynnnnb   | ynnnnb       | ynnnnb | ynnnnb | r           | r         |
| DELETE auth/sessions                                       | a      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | r           | r         |
| POST auth/step-up                                          | a      | b      | b      | b      | b       | b       | b       | b        | b            | b      | b      | b           | b         |
| POST auth/password/change                                  | a      | b      | b      | b      | b       | b       | b       | b        | b            | b      | b      | r           | r         |
| POST auth/password/forgot                                  | b      | b      | b      | b      | b       | b       | b       | b        | b            | b      | b      | b           | b         |
| POST auth/password/reset                                   | b      | b      | b      | b      | b       | b       | b       | b        | b            | b      | b      | b           | b         |
| POST auth/passkeys/options                                 | a      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | r           | r         |
| POST auth/passkeys                                         | a      | b      | b      | b      | b       | b       | b       | b        | b            | b      | b      | r           | r         |
| GET auth/passkeys                                          | a      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | r           | r         |
| DELETE auth/passkeys/:id                                   | a      | ynnnnb | ynnnnb | ynnnnb | ynnnnb  | ynnnnb  | ynnnnb  | ynnnnb   | ynnnnb       | ynnnnb | ynnnnb | r           | r         |
| POST auth/passkeys/sign-in/options                         | y      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | y           | y         |
| POST auth/passkeys/sign-in                                 | b      | b      | b      | b      | b       | b       | b       | b        | b            | b      | b      | b           | b         |
| GET auth/invitations/:token                                | n      | n      | n      | n      | n       | n       | n       | n        | n            | n      | n      | n           | n         |
| POST auth/invitations/:token/accept                        | b      | b      | b      | b      | b       | b       | b       | b        | b            | b      | b      | b           | b         |
| GET auth/bootstrap                                         | y      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | y           | y         |
| POST auth/bootstrap                                        | b      | b      | b      | b      | b       | b       | b       | b        | b            | b      | b      | b           | b         |

| GET /.well-known/castellan-audit-key                       | y      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | y           | y         |
| GET /.well-known/jwks.json                                 | y      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | y           | y         |
| GET /.well-known/security.txt                              | y      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | y           | y         |
| GET /healthz                                               | y      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | y           | y         |
| GET /readyz                                                | y      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | y           | y         |
| GET /openapi.json                                          | y      | y      | y      | y      | y       | y       | y       | y        | y            | y      | y      | y           | y         |
`

/** What a call can be about: of the customer in hand, of one where the caller has nothing, of the provider, and what is not there. */
export const things = ['own', 'other', 'provider', 'deleted', 'missing', 'malformed'] as const
export type Thing = (typeof things)[number]

const [head = [], ...lines] = table
  .split('\n')
  .filter((line) => line !== '')
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
const columns = head.slice(1)

export const rows: readonly string[] = lines.map(([row = '']) => row)
const cells = new Map(lines.map(([row, ...of]) => [row, new Map(columns.map((column, i) => [column, of[i]]))]))

/** What the table says, for each thing that there is: a letter each. A row without objects says it of `own`. */
export function said(row: string, column: string): [thing: Thing, letter: string][] {
  const cell = cells.get(row)?.get(column) ?? ''
  if (cell.length !== 1 && cell.length !== things.length) throw new Error(`the table cannot be read: ${row}, ${column}`)
  return things.flatMap((thing, i) => {
    const letter = cell.length === 1 ? cell : (cell[i] ?? '')
    return letter === '-' ? [] : [[thing, letter] as [Thing, string]]
  })
}

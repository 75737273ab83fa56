/** An event as it is written, and as it is hashed: every column of the trail that tells of something. */
export interface WrittenEvent {
  readonly id: string
  readonly occurredAt: Date | string
  readonly orgId: string
  readonly userId: string | null
  readonly actorEmail: string | null
  readonly actorRole: string | null
  readonly actorOrgId: string | null
  readonly action: string
  readonly category: string
  readonly resourceType: string | null
  readonly resourceId: string | null
  readonly description: string
  readonly outcome: string
  readonly riskLevel: string
  readonly riskFactors: readonly string[]
  readonly complianceRelevant: boolean
  readonly frameworks: readonly string[]
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly sessionId: string | null
  readonly requestId: string | null
  readonly changes: unknown
  readonly details: unknown
}

/** With what it is committed to its personal data by: of each group the nonce, or the commitment alone where the data are erased. */
export interface StoredEvent extends WrittenEvent {
  readonly actorNonce: Buffer | null
  readonly descriptionNonce: Buffer | null
  readonly contentNonce: Buffer | null
  readonly actorCommitment: Buffer | null
  readonly descriptionCommitment: Buffer | null
  readonly contentCommitment: Buffer | null
}

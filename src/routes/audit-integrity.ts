import { z } from 'zod'
import * as service from '../services/audit.service.ts'
import {
  BetweenCheckpoints,
  BetweenHeads,
  CheckpointConsistency,
  HeadConsistency,
  InclusionProof,
  Integrity,
  OwnIntegrity,
  PublicCheckpoint,
} from '../types/integrity.ts'
import { count, pageOf } from '../types/page.ts'
import { uuid } from '../types/text.ts'
import { endpoint } from './endpoint.ts'

const pages = { page: count({ min: 1, max: 1_000_000, or: 1 }), limit: count({ min: 1, max: 100, or: 25 }) }
const ofOrganization = z.strictObject({ orgId: uuid })

export const auditIntegrity = [
  endpoint({
    method: 'GET',
    url: '/integrity',
    operation: 'audit.integrity',
    summary: 'The latest signed checkpoint of the trail, and whether all is sealed',
    data: Integrity,
    handle: ({ context }) => service.getIntegrity(context),
  }),
  endpoint({
    method: 'GET',
    url: '/integrity/checkpoints',
    operation: 'audit.integrity',
    summary: 'Signed checkpoints, newest first',
    query: z.strictObject(pages),
    data: pageOf(PublicCheckpoint),
    handle: ({ context, query }) => service.listIntegrityCheckpoints(context, query),
  }),
  endpoint({
    method: 'GET',
    url: '/integrity/consistency',
    operation: 'audit.integrity',
    summary: 'The proof that a later checkpoint goes on from an earlier one',
    query: BetweenCheckpoints,
    data: CheckpointConsistency,
    handle: ({ context, query }) => service.proveCheckpointConsistency(context, query),
  }),
  endpoint({
    method: 'GET',
    url: '/integrity/proof/:eventId',
    operation: 'audit.integrity',
    summary: 'The proof that an event is part of the trail',
    params: z.strictObject({ eventId: uuid }),
    data: InclusionProof,
    handle: ({ context, params }) => service.proveInclusion(context, params.eventId),
  }),
  endpoint({
    method: 'GET',
    url: '/organizations/:orgId/integrity',
    operation: 'audit.own-integrity',
    summary: 'The latest signed head of an organization’s own trail',
    params: ofOrganization,
    target: { organization: 'orgId' },
    data: OwnIntegrity,
    handle: ({ context, params }) => service.getOwnIntegrity(context, params.orgId),
  }),
  endpoint({
    method: 'GET',
    url: '/organizations/:orgId/integrity/consistency',
    operation: 'audit.own-integrity',
    summary: 'The proof that a later head of an organization’s trail goes on from an earlier one',
    params: ofOrganization,
    target: { organization: 'orgId' },
    query: BetweenHeads,
    data: HeadConsistency,
    handle: ({ context, params, query }) => service.proveOwnConsistency(context, params.orgId, query),
  }),
  endpoint({
    method: 'GET',
    url: '/organizations/:orgId/integrity/proof/:eventId',
    operation: 'audit.own-integrity',
    summary: 'The proof that an event is part of an organization’s trail',
    params: z.strictObject({ orgId: uuid, eventId: uuid }),
    target: { organization: 'orgId' },
    data: InclusionProof,
    handle: ({ context, params }) => service.proveOwnInclusion(context, params.orgId, params.eventId),
  }),
]

export const trailKey = [
  endpoint({
    method: 'GET',
    url: '/.well-known/castellan-audit-key',
    operation: 'operations.read',
    summary: 'The public key that checkpoints of the trail are verified with (c2sp.org/signed-note)',
    raw: 'text/plain',
    data: z.string(),
    handle: ({ context }) => service.trailVerifierKey(context),
  }),
]

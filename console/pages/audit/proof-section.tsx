import { Alert, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Schemas } from '../../api/client.ts'
import { integrityQuery, proofQuery } from '../../api/queries.ts'
import { canVerify, checks, verifyEvent } from '../../proof/verify-event.ts'
import type { Check, Findings } from '../../proof/verify-event.ts'
import { Icon } from '../../ui/icons.tsx'
import { Awaited } from '../../ui/states.tsx'
import { messageOf } from '../../words.ts'
import { saveText } from '../../ui/save-file.ts'

const says: Readonly<Record<Check, readonly [holds: string, fails: string]>> = {
  head_signed: [
    'The head of its organization’s trail is signed by the trail’s key',
    'The head of its organization’s trail is not signed by the trail’s key, or not about this event',
  ],
  in_head: [
    'The event, as it is shown here, is what that head stands for',
    'The event is shown otherwise than it was sealed',
  ],
  checkpoint_signed: [
    'The checkpoint over all organizations is signed by it too',
    'The checkpoint over all organizations is not signed by it',
  ],
  in_checkpoint: ['That head is part of the checkpoint', 'That head is not part of the checkpoint'],
}

/** Whether the event is in the signed trail as it is shown: worked out here, from the public key and what the server claims. */
export function ProofSection({ event }: { event: Schemas['AuditEvent'] }) {
  return (
    <section aria-label="Proof" className="proof">
      <h3 className="small-heading">Proof</h3>
      {event.sequence === null ? (
        <p className="dim">Not sealed yet. That happens within seconds; open the event again.</p>
      ) : (
        <Proof event={event} />
      )}
    </section>
  )
}

function Proof({ event }: { event: Schemas['AuditEvent'] }) {
  const integrity = useQuery(integrityQuery)
  const proof = useQuery(proofQuery(event.id))
  const verifierKey = integrity.data?.publicKey.verifierKey
  const verified = useQuery({
    queryKey: ['audit', 'verified', event, proof.data, verifierKey],
    queryFn: () =>
      proof.data && verifierKey !== undefined ? verifyEvent(event, proof.data, verifierKey) : Promise.resolve({}),
    enabled: proof.data !== undefined && verifierKey !== undefined && canVerify(),
    retry: false,
    staleTime: Infinity,
  })
  if (!canVerify()) {
    return (
      <p className="dim">
        This browser verifies only on a page that came over HTTPS or from this machine.{' '}
        <code>castellan audit verify</code> does it anywhere.
      </p>
    )
  }
  return (
    <Awaited of={proof} rows={2}>
      {(claimed) => (
        <>
          {verified.error && (
            <Alert color="yellow" variant="light" title="This browser cannot verify it">
              It may not know Ed25519 signatures yet: {messageOf(verified.error)}
            </Alert>
          )}
          {verified.data && <FindingList findings={verified.data} />}
          <details>
            <summary>What it was verified with</summary>
            <dl className="facts facts-wide">
              <div>
                <dt>Public key. Compare it with the one that you keep</dt>
                <dd>
                  <code>{verifierKey}</code>
                </dd>
              </div>
              <div>
                <dt>Leaf</dt>
                <dd>
                  <code>{claimed.leafHash}</code>
                </dd>
              </div>
            </dl>
            <pre tabIndex={0}>{claimed.checkpoint?.note ?? claimed.head.note}</pre>
            <Button
              size="xs"
              variant="default"
              leftSection={<Icon name="download" size={14} />}
              onClick={() =>
                saveText(JSON.stringify({ event, proof: claimed, verifierKey }, null, 2), `proof-${event.id}.json`)
              }
            >
              Download the proof
            </Button>
          </details>
        </>
      )}
    </Awaited>
  )
}

function FindingList({ findings }: { findings: Findings }) {
  const looked = checks.filter((check) => findings[check] !== undefined)
  const holds = looked.length > 1 && looked.every((check) => findings[check])
  return (
    <>
      <p className={holds ? 'proof-verdict proof-holds' : 'proof-verdict proof-fails'} role="status">
        <Icon name={holds ? 'shield' : 'emergency'} />
        {holds ? 'Verified in this browser' : 'This does not verify. Somebody should look at it now.'}
      </p>
      <ul className="proof-checks">
        {looked.map((check) => (
          <li key={check} className={findings[check] ? 'proof-holds' : 'proof-fails'}>
            <Icon name={findings[check] ? 'check' : 'close'} size={15} />
            {says[check][findings[check] ? 0 : 1]}
          </li>
        ))}
      </ul>
    </>
  )
}

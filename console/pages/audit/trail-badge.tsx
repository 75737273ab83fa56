import { Alert, Drawer, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { Schemas } from '../../api/client.ts'
import { integrityQuery } from '../../api/queries.ts'
import { canVerify, verifyNote } from '../../proof/verify-event.ts'
import { Icon } from '../../ui/icons.tsx'
import { Facts } from '../../ui/page.tsx'
import { distanceTo, When } from '../../ui/when.tsx'
import { counted, inFigures } from '../../words.ts'
import { stateOf } from './trail-state.ts'

type Integrity = Schemas['TrailIntegrity']

/** Whether the trail proves itself now, and since when. */
export function TrailBadge() {
  const { data } = useQuery({ ...integrityQuery, refetchInterval: 30_000 })
  const [open, { open: unfold, close: fold }] = useDisclosure(false)
  if (!data) return null
  const { tone, words } = stateOf(data)
  return (
    <>
      <UnstyledButton className={`trail-badge tone-${tone}`} onClick={unfold} aria-haspopup="dialog">
        <Icon name={tone === 'bad' ? 'emergency' : 'shield'} size={16} />
        <span>{words}</span>
        {data.checkpoint && <span className="trail-age">checkpoint {distanceTo(data.checkpoint.createdAt)}</span>}
      </UnstyledButton>
      <Drawer
        opened={open}
        onClose={fold}
        size="lg"
        title="Is the trail whole?"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {open && <TrailState integrity={data} />}
      </Drawer>
    </>
  )
}

function TrailState({ integrity }: { integrity: Integrity }) {
  const { checkpoint, checkpointVerifies, pending, secondsBehind, unaccounted, publicKey, removed } = integrity
  const verified = useQuery({
    queryKey: ['audit', 'verified', checkpoint?.note, publicKey.verifierKey],
    queryFn: () =>
      checkpoint ? verifyNote(checkpoint.note, checkpoint.treeSize, publicKey.verifierKey) : Promise.resolve(false),
    enabled: checkpoint !== null && canVerify(),
    retry: false,
  })
  return (
    <div className="event-detail">
      {unaccounted > 0 && (
        <Alert color="red" variant="light" title={`${counted(unaccounted, 'event')} that no server wrote`}>
          Somebody added to the trail at the database. <code>castellan audit verify</code> names each of them.
        </Alert>
      )}
      {(checkpointVerifies === false || verified.data === false) && (
        <Alert color="red" variant="light" title="The latest checkpoint is not as it was signed">
          Nothing more is sealed until somebody has looked. <code>castellan audit verify</code> says what was changed.
        </Alert>
      )}
      <Facts
        of={{
          'Sealed through': checkpoint ? <When at={checkpoint.createdAt} /> : 'Nothing is sealed yet',
          Checkpoint: checkpoint ? `No. ${inFigures(checkpoint.id)}` : 'None yet',
          'Not sealed yet':
            pending === 0
              ? 'Nothing'
              : `${counted(pending, 'event')}, the oldest ${counted(secondsBehind, 'second')} old`,
          'Signature, as the server says': verdict(checkpointVerifies),
          'Signature, looked at in this browser': verdict(verified.data ?? null),
          'Written by no server': inFigures(unaccounted),
          'Removed by cleanups': counted(
            removed.reduce((sum, { events }) => sum + events, 0),
            'event',
          ),
        }}
      />
      {checkpoint && <pre tabIndex={0}>{checkpoint.note}</pre>}
      <div className="wide-facts">
        <Facts of={{ 'Public key. Compare it with the one that you keep': <code>{publicKey.verifierKey}</code> }} />
      </div>
      <p className="dim">
        A checkpoint stands for every event of every organization until then: with this key and a kept checkpoint
        anybody can prove that nothing of it was changed, added or taken away. Each event shows its own proof when it is
        opened.
      </p>
    </div>
  )
}

const verdict = (holds: boolean | null): string =>
  holds === null ? 'Not looked at' : holds ? 'Holds' : 'Does not hold'

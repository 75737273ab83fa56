import { useQuery } from '@tanstack/react-query'
import { checkQuery } from '../../api/queries.ts'
import type { Schemas } from '../../api/client.ts'
import { Icon } from '../../ui/icons.tsx'
import { Awaited } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { reasonNames, remedies } from '../../words.ts'

/** Whether access would be given, why not, and what would help: the decision that enforcement itself makes. */
export const Verdict = ({ check }: { check: Schemas['AccessCheck'] }) => (
  <div className={check.allowed ? 'verdict verdict-yes' : 'verdict verdict-no'} role="status">
    <Icon name={check.allowed ? 'check' : 'lock'} />
    <div>
      <strong>{check.allowed ? 'Usable now' : 'Not usable now'}</strong>
      {check.reasons.map((reason) => (
        <p key={reason}>
          {sentence(reasonNames[reason] ?? reason.replaceAll('_', ' '))} {remedies[reason]}
        </p>
      ))}
      <p className="dim">
        Decided <When at={check.evaluatedAt} />
      </p>
    </div>
  </div>
)

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`

export function VerdictNow({ technicianId, customerOrgId }: { technicianId: string; customerOrgId: string }) {
  const check = useQuery(checkQuery({ technicianId, customerOrgId }))
  return <Awaited of={check}>{(decided) => <Verdict check={decided} />}</Awaited>
}

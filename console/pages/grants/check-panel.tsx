import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { useProfile } from '../../profile.ts'
import { FormView } from '../../ui/form.tsx'
import { InstantField } from '../../ui/instant-field.tsx'
import { fromInput } from '../../ui/instant-input.ts'
import { Section } from '../../ui/page.tsx'
import { useForm } from '../../ui/use-form.ts'
import { levelNames } from '../../words.ts'
import type { Level } from '../../words.ts'
import { CustomerPick, GranteePick } from './party-picks.tsx'
import { Verdict } from './verdict.tsx'

interface Question {
  technicianId: string | null
  customerOrgId: string | null
  accessLevel: Level
  service: string
  ipAddress: string
  at: string
}

/** Asks the server what it would decide, and shows why. */
export function CheckPanel() {
  const { timezone } = useProfile()
  const [check, setCheck] = useState<Schemas['AccessCheck'] | null>(null)
  const form = useForm<Question>({
    initial: {
      technicianId: null as string | null,
      customerOrgId: null as string | null,
      accessLevel: 'read_only',
      service: '',
      ipAddress: '',
      at: '',
    },
    check: ({ technicianId, customerOrgId }) => ({
      ...(technicianId === null && { technicianId: 'Choose somebody.' }),
      ...(customerOrgId === null && { customerOrgId: 'Choose a customer.' }),
    }),
    send: async ({ technicianId, customerOrgId, accessLevel, service, ipAddress, at }) => {
      const instant = fromInput(at, timezone)
      setCheck(
        await ask(
          api.POST('/api/access-management/check', {
            body: {
              technicianId: technicianId ?? '',
              customerOrgId: customerOrgId ?? '',
              accessLevel,
              ...(service.trim() && { service: service.trim() }),
              ...(ipAddress.trim() && { ipAddress: ipAddress.trim() }),
              ...(instant && { at: instant }),
            },
          }),
        ),
      )
    },
  })
  const { values, faults, set, text } = form
  return (
    <Section title="Check access" hint="The same decision that enforcement makes, explained.">
      <FormView form={form} submit="Check">
        <GranteePick
          name="technicianId"
          label="May this person"
          value={values.technicianId}
          onPick={(id) => set('technicianId', id)}
          error={faults['technicianId']}
        />
        <CustomerPick
          name="customerOrgId"
          label="reach this customer"
          value={values.customerOrgId}
          onPick={(id) => set('customerOrgId', id)}
          error={faults['customerOrgId']}
        />
        <Select
          label="with"
          data={Object.entries(levelNames).map(([value, label]) => ({ value, label }))}
          value={values.accessLevel}
          onChange={(level) => set('accessLevel', (level ?? 'read_only') as Level)}
          allowDeselect={false}
        />
        <div className="side-by-side">
          <TextInput label="for service" placeholder="any" {...text('service')} />
          <TextInput label="from address" placeholder="any" {...text('ipAddress')} />
        </div>
        <InstantField label="at" empty="now" {...text('at')} />
      </FormView>
      {check && <Verdict check={check} />}
    </Section>
  )
}

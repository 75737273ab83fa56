import { Collapse, Radio, Select, Text, Textarea, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useEffect } from 'react'
import { api, ask } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { useRenew } from '../../api/renew.ts'
import { useProfile } from '../../profile.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { Icon } from '../../ui/icons.tsx'
import { InstantField } from '../../ui/instant-field.tsx'
import { fromInput } from '../../ui/instant-input.ts'
import { notice } from '../../ui/notice.ts'
import type { Choice } from '../../ui/pick.tsx'
import { useForm } from '../../ui/use-form.ts'
import { levelNames, nameOf } from '../../words.ts'
import type { Level } from '../../words.ts'
import { noLimits, restrictionsFrom } from './limits.ts'
import { CustomerPick, GranteePick } from './party-picks.tsx'
import { LimitsFields } from './limits-fields.tsx'

const levels: Readonly<Record<Level, string>> = {
  read_only: 'Looks, and changes nothing',
  full_access: 'Works as the customer’s own staff would',
  emergency: 'Full access at once, for hours, under watch, reviewed afterwards',
}
const LIMIT_FIELDS = ['allowedServices', 'ipRestrictions', 'timeRestrictions', 'notes', 'startsAt']
const HOUR_MS = 3_600_000

const USUAL_HOURS = '4'

/** The usual end is the server's to reckon, by its own clock. */
const emergencyEnd = (hours: string): string | undefined =>
  hours === USUAL_HOURS ? undefined : new Date(Date.now() + Number(hours) * HOUR_MS).toISOString()

interface GrantDialogProps {
  technician?: Choice | undefined
  customer?: Choice | undefined
  level?: Level
  close: () => void
  onGranted?: (grant: Schemas['Grant']) => void
}

/** Gives one person access to one customer. What was typed stays whatever the server says. */
export function GrantDialog({ technician, customer, level = 'read_only', close, onGranted }: GrantDialogProps) {
  const { timezone } = useProfile()
  const renew = useRenew()
  const [limiting, { toggle, open }] = useDisclosure(false)
  const form = useForm({
    initial: {
      technicianId: technician?.value ?? null,
      customerOrgId: customer?.value ?? null,
      accessLevel: level,
      startsAt: '',
      expiresAt: '',
      hours: USUAL_HOURS,
      reason: '',
      notes: '',
      ...noLimits(timezone),
    },
    check: ({ technicianId, customerOrgId, accessLevel, reason }) => ({
      ...(technicianId === null && { technicianId: 'Choose somebody.' }),
      ...(customerOrgId === null && { customerOrgId: 'Choose a customer.' }),
      ...(accessLevel === 'emergency' &&
        reason.trim().length < 10 && { reason: 'Say what happened, in at least 10 characters: a reviewer reads it.' }),
    }),
    send: async ({
      technicianId,
      customerOrgId,
      accessLevel,
      startsAt,
      expiresAt,
      hours,
      reason,
      notes,
      ...limits
    }) => {
      const end = accessLevel === 'emergency' ? emergencyEnd(hours) : fromInput(expiresAt, timezone)
      const start = fromInput(startsAt, timezone)
      const granted = await ask(
        api.POST('/api/access-management/grant', {
          body: {
            technicianId: technicianId ?? '',
            customerOrgId: customerOrgId ?? '',
            accessLevel,
            ...(start && { startsAt: start }),
            ...(end && { expiresAt: end }),
            ...(reason.trim() && { reason: reason.trim() }),
            ...(notes.trim() && { notes: notes.trim() }),
            ...restrictionsFrom(limits),
          },
        }),
      )
      notice(`${nameOf(granted.technician)} has access to ${granted.customer.name}.`)
      await renew()
      onGranted?.(granted)
      close()
    },
  })
  const { values, faults, set, text } = form
  useEffect(() => {
    if (LIMIT_FIELDS.some((field) => faults[field])) open()
  }, [faults, open])
  const isEmergency = values.accessLevel === 'emergency'
  return (
    <Dialog title={isEmergency ? 'Emergency access' : 'Grant access'} close={close}>
      <FormView form={form} submit="Grant access" cancel={close} danger={isEmergency}>
        {technician ? (
          <Given label="Who" words={technician.label} />
        ) : (
          <GranteePick
            name="technicianId"
            label="Who"
            value={values.technicianId}
            onPick={(id) => set('technicianId', id)}
            error={faults['technicianId']}
          />
        )}
        {customer ? (
          <Given label="Customer" words={customer.label} />
        ) : (
          <CustomerPick
            name="customerOrgId"
            label="Customer"
            value={values.customerOrgId}
            onPick={(id) => set('customerOrgId', id)}
            error={faults['customerOrgId']}
          />
        )}
        <Radio.Group label="Level" value={values.accessLevel} onChange={(chosen) => set('accessLevel', chosen)}>
          <div className="choices">
            {(Object.keys(levels) as Level[]).map((one) => (
              <Radio key={one} value={one} label={levelNames[one]} description={levels[one]} className="choice" />
            ))}
          </div>
        </Radio.Group>
        {isEmergency ? (
          <Select
            label="For how long"
            data={['1', '2', '4', '8', '12', '24'].map((value) => ({
              value,
              label: value === '1' ? '1 hour' : `${value} hours`,
            }))}
            value={values.hours}
            onChange={(hours) => set('hours', hours ?? USUAL_HOURS)}
            allowDeselect={false}
            error={faults['expiresAt']}
          />
        ) : (
          <InstantField label="Until" empty="until it is revoked" {...text('expiresAt')} />
        )}
        <Textarea
          label="Reason"
          description={
            isEmergency
              ? 'Told to the customer’s administrators and all super admins, and judged in the review.'
              : 'The customer and the trail see it.'
          }
          autosize
          minRows={isEmergency ? 2 : 1}
          {...text('reason')}
        />
        <UnstyledButton className="fold" aria-expanded={limiting} onClick={toggle}>
          <Icon name={limiting ? 'down' : 'right'} size={16} /> Limit it further
          <Text size="xs" c="dimmed" component="span">
            services, addresses, hours
          </Text>
        </UnstyledButton>
        <Collapse expanded={limiting}>
          <div className="form">
            <LimitsFields form={form} />
            {!isEmergency && <InstantField label="From" empty="from now on" {...text('startsAt')} />}
            <Textarea label="Notes" description="Not shown to the customer." autosize {...text('notes')} />
          </div>
        </Collapse>
      </FormView>
    </Dialog>
  )
}

const Given = ({ label, words }: { label: string; words: string }) => (
  <div>
    <Text size="sm" fw={500}>
      {label}
    </Text>
    <Text>{words}</Text>
  </div>
)

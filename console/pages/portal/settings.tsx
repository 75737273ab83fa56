import { NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, askTagged } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { organizationQuery } from '../../api/queries.ts'
import { useMay, useProfile } from '../../profile.ts'
import { Conflict } from '../../ui/conflict.tsx'
import { FormPart, FormView } from '../../ui/form.tsx'
import { notice } from '../../ui/notice.ts'
import { Page, Section } from '../../ui/page.tsx'
import { Awaited, Nothing } from '../../ui/states.tsx'
import { useVersionedForm } from '../../ui/use-versioned-form.ts'
import { partsOf } from '../grants/network.ts'
import { NetworksField } from '../grants/networks-field.tsx'

const zones = Intl.supportedValuesOf('timeZone')

export function SettingsPage() {
  const { organization } = useProfile()
  const may = useMay('organizations.update')
  const own = useQuery({ ...organizationQuery(organization.id), refetchOnWindowFocus: false, enabled: may })
  if (!may) {
    return (
      <Page title="Settings">
        <Nothing title="Your role may not change the settings">
          An administrator of {organization.name} may: who they are stands under Our users.
        </Nothing>
      </Page>
    )
  }
  return (
    <Page title="Settings" lead={`What holds for ${organization.name} and its people.`}>
      <Awaited of={own}>{({ data, tag }) => <SettingsForm key={data.id} organization={data} tag={tag} />}</Awaited>
    </Page>
  )
}

const editedOf = ({ name, settings }: Schemas['Organization']) => ({
  name,
  requireMfa: settings.requireMfa ?? false,
  allowedIpRanges: settings.allowedIpRanges?.join('\n') ?? '',
  sessionIdleMinutes: settings.sessionIdleMinutes ?? ('' as number | string),
  maxSessionsPerUser: settings.maxSessionsPerUser ?? ('' as number | string),
  timezone: settings.timezone ?? null,
  contactName: settings.contact?.name ?? '',
  contactEmail: settings.contact?.email ?? '',
  contactPhone: settings.contact?.phone ?? '',
})
type Edited = ReturnType<typeof editedOf>

const labels: Readonly<Record<keyof Edited, string>> = {
  name: 'Name',
  requireMfa: 'Everybody needs a second factor',
  allowedIpRanges: 'Addresses that your people may come from',
  sessionIdleMinutes: 'A session ends after minutes without use',
  maxSessionsPerUser: 'Sessions that one person may have',
  timezone: 'Time zone',
  contactName: 'Whom the provider calls',
  contactEmail: 'Their e-mail',
  contactPhone: 'Their telephone',
}

const wordsOf = (field: keyof Edited, values: Edited): string =>
  field === 'requireMfa' ? (values.requireMfa ? 'yes' : 'no') : String(values[field] ?? '')

function SettingsForm({ organization, tag }: { organization: Schemas['Organization']; tag: string | null }) {
  const queries = useQueryClient()
  const params = { path: { id: organization.id } }
  const form = useVersionedForm({
    read: { values: editedOf(organization), tag },
    reread: async () => {
      const now = await askTagged(api.GET('/api/organizations/{id}', { params }))
      return { values: editedOf(now.data), tag: now.tag }
    },
    send: async (values, read) => {
      const body = { name: values.name, settings: settingsFrom(values) }
      const headers = read.tag ? { 'if-match': read.tag } : {}
      const saved = await askTagged(api.PUT('/api/organizations/{id}', { params, headers, body }))
      await queries.invalidateQueries()
      notice('The settings are saved.')
      return { values: editedOf(saved.data), tag: saved.tag }
    },
  })
  const { values, set, text } = form
  return (
    <Section>
      <FormView form={form} submit={form.conflict ? 'Save mine over it' : 'Save'}>
        <FormPart title="Organization" hint="How it is called, and by which clock it lives.">
          <TextInput label={labels.name} {...text('name')} />
          <Select
            label={labels.timezone}
            searchable
            clearable
            placeholder="UTC"
            data={zones}
            limit={30}
            value={values.timezone}
            onChange={(zone) => set('timezone', zone)}
            clearButtonProps={{ 'aria-label': 'Clear the time zone' }}
          />
        </FormPart>
        <FormPart title="Signing in" hint="Who may come in, and from where.">
          <Switch
            label={labels.requireMfa}
            description="Who has none sets it up at the next sign-in."
            checked={values.requireMfa}
            onChange={({ currentTarget }) => set('requireMfa', currentTarget.checked)}
          />
          <NetworksField {...text('allowedIpRanges')} value={values.allowedIpRanges} label={labels.allowedIpRanges} />
        </FormPart>
        <FormPart title="Sessions" hint="Empty: as the platform has it.">
          <div className="side-by-side">
            <NumberInput
              label={labels.sessionIdleMinutes}
              placeholder="60"
              min={5}
              max={1440}
              value={values.sessionIdleMinutes}
              onChange={(minutes) => set('sessionIdleMinutes', minutes as number)}
              error={form.faults['sessionIdleMinutes']}
            />
            <NumberInput
              label={labels.maxSessionsPerUser}
              placeholder="50"
              min={1}
              max={100}
              value={values.maxSessionsPerUser}
              onChange={(count) => set('maxSessionsPerUser', count as number)}
              error={form.faults['maxSessionsPerUser']}
            />
          </div>
        </FormPart>
        <FormPart title="Contact" hint="Whom your provider calls when something happens.">
          <TextInput label={labels.contactName} {...text('contactName')} />
          <div className="side-by-side">
            <TextInput label={labels.contactEmail} type="email" {...text('contactEmail')} />
            <TextInput label={labels.contactPhone} {...text('contactPhone')} />
          </div>
        </FormPart>
        {form.conflict && (
          <Conflict
            conflict={form.conflict}
            mine={values}
            labels={labels}
            words={wordsOf}
            takeTheirs={form.takeTheirs}
          />
        )}
      </FormView>
    </Section>
  )
}

/** Empty goes back to the platform's default. */
function settingsFrom(values: Edited): Schemas['OrganizationSettingsChangeInput'] {
  const ranges = partsOf(values.allowedIpRanges)
  const contact = {
    ...(values.contactName.trim() && { name: values.contactName.trim() }),
    ...(values.contactEmail.trim() && { email: values.contactEmail.trim() }),
    ...(values.contactPhone.trim() && { phone: values.contactPhone.trim() }),
  }
  return {
    requireMfa: values.requireMfa || null,
    allowedIpRanges: ranges.length > 0 ? ranges : null,
    sessionIdleMinutes: typeof values.sessionIdleMinutes === 'number' ? values.sessionIdleMinutes : null,
    maxSessionsPerUser: typeof values.maxSessionsPerUser === 'number' ? values.maxSessionsPerUser : null,
    timezone: values.timezone,
    contact: Object.keys(contact).length > 0 ? contact : null,
  }
}

import { Alert, NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { ApiError, Schemas } from '../../api/client.ts'
import { organizationQuery } from '../../api/queries.ts'
import { useProfile } from '../../profile.ts'
import { FormView } from '../../ui/form.tsx'
import { notice } from '../../ui/notice.ts'
import { Page, Section } from '../../ui/page.tsx'
import { Awaited } from '../../ui/states.tsx'
import { useForm } from '../../ui/use-form.ts'
import { partsOf } from '../grants/network.ts'
import { NetworksField } from '../grants/networks-field.tsx'

const zones = Intl.supportedValuesOf('timeZone')

export function SettingsPage() {
  const { organization } = useProfile()
  const own = useQuery({ ...organizationQuery(organization.id), refetchOnWindowFocus: false })
  return (
    <Page title="Settings" lead={`What holds for ${organization.name} and its people.`}>
      <Awaited of={own}>
        {({ data, tag }) => <SettingsForm key={data.updatedAt} organization={data} tag={tag} />}
      </Awaited>
    </Page>
  )
}

function SettingsForm({ organization, tag }: { organization: Schemas['Organization']; tag: string | null }) {
  const queries = useQueryClient()
  const [conflict, setConflict] = useState(false)
  const { settings } = organization
  const form = useForm({
    initial: {
      name: organization.name,
      requireMfa: settings.requireMfa ?? false,
      allowedIpRanges: settings.allowedIpRanges?.join('\n') ?? '',
      sessionIdleMinutes: settings.sessionIdleMinutes ?? '',
      maxSessionsPerUser: settings.maxSessionsPerUser ?? '',
      timezone: settings.timezone ?? null,
      contactName: settings.contact?.name ?? '',
      contactEmail: settings.contact?.email ?? '',
      contactPhone: settings.contact?.phone ?? '',
    },
    send: async (values) => {
      const body = { name: values.name, settings: settingsFrom(values) }
      const params = { path: { id: organization.id } }
      await ask(api.PUT('/api/organizations/{id}', { params, headers: tag ? { 'if-match': tag } : {}, body }))
      await queries.invalidateQueries()
      notice('The settings are saved.')
    },
    explain: (error: ApiError) => {
      setConflict(error.status === 412)
      return (
        error.status === 412 &&
        'Somebody changed the settings meanwhile. Load them again; what you typed would be lost.'
      )
    },
  })
  const { values, set, text } = form
  return (
    <Section narrow>
      <FormView form={form} submit="Save">
        <TextInput label="Name" {...text('name')} />
        <Switch
          label="Everybody needs a second factor"
          description="Who has none sets it up at the next sign-in."
          checked={values.requireMfa}
          onChange={({ currentTarget }) => set('requireMfa', currentTarget.checked)}
        />
        <NetworksField
          {...text('allowedIpRanges')}
          value={values.allowedIpRanges}
          label="Addresses that your people may come from"
        />
        <div className="side-by-side">
          <NumberInput
            label="A session ends after minutes without use"
            placeholder="60"
            min={5}
            max={1440}
            value={values.sessionIdleMinutes}
            onChange={(minutes) => set('sessionIdleMinutes', minutes as number)}
            error={form.faults['sessionIdleMinutes']}
          />
          <NumberInput
            label="Sessions that one person may have"
            placeholder="as many as they like"
            min={1}
            max={100}
            value={values.maxSessionsPerUser}
            onChange={(count) => set('maxSessionsPerUser', count as number)}
            error={form.faults['maxSessionsPerUser']}
          />
        </div>
        <Select
          label="Time zone"
          searchable
          clearable
          placeholder="UTC"
          data={zones}
          limit={30}
          value={values.timezone}
          onChange={(zone) => set('timezone', zone)}
          clearButtonProps={{ 'aria-label': 'Clear the time zone' }}
        />
        <TextInput label="Whom the provider calls" {...text('contactName')} />
        <div className="side-by-side">
          <TextInput label="Their e-mail" type="email" {...text('contactEmail')} />
          <TextInput label="Their telephone" {...text('contactPhone')} />
        </div>
        {conflict && (
          <Alert variant="light" color="yellow">
            What is stored now is shown after the page is loaded again.
          </Alert>
        )}
      </FormView>
    </Section>
  )
}

interface Edited {
  requireMfa: boolean
  allowedIpRanges: string
  sessionIdleMinutes: number | string
  maxSessionsPerUser: number | string
  timezone: string | null
  contactName: string
  contactEmail: string
  contactPhone: string
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

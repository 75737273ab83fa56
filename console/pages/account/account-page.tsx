import { Button, Group, Select, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { sessionsQuery } from '../../api/queries.ts'
import { useProfile, useSignedIn } from '../../profile.ts'
import { FormView } from '../../ui/form.tsx'
import { NewPasswordInput } from '../../ui/new-password.tsx'
import { PasswordInput } from '@mantine/core'
import { notice, tellFault } from '../../ui/notice.ts'
import { Facts, Page, Section } from '../../ui/page.tsx'
import { Awaited } from '../../ui/states.tsx'
import { useForm } from '../../ui/use-form.ts'
import { When } from '../../ui/when.tsx'
import { counted, nameOf, roleNames } from '../../words.ts'
import { deviceOf } from './device.ts'
import { PasskeySection } from './passkey-section.tsx'
import { RecoveryCodesDialog } from './recovery-codes-dialog.tsx'

const zones = Intl.supportedValuesOf('timeZone')

/** Who is signed in, how, from where, and what keeps the account safe. */
export function AccountPage() {
  const { profile, enrol } = useSignedIn()
  const [renewing, setRenewing] = useState(false)
  const { email, role, organization, mfaEnabled } = profile
  return (
    <Page title={nameOf(profile)} lead={email}>
      <Section title="Profile" narrow>
        <Facts of={{ 'E-mail': email, Role: roleNames[role], Organization: organization.name }} />
        <ProfileForm />
      </Section>
      <Section
        title="Second factor"
        actions={
          mfaEnabled ? (
            <Button size="xs" variant="default" onClick={() => setRenewing(true)}>
              New recovery codes
            </Button>
          ) : (
            <Button size="xs" onClick={enrol}>
              Set it up
            </Button>
          )
        }
      >
        <p>
          {mfaEnabled
            ? 'On: signing in takes a code of your authenticator app.'
            : 'Off: a password alone signs you in.'}
        </p>
      </Section>
      {mfaEnabled && <PasskeySection />}
      <Section title="Password" narrow>
        <PasswordForm />
      </Section>
      <SessionsSection />
      {renewing && <RecoveryCodesDialog close={() => setRenewing(false)} />}
    </Page>
  )
}

function ProfileForm() {
  const profile = useProfile()
  const queries = useQueryClient()
  const form = useForm({
    initial: { firstName: profile.firstName, lastName: profile.lastName, timezone: profile.timezone },
    send: async (body) => {
      await ask(api.PUT('/api/users/{userId}', { params: { path: { userId: profile.id } }, body }))
      await queries.invalidateQueries({ queryKey: ['profile'] })
      notice('Your profile is saved.')
    },
  })
  return (
    <FormView form={form} submit="Save">
      <div className="side-by-side">
        <TextInput label="First name" autoComplete="given-name" {...form.text('firstName')} />
        <TextInput label="Last name" autoComplete="family-name" {...form.text('lastName')} />
      </div>
      <Select
        label="Time zone"
        description="All times are shown in it; the exact one in UTC on hover."
        searchable
        data={zones.includes(form.values.timezone) ? zones : [form.values.timezone, ...zones]}
        limit={30}
        value={form.values.timezone}
        onChange={(zone) => form.set('timezone', zone ?? form.values.timezone)}
        allowDeselect={false}
      />
    </FormView>
  )
}

function PasswordForm() {
  const form = useForm({
    initial: { currentPassword: '', newPassword: '' },
    send: async (body) => {
      const { revoked } = await ask(api.POST('/api/auth/password/change', { body }))
      form.set('currentPassword', '')
      form.set('newPassword', '')
      notice(`Your password is changed. Other sessions that ended: ${revoked}.`)
    },
    explain: ({ code }) => code === 'invalid_credentials' && 'The current password is not right.',
  })
  return (
    <FormView form={form} submit="Change the password">
      <PasswordInput label="Current password" autoComplete="current-password" {...form.text('currentPassword')} />
      <NewPasswordInput label="New password" {...form.text('newPassword')} />
    </FormView>
  )
}

function SessionsSection() {
  const queries = useQueryClient()
  const sessions = useQuery(sessionsQuery)
  const renew = (): Promise<void> => queries.invalidateQueries({ queryKey: ['sessions'] })
  const end = useMutation({
    mutationFn: (sessionId: string) =>
      ask(api.DELETE('/api/auth/sessions/{sessionId}', { params: { path: { sessionId } } })),
    onSuccess: renew,
    onError: tellFault,
  })
  const endOthers = useMutation({
    mutationFn: () => ask(api.DELETE('/api/auth/sessions')),
    onSuccess: async ({ revoked }) => {
      notice(`${counted(revoked, 'session')} ended.`)
      await renew()
    },
    onError: tellFault,
  })
  return (
    <Section
      title="Sessions"
      hint="Where you are signed in"
      actions={
        <Button size="xs" variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
          End all others
        </Button>
      }
    >
      <Awaited of={sessions}>
        {(answer) => (
          <ul className="sessions" aria-label="Sessions">
            {answer.map((session) => (
              <li key={session.id}>
                <div>
                  <strong>{deviceOf(session.userAgent)}</strong>
                  {session.current && <span className="here">This session</span>}
                  <p className="dim">
                    <span>{session.ipAddress ?? 'unknown address'}</span> · used{' '}
                    <When at={session.lastUsedAt} relative /> · signed in <When at={session.createdAt} /> · ends at the
                    latest <When at={session.expiresAt} />
                  </p>
                </div>
                {!session.current && (
                  <Group>
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      className="danger"
                      onClick={() => end.mutate(session.id)}
                    >
                      End
                    </Button>
                  </Group>
                )}
              </li>
            ))}
          </ul>
        )}
      </Awaited>
    </Section>
  )
}

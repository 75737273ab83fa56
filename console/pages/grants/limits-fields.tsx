import { Alert, Button, Select, TagsInput } from '@mantine/core'
import type { Form } from '../../ui/use-form.ts'
import type { Limits } from './limits.ts'
import { NetworksField } from './networks-field.tsx'
import { emptyWeek, isEmpty } from './week.ts'
import { WeekGrid } from './week-grid.tsx'

const zones = Intl.supportedValuesOf('timeZone')
const known = ['siem', 'edr', 'firewall', 'email', 'identity', 'backup', 'cloud', 'vulnerability']

/** Services, addresses and hours that a grant is limited to. */
export function LimitsFields<V extends Limits>({ form }: { form: Form<V> }) {
  const { values, faults, text } = form as unknown as Form<Limits>
  const set = (form as unknown as Form<Limits>).set
  return (
    <div className="form">
      <div data-field="allowedServices">
        <TagsInput
          label="Services"
          description="Empty: any service."
          placeholder={values.allowedServices.length === 0 ? 'siem, edr, firewall…' : ''}
          data={known}
          value={values.allowedServices}
          onChange={(services) => set('allowedServices', services)}
          splitChars={[',', ' ']}
          error={faults['allowedServices']}
        />
      </div>
      <NetworksField {...text('ipRestrictions')} value={values.ipRestrictions} />
      {values.week ? (
        <WeekGrid week={values.week} onChange={(week) => set('week', week)} />
      ) : (
        <Alert variant="light" color="gray" title="The hours stay as they are">
          They do not begin and end at whole hours.{' '}
          <Button size="compact-xs" variant="default" onClick={() => set('week', emptyWeek)}>
            Paint new ones
          </Button>
        </Alert>
      )}
      {values.week && !isEmpty(values.week) && (
        <Select
          name="timezone"
          label="Time zone of the hours"
          searchable
          data={zones.includes(values.timezone) ? zones : [values.timezone, ...zones]}
          value={values.timezone}
          onChange={(zone) => set('timezone', zone ?? values.timezone)}
          limit={30}
          error={faults['timeRestrictions']}
        />
      )}
    </div>
  )
}

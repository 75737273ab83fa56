import { Button, Checkbox, Indicator, Popover, Radio } from '@mantine/core'
import { Icon } from '../../ui/icons.tsx'
import type { AxisOrder } from './axis.ts'

interface AxisMenuProps {
  label: string
  sort: AxisOrder
  onSort: (sort: AxisOrder) => void
  group: 'kind' | 'level' | undefined
  onGroup: (group: 'kind' | 'level' | undefined) => void
  /** What they can be told apart by, and its values. */
  kind: string
  kinds: Readonly<Record<string, string>>
  only: string | undefined
  onOnly: (kind: string | undefined) => void
}

const orders: Readonly<Record<AxisOrder, string>> = {
  name: 'Name, A to Z',
  '-name': 'Name, Z to A',
  '-grants': 'Most grants first',
  grants: 'Fewest grants first',
}

/** How one axis of the matrix is ordered, divided and narrowed. */
export function AxisMenu(props: AxisMenuProps) {
  const { label, sort, onSort, group, onGroup, kind, kinds, only, onOnly } = props
  const isTouched = sort !== 'name' || group !== undefined || only !== undefined
  return (
    <Indicator disabled={!isTouched} size={9} offset={3} color="keep.7">
      <Popover position="bottom-start" shadow="md" width={230} trapFocus>
        <Popover.Target>
          <Button variant="default" rightSection={<Icon name="down" size={14} />}>
            {label}
            {isTouched && <span className="unseen">, changed</span>}
          </Button>
        </Popover.Target>
        <Popover.Dropdown className="axis-menu">
          <Choice label="Order" value={sort} choices={orders} onChoose={(value) => onSort(value as AxisOrder)} />
          <Choice
            label="Group"
            value={group ?? ''}
            choices={{ '': 'Not grouped', kind: `By ${kind}`, level: 'By highest level' }}
            onChoose={(value) => onGroup(value === '' ? undefined : (value as 'kind' | 'level'))}
          />
          <Choice
            label="Show"
            value={only ?? ''}
            choices={{ '': 'All', ...kinds }}
            onChoose={(value) => onOnly(value || undefined)}
          />
        </Popover.Dropdown>
      </Popover>
    </Indicator>
  )
}

interface ChoiceProps {
  label: string
  value: string
  choices: Readonly<Record<string, string>>
  onChoose: (value: string) => void
}

const Choice = ({ label, value, choices, onChoose }: ChoiceProps) => (
  <Radio.Group label={label} value={value} onChange={onChoose} size="xs">
    <div className="menu-choices">
      {Object.entries(choices).map(([one, words]) => (
        <Radio key={one} value={one} label={words} size="xs" />
      ))}
    </div>
  </Radio.Group>
)

export const HideEmpty = ({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) => (
  <Checkbox
    label="Hide who has none"
    size="xs"
    checked={checked}
    onChange={({ currentTarget }) => onChange(currentTarget.checked)}
  />
)

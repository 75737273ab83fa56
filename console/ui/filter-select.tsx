import { Select } from '@mantine/core'

interface FilterSelectProps<T extends string> {
  label: string
  /** Stands where nothing is chosen. */
  any: string
  choices: Readonly<Partial<Record<T, string>>>
  value: T | undefined
  onChoose: (value: T | undefined) => void
}

/** One of a few, or any. */
export const FilterSelect = <T extends string>({ label, any, choices, value, onChoose }: FilterSelectProps<T>) => (
  <Select
    aria-label={label}
    placeholder={any}
    clearable
    data={Object.entries<string | undefined>(choices).map(([one, words]) => ({ value: one, label: words ?? one }))}
    value={value ?? null}
    onChange={(chosen) => onChoose((chosen ?? undefined) as T | undefined)}
    clearButtonProps={{ 'aria-label': `Clear ${label.toLowerCase()}` }}
  />
)

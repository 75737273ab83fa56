import { TextInput } from '@mantine/core'
import { useContext } from 'react'
import type { ComponentProps } from 'react'
import { Zone } from './when.tsx'

interface InstantFieldProps extends Omit<ComponentProps<typeof TextInput>, 'description' | 'type'> {
  /** What it means when nothing stands in it. */
  empty: string
}

/** A date and a time on the reader's own clock. */
export function InstantField({ empty, ...rest }: InstantFieldProps) {
  const zone = useContext(Zone)
  return <TextInput type="datetime-local" description={`Empty: ${empty}. In the time of ${zone}.`} {...rest} />
}

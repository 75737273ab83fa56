import { Textarea } from '@mantine/core'
import type { ComponentProps } from 'react'
import { coverageOf, partsOf } from './network.ts'

/** Addresses and blocks, with what each covers said below. */
export const NetworksField = (props: ComponentProps<typeof Textarea> & { value: string }) => (
  <div>
    <Textarea
      label="Addresses"
      description="IPv4 or IPv6, alone or as a block such as 203.0.113.0/24. Empty: from anywhere."
      autosize
      minRows={1}
      maxRows={6}
      spellCheck={false}
      autoComplete="off"
      {...props}
    />
    <ul className="coverage" aria-label="What the addresses cover">
      {partsOf(props.value).map((part, index) => {
        const coverage = coverageOf(part)
        const at = `${index}-${part}`
        return 'fault' in coverage ? (
          <li key={at} className="coverage-fault">
            <code>{part}</code> {coverage.fault}
          </li>
        ) : (
          <li key={at}>
            <code>{part}</code> {coverage.covers}
          </li>
        )
      })}
    </ul>
  </div>
)

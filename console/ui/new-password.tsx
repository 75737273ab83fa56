import { PasswordInput } from '@mantine/core'
import type { ComponentProps } from 'react'

export const NewPasswordInput = (props: ComponentProps<typeof PasswordInput>) => (
  <PasswordInput
    label="Password"
    description="At least 15 characters. A few unrelated words make a good one."
    autoComplete="new-password"
    {...props}
  />
)

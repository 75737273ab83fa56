import { Alert, Button, Group } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Form } from './use-form.ts'

interface FormViewProps {
  form: Pick<Form<object>, 'refusal' | 'pending' | 'submit' | 'ref'>
  submit: string
  cancel?: (() => void) | undefined
  danger?: boolean
  disabled?: boolean
  children: ReactNode
  extra?: ReactNode
}

export const FormView = ({ form, submit, cancel, danger, disabled, children, extra }: FormViewProps) => (
  <form ref={form.ref} onSubmit={form.submit} noValidate className="form">
    {children}
    {form.refusal && (
      <Alert color="red" variant="light" role="alert">
        {form.refusal}
      </Alert>
    )}
    <Group justify="flex-end" gap="sm" className="form-foot">
      {extra}
      {cancel && (
        <Button variant="default" onClick={cancel}>
          Cancel
        </Button>
      )}
      <Button type="submit" loading={form.pending} color={danger ? 'red.8' : undefined} disabled={disabled ?? false}>
        {submit}
      </Button>
    </Group>
  </form>
)

interface FormPartProps {
  title: string
  hint?: string
  children: ReactNode
}

/** Fields that belong together, with what they are about beside them. */
export const FormPart = ({ title, hint, children }: FormPartProps) => (
  <fieldset className="form-part">
    <legend className="unseen">{title}</legend>
    <div className="form-part-head" aria-hidden>
      <strong>{title}</strong>
      {hint && <p className="dim">{hint}</p>}
    </div>
    <div className="form">{children}</div>
  </fieldset>
)

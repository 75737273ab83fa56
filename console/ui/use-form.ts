import { useEffect, useRef, useState } from 'react'
import type { ChangeEvent, SyntheticEvent } from 'react'
import { ApiError } from '../api/client.ts'
import { messageOf } from '../words.ts'

export type Faults = Readonly<Record<string, string | undefined>>

interface Options<V> {
  initial: V
  /** What the form itself can tell before asking the server. */
  check?: (values: V) => Faults
  send: (values: V) => Promise<unknown>
  /** Says in better words what a refusal means here, or at which field. */
  explain?: (error: ApiError) => string | Faults | false
}

export interface Form<V> {
  values: V
  faults: Faults
  refusal: string | null
  pending: boolean
  set: <K extends keyof V>(name: K, value: V[K]) => void
  /** For an input of text. */
  text: (name: keyof V & string) => {
    name: string
    value: string
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => void
    error: string | undefined
  }
  submit: (event?: SyntheticEvent) => void
  ref: React.RefObject<HTMLFormElement | null>
}

/** A form that keeps what was typed whatever the server says, and goes to the first field that is at fault. */
export function useForm<V extends object>({ initial, check, send, explain }: Options<V>): Form<V> {
  const [values, setValues] = useState(initial)
  const [faults, setFaults] = useState<Faults>({})
  const [refusal, setRefusal] = useState<string | null>(null)
  const [pending, setPending] = useState(false)
  const ref = useRef<HTMLFormElement>(null)

  useEffect(() => {
    const first = Object.keys(faults)[0]
    if (!first) return undefined
    const field = fieldIn(ref.current, first)
    // A fold that is just opening lets nothing in it be focused yet. Whoever has gone on meanwhile is not called back.
    const before = document.activeElement
    let tries = 0
    const focusing = setInterval(() => {
      if (document.activeElement === before) field?.focus()
      if (document.activeElement !== before || ++tries > 20) clearInterval(focusing)
    }, 25)
    return () => clearInterval(focusing)
  }, [faults])

  const set = <K extends keyof V>(name: K, value: V[K]): void => setValues((now) => ({ ...now, [name]: value }))

  async function go(): Promise<void> {
    const found = check?.(values) ?? {}
    setFaults(found)
    setRefusal(null)
    if (Object.values(found).some(Boolean)) return
    setPending(true)
    try {
      await send(values)
    } catch (error) {
      const explained = (error instanceof ApiError && explain?.(error)) || messageOf(error)
      const told = typeof explained === 'object' ? explained : error instanceof ApiError ? faultsOf(error) : {}
      setFaults(told)
      if (typeof explained === 'object') return
      if (Object.keys(told).length === 0) setRefusal(explained)
      else setRefusal(faultsElsewhere(told, ref.current))
    } finally {
      setPending(false)
    }
  }

  return {
    values,
    faults,
    refusal,
    pending,
    ref,
    set,
    text: (name) => ({
      name,
      value: String(values[name] ?? ''),
      onChange: (event) => set(name, event.currentTarget.value as V[typeof name]),
      error: faults[name],
    }),
    submit: (event) => {
      event?.preventDefault()
      if (!pending) void go()
    },
  }
}

const fieldIn = (form: HTMLFormElement | null, name: string): HTMLElement | null | undefined =>
  form?.querySelector<HTMLElement>(`[name="${name}"], [data-field="${name}"] input`)

/** What is at fault with a field that is not in the form is told all the same. */
function faultsElsewhere(faults: Faults, form: HTMLFormElement | null): string | null {
  const elsewhere = Object.entries(faults).filter(([name]) => !fieldIn(form, name))
  return elsewhere.map(([name, fault]) => `${name}: ${fault}.`).join(' ') || null
}

/** By field: `ipRestrictions.0` is told at `ipRestrictions`, `settings.timezone` at `timezone`. */
function faultsOf({ code, details }: ApiError): Faults {
  if (code !== 'validation_failed' || !Array.isArray(details)) return {}
  const faults = (details as { path?: string; message?: string }[]).map(
    ({ path, message }) => [fieldOf(path ?? ''), message ?? ''] as const,
  )
  return Object.fromEntries(faults.filter(([field]) => field !== '').reverse())
}

const fieldOf = (path: string): string => {
  const [first = '', second = ''] = path.split('.')
  return first === 'settings' ? second : first
}

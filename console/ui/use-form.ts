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
  /** Says in better words what a refusal means here. */
  explain?: (error: ApiError) => string | false
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
    const field = ref.current?.querySelector<HTMLElement>(`[name="${first}"], [data-field="${first}"] input`)
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
      const told = error instanceof ApiError ? faultsOf(error) : {}
      setFaults(told)
      if (Object.keys(told).length === 0) {
        setRefusal((error instanceof ApiError && explain?.(error)) || messageOf(error))
      }
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

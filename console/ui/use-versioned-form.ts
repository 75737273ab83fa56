import { useState } from 'react'
import { ApiError } from '../api/client.ts'
import { fieldsOf, isSame, merged } from './merged.ts'
import { useForm } from './use-form.ts'
import type { Faults, Form } from './use-form.ts'

export interface Versioned<V> {
  values: V
  tag: string | null
}

interface Options<V> {
  /** What was read. */
  read: Versioned<V>
  check?: (values: V) => Faults
  /** Sends it under the tag of what was read. @returns what is stored now, where the form stays open */
  send: (values: V, read: Versioned<V>) => Promise<Versioned<V> | void>
  /** What is stored now. */
  reread: () => Promise<Versioned<V>>
  explain?: (error: ApiError) => string | Faults | false
}

export interface Conflicted<V> {
  /** What they have made of it, field by field. */
  fields: (keyof V & string)[]
  before: V
  theirs: V
}

/**
 * A form on a version of something: who changed it meanwhile is not overwritten unasked. What they changed is shown, what was typed
 * stays, and where nothing was typed theirs is taken over.
 */
export function useVersionedForm<V extends object>(
  options: Options<V>,
): Form<V> & {
  conflict: Conflicted<V> | null
  takeTheirs: () => void
} {
  const [read, setRead] = useState(options.read)
  const [conflict, setConflict] = useState<Conflicted<V> | null>(null)
  const { check, explain } = options
  const form = useForm<V>({
    initial: options.read.values,
    ...(check && { check }),
    ...(explain && { explain }),
    send: async (mine) => {
      try {
        const stored = await options.send(mine, read)
        setConflict(null)
        if (!stored) return
        setRead(stored)
        put(stored.values)
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412) throw error
        const now = await options.reread()
        const fields = fieldsOf(now.values).filter((key) => !isSame(now.values[key], read.values[key]))
        setConflict({ fields, before: read.values, theirs: now.values })
        setRead(now)
        put(merged(read.values, mine, now.values))
      }
    },
  })
  function put(values: V): void {
    for (const key of fieldsOf(values)) form.set(key, values[key])
  }
  return {
    ...form,
    conflict,
    takeTheirs: () => {
      put(read.values)
      setConflict(null)
    },
  }
}

import { Text, Title } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { Keep } from '../../ui/icons.tsx'

/** A page before somebody is signed in: one thing to do, in the middle. */
export function Outside({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const card = useRef<HTMLElement>(null)
  useEffect(() => {
    document.title = `${title} · Castellan`
    const first = card.current?.querySelector<HTMLElement>('input:not([hidden], [readonly])')
    ;(first ?? card.current?.querySelector('h1'))?.focus()
  }, [title])
  return (
    <div className="outside">
      <header className="outside-brand">
        <Keep size={30} />
        <span>Castellan</span>
      </header>
      <main className="outside-card" ref={card}>
        <Title order={1} size="h3" tabIndex={-1}>
          {title}
        </Title>
        {lead && (
          <Text c="dimmed" size="sm" mt={6}>
            {lead}
          </Text>
        )}
        <div className="outside-body">{children}</div>
      </main>
      <p className="outside-foot">Who may reach which customer, enforced and on record.</p>
    </div>
  )
}

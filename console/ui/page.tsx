import { Text, Title } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'

interface PageProps {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
  wide?: boolean
}

/** A page: its heading takes the focus when it opens, so that who does not see it hears where they are. */
export function Page({ title, lead, actions, children, wide }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Castellan`
  }, [title])
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return (
    <div className={wide ? 'page page-wide' : 'page'}>
      <header className="page-head">
        <div className="page-title">
          <Title order={1} size="h2" tabIndex={-1} ref={heading}>
            {title}
          </Title>
          {lead && (
            <Text c="dimmed" size="sm" component="div">
              {lead}
            </Text>
          )}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

interface SectionProps {
  title?: string
  hint?: ReactNode
  actions?: ReactNode
  children: ReactNode
  /** For a form: lines that are not wider than one reads. */
  narrow?: boolean
}

export const Section = ({ title, hint, actions, children, narrow }: SectionProps) => (
  <section className={narrow ? 'card card-narrow' : 'card'} aria-label={title}>
    {(title || actions) && (
      <div className="card-head">
        <div>
          {title && (
            <Title order={2} size="h5">
              {title}
            </Title>
          )}
          {hint && (
            <Text size="xs" c="dimmed">
              {hint}
            </Text>
          )}
        </div>
        {actions && <div className="card-actions">{actions}</div>}
      </div>
    )}
    {children}
  </section>
)

/** Names and what they stand for. */
export const Facts = ({ of }: { of: Readonly<Record<string, ReactNode>> }) => (
  <dl className="facts">
    {Object.entries(of).map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)

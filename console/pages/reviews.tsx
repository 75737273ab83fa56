import { Button, Group, Radio, SegmentedControl, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ask } from '../api/client.ts'
import type { Schemas } from '../api/client.ts'
import { reviewsQuery } from '../api/queries.ts'
import { useRenew } from '../api/renew.ts'
import { useMay, useProfile } from '../profile.ts'
import { StatusBadge } from '../ui/badges.tsx'
import { Countdown } from '../ui/countdown.tsx'
import { Pager } from '../ui/data-table.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { FormView } from '../ui/form.tsx'
import { Facts, Page, Section } from '../ui/page.tsx'
import { Awaited, Nothing } from '../ui/states.tsx'
import { useForm } from '../ui/use-form.ts'
import { When } from '../ui/when.tsx'
import { counted, nameOf } from '../words.ts'
import { EventLine } from './audit/event-line.tsx'
import { EmergencyButton } from './grants/emergency-button.tsx'
import { GrantDialog } from './grants/grant-dialog.tsx'

type Review = Schemas['AccessReview']

/** Every emergency is looked at by somebody who neither used nor gave it. */
export function ReviewsPage() {
  const [status, setStatus] = useState<'open' | 'closed'>('open')
  const [page, setPage] = useState(1)
  const [closing, setClosing] = useState<Review | null>(null)
  const [granting, setGranting] = useState(false)
  const mayGrant = useMay('access.grant')
  const list = useQuery(reviewsQuery({ status, page: String(page), limit: '10' }))
  return (
    <Page
      title="Emergency reviews"
      lead="Emergency access is given at once and judged afterwards, by somebody who neither used nor gave it."
      actions={mayGrant && <EmergencyButton onClick={() => setGranting(true)} />}
    >
      <SegmentedControl
        aria-label="Which reviews"
        mb="md"
        value={status}
        onChange={(value) => {
          setStatus(value)
          setPage(1)
        }}
        data={[
          { value: 'open', label: 'Open' },
          { value: 'closed', label: 'Closed' },
        ]}
      />
      <Awaited of={list}>
        {(found) =>
          found.total === 0 ? (
            <Nothing title={status === 'open' ? 'Nothing to review' : 'Nothing was reviewed yet'} />
          ) : (
            <>
              {found.items.map((review) => (
                <ReviewCard key={review.id} review={review} judge={() => setClosing(review)} />
              ))}
              <Pager page={found} onPage={setPage} />
            </>
          )
        }
      </Awaited>
      {closing && <CloseDialog review={closing} close={() => setClosing(null)} />}
      {granting && <GrantDialog level="emergency" close={() => setGranting(false)} />}
    </Page>
  )
}

function ReviewCard({ review, judge }: { review: Review; judge: () => void }) {
  const { id } = useProfile()
  const { grant, uses, usesTotal } = review
  const why = grant.technicianId === id ? 'You used it' : grant.grantedBy === id ? 'You gave it' : null
  return (
    <Section
      title={`${nameOf(grant.technician)} at ${grant.customer.name}`}
      actions={
        review.status === 'open' ? (
          <Group gap="sm">
            {why && <span className="dim">{why}: somebody else judges.</span>}
            <Button size="xs" onClick={judge} disabled={why !== null}>
              Judge
            </Button>
          </Group>
        ) : (
          <StatusBadge status={review.verdict === 'misused' ? 'critical' : 'success'} />
        )
      }
    >
      <Facts
        of={{
          Reason: grant.reason,
          Opened: <When at={review.openedAt} />,
          Ends:
            grant.status === 'active' && grant.expiresAt ? (
              <Countdown to={grant.expiresAt} />
            ) : (
              <StatusBadge status={grant.status} />
            ),
          ...(review.verdict && { Verdict: review.verdict === 'justified' ? 'Justified' : 'Misused' }),
          ...(review.notes && { Notes: review.notes }),
          Customer: (
            <Link to="/customers/$customerId" params={{ customerId: grant.customerOrgId }}>
              {grant.customer.name}
            </Link>
          ),
        }}
      />
      <h3 className="small-heading">{usesTotal === 0 ? 'Nothing was done under it' : counted(usesTotal, 'use')}</h3>
      {uses.length > 0 && (
        <ol className="events" aria-label="What was done">
          {uses.map((use) => (
            <li key={use.id}>
              <EventLine event={use} />
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}

function CloseDialog({ review, close }: { review: Review; close: () => void }) {
  const renew = useRenew()
  const form = useForm<Schemas['CloseReviewInput']>({
    initial: { verdict: 'justified', notes: '' },
    check: ({ notes }) => (notes.trim() === '' ? { notes: 'Say what you looked at, and what you found.' } : {}),
    send: async (body) => {
      await ask(
        api.POST('/api/access-management/reviews/{reviewId}/close', {
          params: { path: { reviewId: review.id } },
          body,
        }),
      )
      await renew()
      close()
    },
  })
  return (
    <Dialog title={`Judge the emergency at ${review.grant.customer.name}`} close={close} size="md">
      <FormView form={form} submit="Close the review" cancel={close}>
        <Radio.Group label="Verdict" value={form.values.verdict} onChange={(verdict) => form.set('verdict', verdict)}>
          <div className="choices">
            <Radio
              value="justified"
              label="Justified"
              description="It was needed, and used for what it was given."
              className="choice"
            />
            <Radio
              value="misused"
              label="Misused"
              description="It was not needed, or used for something else."
              className="choice"
            />
          </div>
        </Radio.Group>
        <Textarea label="Notes" autosize minRows={3} {...form.text('notes')} />
      </FormView>
    </Dialog>
  )
}

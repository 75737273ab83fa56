import { useProfile } from '../../profile.ts'
import { Page, Section } from '../../ui/page.tsx'
import { RecentEvents } from '../audit/recent-events.tsx'

export function OurTrailPage() {
  const { organization } = useProfile()
  return (
    <Page title="Our trail" lead="What happened last at your organization, by whomever.">
      <Section>
        <RecentEvents organizationId={organization.id} limit="100" />
      </Section>
    </Page>
  )
}

import { Page } from '../../ui/page.tsx'
import { useMay } from '../../profile.ts'
import { CleanupList } from './cleanup-list.tsx'
import { CleanupPlan } from './cleanup-plan.tsx'
import { Holds } from './holds.tsx'

/** How long the trail is kept: what must stay, and what may go. */
export function RetentionPage() {
  const mayAsk = useMay('audit.cleanup')
  return (
    <Page
      title="Retention"
      lead="What of the trail must stay, and what may go. Nobody removes anything alone, and what is removed leaves a signed mark."
    >
      <Holds />
      {mayAsk && <CleanupPlan />}
      <CleanupList />
    </Page>
  )
}

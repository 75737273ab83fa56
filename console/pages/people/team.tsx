import { getRouteApi } from '@tanstack/react-router'
import { useProfile } from '../../profile.ts'
import { Page } from '../../ui/page.tsx'
import { ViewsMenu } from '../views/views-menu.tsx'
import { PeopleSection } from './people-section.tsx'

const route = getRouteApi('/team')

export function TeamPage() {
  const { organization } = useProfile()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page title="Team" lead={`The people of ${organization.name}.`} actions={<ViewsMenu page="team" />}>
      <PeopleSection
        organization={organization}
        title="People of the provider"
        search={search}
        onSearch={(next) => void navigate({ search: next, replace: true })}
      />
    </Page>
  )
}

import { getRouteApi } from '@tanstack/react-router'
import { useProfile } from '../../profile.ts'
import { Page } from '../../ui/page.tsx'
import { PeopleSection } from '../people/people-section.tsx'
import { ViewsMenu } from '../views/views-menu.tsx'

const route = getRouteApi('/our-users')

export function OurUsersPage() {
  const { organization } = useProfile()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page title="Our users" lead={`The people of ${organization.name}.`} actions={<ViewsMenu page="our-users" />}>
      <PeopleSection
        organization={organization}
        search={search}
        onSearch={(next) => void navigate({ search: next, replace: true })}
      />
    </Page>
  )
}

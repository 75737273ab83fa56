import { page } from '../ui/frames.js'
import { reachSection } from './customer.js'
import { peopleSection } from './people.js'

/** For a customer's members: who of the provider can reach them. */
export const ourAccessPage = ({ can, profile }) =>
  page(
    { title: profile.organization.name, lead: 'Your provider works for you only through the access listed here.' },
    reachSection({ can, profile, customer: profile.organization, title: 'Who can reach us' }),
  )

export const ourPeoplePage = ({ can, profile }) =>
  page({ title: 'People', lead: profile.organization.name }, peopleSection({ can, organization: profile.organization }))

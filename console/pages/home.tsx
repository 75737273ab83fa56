import { isProvider, useProfile } from '../profile.ts'
import { OverviewPage } from './overview.tsx'
import { WhoReachesUsPage } from './portal/who-reaches-us.tsx'
import { MyAccessPage } from './technician/my-access.tsx'

/** What each role begins its day with. */
export function HomePage() {
  const profile = useProfile()
  if (!isProvider(profile)) return <WhoReachesUsPage />
  return profile.role === 'technician' ? <MyAccessPage /> : <OverviewPage />
}

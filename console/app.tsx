import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { onSessionEnd } from './api/client.ts'
import { profileQuery } from './api/queries.ts'
import { isBootstrapRequired, signIn, signOut } from './api/session.ts'
import { refresh } from './api/client.ts'
import { BootstrapPage } from './pages/outside/bootstrap.tsx'
import { EnrolmentPage } from './pages/outside/enrolment.tsx'
import { InvitationPage } from './pages/outside/invitation.tsx'
import { ForgottenPage, NewPasswordPage } from './pages/outside/new-password-pages.tsx'
import { Outside } from './pages/outside/outside.tsx'
import { SecondFactorPage } from './pages/outside/second-factor.tsx'
import { SignInPage } from './pages/outside/sign-in.tsx'
import type { Schemas } from './api/client.ts'
import type { SignInOutcome } from './api/session.ts'
import { Inside } from './inside.tsx'
import { tellFault } from './ui/notice.ts'
import { Broken, Waiting } from './ui/states.tsx'

type Place =
  | { at: 'starting' }
  | { at: 'broken'; error: unknown; retry: () => void }
  | { at: 'bootstrap' }
  | { at: 'sign-in'; lead?: string | undefined }
  | { at: 'forgotten' }
  | { at: 'factor'; challenge: Schemas['MfaRequired'] }
  | { at: 'enrolment'; token?: string }
  | { at: 'inside' }

/** Links of earlier letters kept the page behind a hash. */
function followOldLink(): void {
  if (location.hash.startsWith('#/')) history.replaceState(null, '', location.hash.slice(1))
}

const secretOf = (kind: string): string | undefined => {
  const token = new RegExp(`^/${kind}/([^/]+)/?$`).exec(location.pathname)?.[1]
  return token && decodeURIComponent(token)
}

/** Which of the ways in somebody stands at; the address stays what it was, so that a deep link is reached after the sign-in. */
export function App() {
  const queries = useQueryClient()
  const [place, setPlace] = useState<Place>({ at: 'starting' })
  const [invitation, setInvitation] = useState(() => secretOf('invitations'))
  const [reset, setReset] = useState(() => secretOf('password-reset'))

  const askToSignIn = useCallback(
    (lead?: string) => {
      queries.clear()
      setPlace({ at: 'sign-in', lead })
    },
    [queries],
  )
  const attempt = useCallback((step: () => Promise<void>): void => {
    step().catch((error: unknown) => setPlace({ at: 'broken', error, retry: () => attempt(step) }))
  }, [])
  const enter = useCallback(() => {
    attempt(async () => {
      await queries.fetchQuery({ ...profileQuery, staleTime: 0 })
      setPlace({ at: 'inside' })
    })
  }, [attempt, queries])
  const begin = useCallback(() => {
    attempt(async () => {
      if (await isBootstrapRequired()) return setPlace({ at: 'bootstrap' })
      if (await refresh()) enter()
      else setPlace({ at: 'sign-in' })
    })
  }, [attempt, enter])

  useEffect(() => {
    followOldLink()
    onSessionEnd(() => askToSignIn('Your session has ended. Sign in again.'))
    if (!invitation && !reset) begin()
  }, [])

  const proceed = (answer: SignInOutcome): void => {
    if ('mfaRequired' in answer) setPlace({ at: 'factor', challenge: answer })
    else if ('mfaEnrollmentRequired' in answer) setPlace({ at: 'enrolment', token: answer.enrollmentToken })
    else enter()
  }
  /** Signs in with an account that has just been made. The secret of an invitation leaves the address first. */
  const arrive = async (credentials: { email: string; password: string }): Promise<void> => {
    history.replaceState(null, '', '/')
    const answer = await signIn(credentials).catch(() => null)
    setInvitation(undefined)
    if (answer) proceed(answer)
    else askToSignIn('Your account is ready. Sign in with it.')
  }
  const leave = (): void => {
    const gone = async (): Promise<void> => {
      await signOut()
      history.replaceState(null, '', '/')
      askToSignIn('You are signed out.')
    }
    gone().catch(tellFault)
  }

  if (invitation) return <InvitationPage token={invitation} arrive={arrive} />
  if (reset) {
    const leaveLink = (lead?: string): void => {
      history.replaceState(null, '', '/')
      setReset(undefined)
      askToSignIn(lead)
    }
    return <NewPasswordPage token={reset} leave={leaveLink} />
  }
  switch (place.at) {
    case 'starting':
      return (
        <div className="starting">
          <Waiting rows={3} />
        </div>
      )
    case 'broken':
      return (
        <Outside title="This did not work">
          <Broken error={place.error} retry={place.retry} />
        </Outside>
      )
    case 'bootstrap':
      return <BootstrapPage arrive={arrive} />
    case 'sign-in':
      return <SignInPage proceed={proceed} lead={place.lead} forgotten={() => setPlace({ at: 'forgotten' })} />
    case 'forgotten':
      return <ForgottenPage startOver={askToSignIn} />
    case 'factor':
      return <SecondFactorPage challenge={place.challenge} proceed={proceed} startOver={askToSignIn} />
    case 'enrolment':
      return (
        <EnrolmentPage
          token={place.token}
          done={enter}
          startOver={place.token ? askToSignIn : undefined}
          cancel={place.token ? undefined : enter}
        />
      )
    case 'inside':
      return <Inside leave={leave} enrol={() => setPlace({ at: 'enrolment' })} />
  }
}

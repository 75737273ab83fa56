import { useQuery } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { onProofNeeded } from './api/client.ts'
import { profileQuery } from './api/queries.ts'
import { ProofDialog } from './pages/proof-dialog.tsx'
import { SignedInContext } from './profile.ts'
import { makeRouter } from './router.tsx'
import { Zone } from './ui/when.tsx'

interface InsideProps {
  leave: () => void
  enrol: () => void
}

/** Everything behind the sign-in. */
export function Inside({ leave, enrol }: InsideProps) {
  const { data: profile } = useQuery(profileQuery)
  const [proof, setProof] = useState<((given: boolean) => void) | null>(null)
  const [router] = useState(makeRouter)
  useEffect(() => {
    onProofNeeded(() => {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      setProof(() => resolve)
      return promise
    })
    return () => onProofNeeded(() => Promise.resolve(false))
  }, [])
  const signedIn = useMemo(() => (profile ? { profile, leave, enrol } : null), [profile, leave, enrol])
  if (!signedIn) return null
  const answer = (given: boolean): void => {
    proof?.(given)
    setProof(null)
  }
  return (
    <SignedInContext value={signedIn}>
      <Zone value={signedIn.profile.timezone}>
        <RouterProvider router={router} />
        {proof && <ProofDialog mfaEnabled={signedIn.profile.mfaEnabled} answer={answer} />}
      </Zone>
    </SignedInContext>
  )
}

import { createContext, useContext } from 'react'
import type { Schemas } from './api/client.ts'

export type Profile = Schemas['Profile']

interface SignedIn {
  profile: Profile
  leave: () => void
  enrol: () => void
}

export const SignedInContext = createContext<SignedIn | null>(null)

export function useSignedIn(): SignedIn {
  const signedIn = useContext(SignedInContext)
  if (!signedIn) throw new Error('this part of the console is for somebody who is signed in')
  return signedIn
}

export const useProfile = (): Profile => useSignedIn().profile

/** Whether the role may call an operation at all. */
export const useMay = (operation: string): boolean => useProfile().permissions.includes(operation)

export const isProvider = ({ organization }: Profile): boolean => organization.type === 'mss_provider'

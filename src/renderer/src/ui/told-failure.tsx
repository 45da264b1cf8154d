import type { ReactNode } from 'react'
import { useForms } from '../stores/app-context.tsx'
import type { Failure } from './errors.ts'
import { sentence } from './errors.ts'
import { WithSettings } from './with-settings.tsx'

/** A failure and what to do, in one text, with ids as the network's people know them. */
function ToldFailure({ failure: { message, hint } }: { readonly failure: Failure }): ReactNode {
  const { said } = useForms()
  return hint === '' ? said(message) : <WithSettings text={`${sentence(said(message))} ${hint}`} />
}

/** The same for those that are no components. */
export function toldFailure(failure: Failure): ReactNode {
  return <ToldFailure failure={failure} />
}

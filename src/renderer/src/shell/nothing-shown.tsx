import { Button } from '@mantine/core'
import type { Nearest } from '../../../shared/contract.ts'
import { useApp, usePicture } from '../stores/app-context.tsx'
import { nothingAt } from '../stores/picture-store.ts'
import { formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { nothingWords } from './nothing-words.ts'

/**
 * Why a view of a past moment is empty, and a way to where something is shown; null where something is.
 * @param leads whether the way is there
 */
export function useNothingShown(leads = true) {
  const nothing = nothingAt(usePicture(({ picture }) => picture))
  if (nothing === null) return null
  const { at, nearest } = nothing
  return (
    <div className="ps-empty">
      <span>{nothingWords(at, nearest)}</span>
      {leads ? <ToNearest nearest={nearest} /> : null}
    </div>
  )
}

/** Leads to where something is shown. */
export function ToNearest({ nearest: { before, after } }: { readonly nearest: Nearest }) {
  const { picture } = useApp()
  const text = strings.past
  const first = before === null
  return (
    <>
      {before === null ? null : <GoTo at={before} label={text.lastBefore} onClick={() => picture.goTo(before)} />}
      {after === null ? null : (
        <GoTo at={after} label={first ? text.first : text.firstAfter} onClick={() => picture.goTo(after)} />
      )}
    </>
  )
}

function GoTo(props: { readonly at: number; readonly label: string; readonly onClick: () => void }) {
  return (
    <Button size="compact-xs" variant="default" title={formatExact(props.at)} onClick={props.onClick}>
      {props.label}
    </Button>
  )
}

import { Button } from '@mantine/core'
import { useMemo } from 'react'
import type { ReactNode } from 'react'
import type { FilterError } from '../../../shared/filter.ts'
import { useApp, useUi } from '../stores/app-context.tsx'
import { FilterProblem } from '../ui/filter-problem.tsx'
import { strings } from '../ui/strings.ts'
import { filterNote } from './filter-said.ts'
import type { FilterNoteState } from './filter-said.ts'
import type { FilterScope } from './suggest.ts'

const NOTHING: FilterNoteState = { problem: null, hint: null }

/**
 * What is wrong with the filter that acts, or probably meant otherwise; nothing while another one is being typed over it.
 * @param told whether the view says itself that a filter of events does nothing in it
 */
export function useFilterNote(problem: FilterError | null, scope: FilterScope, told = false): FilterNoteState {
  const filter = useUi((state) => state.filter)
  const waits = useUi((state) => state.filterWaits)
  return useMemo(
    () => (waits ? NOTHING : filterNote(filter, problem, scope, told)),
    [waits, filter, problem, scope, told],
  )
}

/** The note on the filter in the view's own layout, so that it lies over nothing; `otherwise` stands there while nothing is to be said. */
export function FilterBelow(props: {
  readonly id: string
  readonly problem: FilterError | null
  readonly scope?: FilterScope
  readonly told?: boolean
  readonly otherwise?: ReactNode
}) {
  const { id, problem, scope = 'peers', told = false, otherwise = null } = props
  const note = useFilterNote(problem, scope, told)
  if (note.problem === null && note.hint === null) return problem === null ? otherwise : null
  return (
    <div className="ps-filter-below">
      <FilterNote id={id} note={note} />
    </div>
  )
}

/** The same in words, with what can be done about it. */
export function FilterNote({ note, id }: { readonly note: FilterNoteState; readonly id: string }) {
  const { ui } = useApp()
  const filter = useUi((state) => state.filter)
  const { problem, hint } = note
  const mend = problem === null ? hint : problem.mend
  return (
    <output
      id={id}
      className="ps-filter-note"
      data-wrong={problem === null ? undefined : ''}
      // In one line of the table it may not fit.
      title={problem?.message ?? hint?.message}
    >
      <span>{problem === null ? hint?.message : <FilterProblem text={filter} problem={problem} />}</span>
      <MendButton filter={filter} mend={mend} write={(mended) => ui.setState({ filter: mended })} />
    </output>
  )
}

interface MendButtonProps {
  readonly filter: string
  readonly mend: { readonly from: number; readonly to: number; readonly instead: string | null } | null
  readonly write: (filter: string) => void
}

/** Writes what was probably meant, where that is known. */
export function MendButton({ filter, mend, write }: MendButtonProps) {
  if (mend === null || mend.instead === null) return null
  return (
    <Button
      size="compact-xs"
      variant="default"
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => write(`${filter.slice(0, mend.from)}${mend.instead}${filter.slice(mend.to)}`)}
    >
      {strings.filter.write(mend.instead)}
    </Button>
  )
}

import { ActionIcon } from '@mantine/core'
import { IconFilter, IconX } from '@tabler/icons-react'
import { useRef } from 'react'
import type { CSSProperties, ReactNode } from 'react'
import type { FilterError } from '../../../shared/filter.ts'
import { useApp } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { clearFilter } from './clear-filter.ts'
import { SuggestingInput, useSuggestions } from './filter-field.tsx'
import { useFilterNote } from './filter-note.tsx'
import { isBegun } from './half-written.ts'
import { usePlaceholder } from './placeholder.ts'
import type { FilterScope } from './suggest.ts'
import { useActing, useTellsWaiting, useTypedFilter } from './typed-filter.ts'

interface FilterInputProps {
  /** Says what is filtered, with examples. */
  readonly label: string
  readonly help: string
  readonly problem: FilterError | null
  readonly scope?: FilterScope
  /** Whether the view says itself that a filter of events does nothing in it. */
  readonly told?: boolean
  /** The id of the note on it, which has a place of its own in each view. */
  readonly noteId: string
  readonly className?: string
  readonly style?: CSSProperties
  /** Stands at the end of the field while the filter is valid. */
  readonly found?: ReactNode
  /** Room for it, pixels. */
  readonly foundWidth?: number
}

/** Room for the button that clears it, pixels. */
const CLEAR_WIDTH = 24

/** The field of the one filter that graph, table and timeline share. */
export function FilterInput(props: FilterInputProps) {
  const { label, help, problem, scope = 'peers', noteId, found = null, foundWidth = 0 } = props
  const app = useApp()
  const input = useRef<HTMLInputElement>(null)
  const typed = useTypedFilter()
  const filter = typed.text
  const field = useSuggestions(input, typed, scope)
  const { opened, complete, list } = field
  // While there is something to finish it with, a value is not wrong yet.
  useActing(typed, opened && !complete && isBegun(filter, field.caret, list))
  useTellsWaiting(typed.waits)
  const placeholder = usePlaceholder(input, label)
  const note = useFilterNote(problem, scope, props.told)
  return (
    <div className={`ps-filter ${props.className ?? ''}`} style={props.style}>
      <SuggestingInput
        input={input}
        field={field}
        size="xs"
        leftSection={<IconFilter size={14} aria-hidden />}
        rightSection={
          filter === '' ? null : (
            <>
              {problem === null ? found : null}
              <ActionIcon
                size="xs"
                variant="subtle"
                color="gray"
                aria-label={strings.filter.clear}
                title={strings.filter.clear}
                // The field keeps the focus: a text that is half written would act as it is left.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => {
                  typed.drop()
                  clearFilter(app)
                  input.current?.focus()
                }}
              >
                <IconX size={12} aria-hidden />
              </ActionIcon>
            </>
          )
        }
        rightSectionWidth={filter === '' ? 0 : CLEAR_WIDTH + (problem === null && found !== null ? foundWidth : 0)}
        placeholder={placeholder}
        aria-label={label}
        title={help}
        aria-describedby={note.problem === null && note.hint === null ? undefined : noteId}
        // While there is something to choose from, a word that is not finished is not wrong.
        error={note.problem !== null && !opened && !typed.waits}
      />
    </div>
  )
}

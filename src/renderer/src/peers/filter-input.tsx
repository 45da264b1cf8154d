import { ActionIcon, Popover, TextInput } from '@mantine/core'
import { IconFilter, IconX } from '@tabler/icons-react'
import { useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { CSSProperties, FocusEvent, KeyboardEvent, ReactNode, RefCallback, RefObject } from 'react'
import type { FilterError } from '../../../shared/filter.ts'
import { useApp, useNames, useTable } from '../stores/app-context.tsx'
import { clearFilter } from './clear-filter.ts'
import { onFilterKey } from './filter-keys.ts'
import { FilterNote, useFilterNote } from './filter-note.tsx'
import { FilterTerms } from './filter-terms.tsx'
import { isBegun } from './half-written.ts'
import { suggest, take } from './suggest.ts'
import type { FilterScope, Suggestion } from './suggest.ts'
import { optionId, SuggestionList } from './suggestion-list.tsx'
import { useActing, useTypedFilter } from './typed-filter.ts'
import type { TypedFilter } from './typed-filter.ts'
import { addUsed } from './used-filters.ts'
import { useFacts } from './use-facts.ts'
import { strings } from '../ui/strings.ts'

interface FilterInputProps {
  /** Says what is filtered, with examples. */
  readonly label: string
  readonly help: string
  readonly problem: FilterError | null
  readonly scope?: FilterScope
  /**
   * What is drawn over what lies below the field: what is wrong, and the terms as chips too. What is not drawn here has its
   * place elsewhere.
   */
  readonly below?: 'all' | 'note' | 'none'
  /** For those chips, where they are drawn below the field. */
  readonly termsBox?: RefCallback<HTMLElement>
  readonly className?: string
  readonly style?: CSSProperties
  /** Stands at the end of the field while the filter is valid. */
  readonly found?: ReactNode
  /** Room for it, pixels. */
  readonly foundWidth?: number
}

/** Room for the button that clears it, pixels. */
const CLEAR_WIDTH = 24

/** The field of the one filter that graph, table and timeline share. It suggests what can be written next. */
export function FilterInput(props: FilterInputProps) {
  const { label, help, problem, scope = 'peers', below = 'note', found = null, foundWidth = 0, termsBox } = props
  const app = useApp()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const typed = useTypedFilter()
  const filter = typed.text
  const field = useSuggestions(input, typed, scope)
  const { opened, list, marked } = field
  // While there is something to finish it with, a value is not wrong yet.
  useActing(typed, opened && isBegun(filter, field.caret, list))
  const note = useFilterNote(problem, scope)
  // While there is something to choose from, a word that is not finished is not wrong.
  const wrong = note.problem !== null && !opened && !typed.waits
  const said = wrong || (note.hint !== null && !typed.waits)
  return (
    <div className={`ps-filter ${props.className ?? ''}`} style={props.style}>
      <Popover
        opened={opened}
        position="bottom-start"
        width="max-content"
        offset={4}
        trapFocus={false}
        returnFocus={false}
        withRoles={false}
        closeOnEscape={false}
        closeOnClickOutside={false}
      >
        <Popover.Target>
          <TextInput
            ref={input}
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
            placeholder={label}
            aria-label={label}
            title={opened ? undefined : help}
            data-filter
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- it is an input, with suggestions
            role="combobox"
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-expanded={opened}
            aria-controls={opened ? id : undefined}
            aria-activedescendant={opened && marked >= 0 ? optionId(id, marked) : undefined}
            aria-describedby={said && below !== 'none' ? `${id}-note` : undefined}
            autoComplete="off"
            spellCheck={false}
            value={filter}
            error={wrong}
            onChange={({ currentTarget: { value, selectionStart } }) => {
              typed.type(value, selectionStart ?? value.length)
              field.typed(selectionStart ?? value.length)
            }}
            onSelect={(event) => field.moved(event.currentTarget.selectionStart ?? 0)}
            onFocus={field.entered}
            onClick={field.clicked}
            onBlur={field.left}
            onKeyDown={field.onKeyDown}
          />
        </Popover.Target>
        <Popover.Dropdown p={4}>
          <SuggestionList id={id} list={list} marked={marked} onTake={field.accept} />
        </Popover.Dropdown>
      </Popover>
      {below === 'none' ? null : (
        <div className="ps-filter-below">
          {said ? (
            <FilterNote id={`${id}-note`} note={note} />
          ) : below === 'all' && problem === null ? (
            <FilterTerms box={termsBox} />
          ) : null}
        </div>
      )}
    </div>
  )
}

/** The list below the field: when it is open, what is in it, and which one is marked. */
function useSuggestions(input: RefObject<HTMLInputElement | null>, typed: TypedFilter, scope: FilterScope) {
  const { table } = useApp()
  const filter = typed.text
  const used = useTable((state) => state.used)
  const book = useNames((state) => state.list)
  /** Where the caret goes once the text that was taken is there. */
  const goTo = useRef<number | null>(null)
  /** What had the focus before the field. */
  const cameFrom = useRef<EventTarget | null>(null)
  const [caret, setCaret] = useState(0)
  const [wanted, setWanted] = useState(false)
  const [focused, setFocused] = useState(false)
  /** Something was typed since the field got the focus: only then Tab takes a suggestion, and does not lead on. */
  const [typing, setTyping] = useState(false)
  const [marked, setMarked] = useState(-1)
  const facts = useFacts(focused)
  const words = useMemo(() => book.map(({ word }) => word), [book])
  const list = useMemo(
    () => (wanted ? suggest(filter, Math.min(caret, filter.length), { facts, words, used, scope }) : []),
    [wanted, filter, caret, facts, words, used, scope],
  )
  const opened = wanted && list.length > 0
  useLayoutEffect(() => {
    if (goTo.current === null) return
    input.current?.setSelectionRange(goTo.current, goTo.current)
    goTo.current = null
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the caret moves once the text is there
  }, [input, filter])
  const open = (): void => {
    setWanted(true)
    setMarked(-1)
  }
  const close = (): void => {
    setWanted(false)
    setMarked(-1)
  }
  /** The filter is done: it acts, and is kept among those that were used. */
  const keep = (): void => {
    if (typed.waits) typed.act(filter)
    table.use(addUsed(used, filter))
  }
  const accept = (one: Suggestion): void => {
    const taken = take(filter, one)
    goTo.current = taken.caret
    if (one.open || one.kind === 'joint') typed.type(taken.text, taken.caret)
    else typed.act(taken.text)
    setCaret(taken.caret)
    setMarked(-1)
    if (!one.open) setWanted(false)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const { key, shiftKey: shift } = event
    const begun = typing && list[0] !== undefined && list[0].from < caret
    const action = onFilterKey({ key, shift, opened, marked, count: list.length, begun })
    if (action === null) return
    if (action.type !== 'close' || action.taken) {
      event.preventDefault()
      event.stopPropagation()
    }
    switch (action.type) {
      case 'mark':
        setWanted(true)
        return setMarked(action.index)
      case 'take': {
        const one = list[action.index]
        return one === undefined ? undefined : accept(one)
      }
      case 'close':
        if (action.used) keep()
        return close()
      case 'leave':
        return leave(input.current, cameFrom.current)
    }
  }
  return {
    list,
    opened,
    marked,
    caret,
    accept,
    onKeyDown,
    typed: (at: number) => {
      setCaret(at)
      setTyping(true)
      open()
    },
    moved: (at: number) => setCaret(at),
    entered: (event: FocusEvent) => {
      cameFrom.current = event.relatedTarget
      setFocused(true)
      if (filter === '') open()
    },
    clicked: open,
    left: () => {
      setFocused(false)
      setTyping(false)
      close()
      keep()
    },
  }
}

/** Back to what had the focus before, where that is still there: the next key acts there. */
function leave(input: HTMLElement | null, before: EventTarget | null): void {
  if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
  else input?.blur()
}

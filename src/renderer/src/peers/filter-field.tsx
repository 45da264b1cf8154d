/** A field in which a filter is written: it suggests what can be written next, and its keys are the same everywhere (docs/filter.md). */
import { Box, Popover, TextInput } from '@mantine/core'
import type { TextInputProps } from '@mantine/core'
import { useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { FocusEvent, KeyboardEvent, RefObject } from 'react'
import type { FilterError } from '../../../shared/filter.ts'
import { useApp, useNames, useTable } from '../stores/app-context.tsx'
import { FilterProblem } from '../ui/filter-problem.tsx'
import { onFilterKey } from './filter-keys.ts'
import { MendButton } from './filter-note.tsx'
import { formHint } from './filter-said.ts'
import { LIST_GAP, listOffset } from './list-place.ts'
import { isComplete, suggest, take } from './suggest.ts'
import type { Suggestion, SuggestScope } from './suggest.ts'
import { optionId, SuggestionList } from './suggestion-list.tsx'
import type { TypedFilter } from './typed-filter.ts'
import { addUsed } from './used-filters.ts'
import { useFacts } from './use-facts.ts'

type Field = ReturnType<typeof useSuggestions>

interface SuggestingInputProps extends Omit<TextInputProps, 'value' | 'onChange' | 'defaultValue'> {
  readonly input: RefObject<HTMLInputElement | null>
  readonly field: Field
}

/** The field with its list. */
export function SuggestingInput({ input, field, title, ...props }: SuggestingInputProps) {
  const id = useId()
  const { opened, list, marked, text } = field
  const [offset, setOffset] = useState(LIST_GAP)
  const noteId = props['aria-describedby']
  const place = (width: number): void => {
    const note = noteId === undefined ? null : document.getElementById(noteId)
    const box = input.current?.getBoundingClientRect()
    if (box === undefined) return
    setOffset(listOffset(box, note?.getBoundingClientRect() ?? null, width, window.innerWidth))
  }
  return (
    <Popover
      opened={opened}
      position="bottom-start"
      width="max-content"
      offset={offset}
      trapFocus={false}
      returnFocus={false}
      withRoles={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
    >
      <Popover.Target>
        <TextInput
          {...props}
          ref={input}
          title={opened ? undefined : title}
          data-filter
          // Escape leaves the field before it closes the dialog around it.
          data-mantine-stop-propagation="true"
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- it is an input, with suggestions
          role="combobox"
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-expanded={opened}
          aria-controls={opened ? id : undefined}
          aria-activedescendant={opened && marked >= 0 ? optionId(id, marked) : undefined}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={({ currentTarget: { value, selectionStart } }) =>
            field.typed(value, selectionStart ?? value.length)
          }
          onSelect={(event) => field.moved(event.currentTarget.selectionStart ?? 0)}
          onFocus={field.entered}
          onClick={field.clicked}
          onBlur={field.left}
          onKeyDown={field.onKeyDown}
        />
      </Popover.Target>
      <Popover.Dropdown p={4}>
        <SuggestionList id={id} list={list} marked={marked} onTake={field.accept} onWidth={place} />
      </Popover.Dropdown>
    </Popover>
  )
}

interface FormFilterProps extends Omit<SuggestingInputProps, 'input' | 'field' | 'error'> {
  readonly value: string
  readonly problem: FilterError | null
  readonly scope: SuggestScope
  readonly onChange: (filter: string) => void
}

/** The filter of a form: it acts only once that is sent. */
export function FormFilter({ value, scope, onChange, problem, mb = 0, w = 'auto', ...props }: FormFilterProps) {
  const input = useRef<HTMLInputElement>(null)
  const field = useSuggestions(input, { text: value, waits: false, type: onChange, act: onChange }, scope)
  // While there is something to choose from, a word that is not finished is not wrong.
  const wrong = field.opened ? null : problem
  const hint = field.opened || problem !== null || props.disabled === true ? null : formHint(value, scope)
  const mend = wrong === null ? hint : wrong.mend
  return (
    <Box mb={mb} w={w}>
      <SuggestingInput
        {...props}
        input={input}
        field={field}
        error={wrong === null ? null : <FilterProblem text={value} problem={wrong} />}
      />
      {mend === null ? null : (
        <output className="ps-filter-note ps-form-note">
          {hint === null ? null : <span>{hint.message}</span>}
          <MendButton filter={value} mend={mend} write={onChange} />
        </output>
      )}
    </Box>
  )
}

/** The list below the field: when it is open, what is in it, and which one is marked. */
export function useSuggestions(
  input: RefObject<HTMLInputElement | null>,
  typed: Pick<TypedFilter, 'text' | 'waits' | 'type' | 'act'>,
  scope: SuggestScope,
) {
  const { table } = useApp()
  const filter = typed.text
  const used = useTable((state) => state.used)
  const book = useNames((state) => state.list)
  /** Where the caret goes once the text that was taken is there. */
  const goTo = useRef<number | null>(null)
  /** What had the focus before the field. */
  const cameFrom = useRef<EventTarget | null>(null)
  /** The focus is lent to a dialog, or to another window: as it comes back nobody asks for suggestions. */
  const comesBack = useRef(false)
  const [caret, setCaret] = useState(0)
  const [wanted, setWanted] = useState(false)
  const [focused, setFocused] = useState(false)
  /** Something was typed since the field got the focus: only then Tab takes a suggestion, and does not lead on. */
  const [typing, setTyping] = useState(false)
  const [marked, setMarked] = useState(-1)
  const facts = useFacts(focused)
  const words = useMemo(() => book.map(({ word }) => word), [book])
  const at = Math.min(caret, filter.length)
  const list = useMemo(
    () => (wanted ? suggest(filter, at, { facts, words, used, scope }) : []),
    [wanted, filter, at, facts, words, used, scope],
  )
  /** Nothing is missing from the word at the caret: no key and no pause need wait for more. */
  const complete = useMemo(
    () => list.length > 0 && isComplete(filter, at, { facts, words, scope }),
    [list, filter, at, facts, words, scope],
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
    const begun = typing && list[0] !== undefined && list[0].from < caret && !complete
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
    text: filter,
    list,
    opened,
    complete,
    marked,
    caret,
    accept,
    onKeyDown,
    typed: (text: string, at: number) => {
      typed.type(text, at)
      setCaret(at)
      setTyping(true)
      open()
    },
    moved: (at: number) => setCaret(at),
    entered: (event: FocusEvent) => {
      cameFrom.current = event.relatedTarget
      setFocused(true)
      if (filter === '' && !comesBack.current) open()
      comesBack.current = false
    },
    clicked: open,
    left: (event: FocusEvent) => {
      comesBack.current = isLent(event)
      setFocused(false)
      setTyping(false)
      close()
      keep()
    },
  }
}

const DIALOG = '[role="dialog"]'

/** Whether the focus goes to a dialog that opens over the field, or to another window. */
function isLent({ target, relatedTarget }: FocusEvent): boolean {
  if (!(relatedTarget instanceof Element)) return !document.hasFocus()
  const dialog = relatedTarget.closest(DIALOG)
  return dialog !== null && dialog !== target.closest(DIALOG)
}

/** Back to what had the focus before, where that is still there: the next key acts there. */
function leave(input: HTMLElement | null, before: EventTarget | null): void {
  if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
  else input?.blur()
}

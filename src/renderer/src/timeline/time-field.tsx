import { TextInput } from '@mantine/core'
import { useId, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { useApp, usePicture } from '../stores/app-context.tsx'
import { formatClock, formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { readTyped } from './typed-time.ts'

/** The moment that is shown; another one can be typed. */
export function TimeField() {
  const { picture } = useApp()
  const wanted = usePicture((state) => state.wanted)
  const stored = usePicture(({ played }) => played?.moment ?? null)
  // Null while nobody types.
  const [typed, setTyped] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const id = useId()
  const text = strings.timeline
  const drop = (): void => {
    setTyped(null)
    setProblem(null)
  }
  const [focused, setFocused] = useState(false)
  const [over, setOver] = useState(wanted)
  if (over !== wanted) {
    setOver(wanted)
    // Not while somebody types: as time is played, the moment changes with each frame.
    if (!focused) drop()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Escape' && (typed !== null || wanted !== null)) {
      // First what was typed goes, then the past.
      event.stopPropagation()
      event.preventDefault()
      return typed === null ? picture.leave() : drop()
    }
    if (event.key !== 'Enter' || typed === null) return undefined
    event.preventDefault()
    const read = readTyped(typed, Date.now(), stored)
    if (read.problem !== null) return setProblem(read.problem)
    drop()
    // From there the arrow keys step.
    event.currentTarget.closest('.ps-travel')?.querySelector<HTMLElement>('[role="slider"]')?.focus()
    return read.at === null ? picture.leave() : picture.goTo(read.at)
  }
  return (
    <div className="ps-time-field">
      <TextInput
        size="xs"
        aria-label={text.typed}
        aria-describedby={problem === null ? undefined : id}
        error={problem !== null}
        title={wanted === null ? text.typedHint : `${formatExact(wanted)}. ${text.typedHint}`}
        placeholder={text.typedPlaceholder}
        value={typed ?? (wanted === null ? '' : formatClock(wanted))}
        onFocus={(event) => {
          setFocused(true)
          event.currentTarget.select()
        }}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setProblem(null)
        }}
        // What is wrong stays beside its error until it is mended or another moment is gone to.
        onBlur={() => {
          setFocused(false)
          if (problem === null) drop()
        }}
        onKeyDown={onKeyDown}
      />
      {problem === null ? null : (
        <div id={id} role="alert" className="ps-time-problem">
          {problem}
        </div>
      )}
    </div>
  )
}

import { TextInput } from '@mantine/core'
import { useId, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { flushSync } from 'react-dom'
import { useApp, usePicture } from '../stores/app-context.tsx'
import { isLeft } from '../ui/focus.ts'
import { formatClock, formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { readTyped } from './typed-time.ts'
import { hostNow } from '../ui/host-time.ts'

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
  // What stood there when the field got the focus; null without it. Time may be played meanwhile, frame by frame: what is
  // selected to be typed over stands still.
  const [held, setHeld] = useState<string | null>(null)
  const went = usePicture((state) => state.went)
  const [over, setOver] = useState(went)
  if (over !== went) {
    // Gone to from elsewhere, not only played on to: that is the newer wish.
    setOver(went)
    if (held === null) drop()
  }
  const clock = wanted === null ? '' : formatClock(wanted)
  /** Goes to what is typed. @returns whether it leads somewhere */
  const take = (value: string): boolean => {
    const read = readTyped(value, hostNow(), stored)
    setProblem(read.problem)
    if (read.problem !== null) return false
    setTyped(null)
    if (read.at === null) picture.leave()
    else picture.goTo(read.at)
    return true
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Escape' && (typed !== null || wanted !== null)) {
      // First what was typed goes, then the past.
      event.stopPropagation()
      event.preventDefault()
      flushSync(() => {
        setHeld(typed === null ? '' : clock)
        drop()
      })
      if (typed === null) picture.leave()
      // What comes next is typed over it.
      else event.currentTarget.select()
      return
    }
    if (event.key !== 'Enter' || typed === null) return
    event.preventDefault()
    if (!take(typed)) return
    // Left as it is now, the field has nothing more to take. From the slider the arrow keys step.
    flushSync(() => setHeld(null))
    event.currentTarget.closest('.ps-travel')?.querySelector<HTMLElement>('[role="slider"]')?.focus()
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
        value={typed ?? held ?? clock}
        onFocus={(event) => {
          // Not when the window comes back to what is half typed.
          if (held !== null) return
          setHeld(clock)
          event.currentTarget.select()
        }}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setProblem(null)
        }}
        // What is wrong stays beside its error until it is mended or another moment is gone to.
        onBlur={(event) => {
          if (!isLeft(event)) return
          setHeld(null)
          if (problem !== null || typed === null) return
          if (typed.trim() === '' || typed === held) drop()
          else take(typed)
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

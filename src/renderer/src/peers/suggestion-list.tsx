/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a list that an input controls has no element of its own */
import { useEffect, useLayoutEffect, useRef } from 'react'
import { formatCount } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import type { Suggestion } from './suggest.ts'

interface SuggestionListProps {
  readonly id: string
  readonly list: readonly Suggestion[]
  /** The one that the keys are on, or -1. */
  readonly marked: number
  readonly onTake: (one: Suggestion) => void
  /** Called with its width, pixels, before it is drawn. */
  readonly onWidth: (width: number) => void
}

/** The id of an option. */
export function optionId(list: string, index: number): string {
  return `${list}-${index}`
}

/** What can be written next. The focus stays in the field. */
export function SuggestionList({ id, list, marked, onTake, onWidth }: SuggestionListProps) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    element.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the mark is read from the page
  }, [marked])
  // Each time: what is in it makes it as wide as it is.
  useLayoutEffect(() => onWidth(element.current?.offsetWidth ?? 0))
  return (
    <div ref={element} id={id} role="listbox" aria-label={strings.filter.suggestions} className="ps-suggestions">
      {list.map((one, index) => (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- keys are the field's
        <div
          key={`${one.from} ${one.text}`}
          id={optionId(id, index)}
          role="option"
          aria-selected={index === marked}
          data-kind={one.kind}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(one)}
        >
          <span className="ps-clip ps-mono">{one.text}</span>
          <span className="ps-clip ps-number">{about(one)}</span>
        </div>
      ))}
    </div>
  )
}

function about({ kind, text, field, count, values }: Suggestion): string {
  const words = strings.filter
  switch (kind) {
    case 'field':
      return words.fields[field] ?? ''
    case 'joint':
      return words.joints[text] ?? ''
    case 'used':
      return words.used
    case 'key':
      return words.key(formatCount(values ?? 0), count === null ? null : formatCount(count))
    case 'value':
      return count === null ? '' : words.count(formatCount(count))
  }
}

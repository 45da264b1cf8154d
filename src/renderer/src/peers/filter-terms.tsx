import { Pill } from '@mantine/core'
import type { RefCallback } from 'react'
import { termsOf, withoutTerm } from '../../../shared/filter-text.ts'
import { useApp, useUi } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'

/** Terms that are shown; a filter has at most 1,000 characters. */
const MAX_TERMS = 30

/** What the filter asks for, term by term, each with a button that takes it away. A single term is what the field says. */
export function FilterTerms({ box }: { readonly box?: RefCallback<HTMLElement> | undefined }) {
  const { ui } = useApp()
  const filter = useUi((state) => state.filter)
  const terms = termsOf(filter).slice(0, MAX_TERMS)
  if (terms.length < 2) return null
  return (
    <ul ref={box} className="ps-terms" aria-label={strings.filter.terms}>
      {terms.map((term) => {
        const text = filter.slice(term.from, term.to)
        return (
          <li key={term.from}>
            <Pill
              size="sm"
              withRemoveButton
              removeButtonProps={{ 'aria-label': strings.filter.remove(text), 'aria-hidden': false, tabIndex: 0 }}
              onRemove={() => ui.setState({ filter: withoutTerm(filter, term) })}
              title={text}
              maw={240}
            >
              {text}
            </Pill>
          </li>
        )
      })}
    </ul>
  )
}

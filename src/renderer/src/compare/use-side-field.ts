import type { AutocompleteProps } from '@mantine/core'
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useApp, useCompare } from '../stores/app-context.tsx'
import { isLeft } from '../ui/focus.ts'
import type { CompareState } from './compare-store.ts'

/** The field of one side, in which something is typed or chosen from a list. */
export interface SideField {
  /** Null while nobody types. */
  readonly typed: string | null
  /** What stands in the field: what is typed, or what was and is wrong; null for the side itself. */
  readonly shown: string | null
  readonly props: Pick<
    AutocompleteProps,
    | 'error'
    | 'dropdownOpened'
    | 'onDropdownOpen'
    | 'onDropdownClose'
    | 'onChange'
    | 'onFocus'
    | 'onBlur'
    | 'onOptionSubmit'
    | 'onKeyDownCapture'
  >
}

/**
 * What is typed is taken by Enter and as the field is left; what is wrong stays beside its error, and in the store, until it is
 * mended, Escape brings the side back, or another one is chosen.
 * @param side the side as it is: another one, chosen elsewhere, is a newer wish than what is typed
 * @param take takes a text, or `option`, that of the list which was marked or pressed. Gives why it cannot, in words
 * @param emptied whether a field that gets the focus is empty, so that its list has all
 */
export function useSideField(
  what: CompareState['what'],
  index: 0 | 1,
  side: unknown,
  take: (text: string, option: string | null) => string | null,
  emptied: boolean,
): SideField {
  const { compare } = useApp()
  const wrong = useCompare((state) => state.wrong[what][index])
  const [typed, setTyped] = useState<string | null>(null)
  const [listed, setListed] = useState(false)
  const [over, setOver] = useState(side)
  /** Whether the option that is marked was gone to by keys. */
  const marked = useRef(false)
  /** Whether the next change is only that the kit writes the option that was chosen into the field. */
  const submitted = useRef(false)
  if (over !== side) {
    setOver(side)
    setTyped(null)
  }
  const drop = (): void => {
    setTyped(null)
    compare.setWrong(what, index, null)
  }
  const put = (text: string, option: string | null): void => {
    setTyped(null)
    setListed(false)
    const problem = take(text, option)
    compare.setWrong(what, index, problem === null ? null : { text, problem })
  }
  const settle = (field: HTMLInputElement): void => {
    if (typed === null) return
    if (typed.trim() === '') drop()
    else put(typed, marked.current ? markedIn(field) : null)
  }
  const props: SideField['props'] = {
    error: typed === null ? (wrong?.problem ?? null) : null,
    dropdownOpened: listed,
    onDropdownOpen: () => {
      marked.current = false
      setListed(true)
    },
    onDropdownClose: () => setListed(false),
    onChange: (value) => {
      if (!submitted.current) setTyped(value)
      submitted.current = false
      marked.current = false
    },
    onFocus: (event) => {
      // Not when the window comes back to what is half typed.
      if (typed !== null) return
      if (emptied && wrong === null) setTyped('')
      event.currentTarget.select()
    },
    onBlur: (event) => {
      if (!isLeft(event)) return
      setListed(false)
      settle(event.currentTarget)
    },
    onOptionSubmit: (option) => {
      submitted.current = true
      put(option, option)
    },
    onKeyDownCapture: (event) => {
      const field = event.currentTarget
      if (!(field instanceof HTMLInputElement) || event.nativeEvent.isComposing) return
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') marked.current = true
      if (event.key === 'Escape' && (typed !== null || wrong !== null)) flushSync(drop)
      else if (event.key === 'Enter' && typed !== null && typed.trim() !== '') {
        // The kit would take the option that it marked last, whatever was typed since.
        event.preventDefault()
        event.stopPropagation()
        flushSync(() => settle(field))
      } else return
      // What comes next is typed over it.
      if (document.activeElement === field) field.select()
    },
  }
  return { typed, shown: typed ?? wrong?.text ?? null, props }
}

/** The option that is marked in the list of a field. */
function markedIn(field: HTMLInputElement): string | null {
  const list = document.getElementById(field.getAttribute('aria-controls') ?? '')
  return list?.querySelector('[data-combobox-selected]')?.getAttribute('value') ?? null
}

/** Escape in a field that is wrong brings its side back, and leaves the dialog open. @returns whether it did */
export function restoreFocused(bringBack: (index: 0 | 1) => void): boolean {
  const index = document.activeElement?.getAttribute('data-wrong')
  if (index !== '0' && index !== '1') return false
  bringBack(index === '0' ? 0 : 1)
  return true
}

/**
 * What all JSX of the window comes to, the library's too: the build gives this module to whoever imports `react/jsx-runtime`
 * (electron.vite.config.ts). Text that reaches an element of the page passes here, so no view has to think of it.
 */
import type { ElementType, Key, ReactElement } from 'react'
import { Fragment, jsx as reactJsx, jsxs as reactJsxs } from 'react/jsx-runtime'
import { visibleLines } from '../../../shared/visible-text.ts'

export { Fragment }

/** Attributes that users see or hear. What they write themselves, in `value`, stays as it is. */
const SPOKEN = [
  'alt',
  'aria-description',
  'aria-label',
  'aria-placeholder',
  'aria-roledescription',
  'aria-valuetext',
  'label',
  'placeholder',
  'title',
] as const

type Props = Readonly<Record<string, unknown>>

/** An element, as React makes it. */
export function jsx(type: ElementType, props: Props, key?: Key): ReactElement {
  return reactJsx(type, visibleProps(type, props), key)
}

/** The same with several children. */
export function jsxs(type: ElementType, props: Props, key?: Key): ReactElement {
  return reactJsxs(type, visibleProps(type, props), key)
}

/** The properties of an element of the page with all text in them visible; those of components as they are. */
export function visibleProps(type: unknown, props: Props): Props {
  if (typeof type !== 'string' && type !== Fragment) return props
  let changed: Record<string, unknown> | null = null
  const children = visibleChildren(props['children'])
  if (children !== props['children']) changed = { ...props, children }
  for (const name of SPOKEN) {
    const value = props[name]
    if (typeof value !== 'string') continue
    const shown = visibleLines(value)
    if (shown !== value) changed = { ...(changed ?? props), [name]: shown }
  }
  return changed ?? props
}

/** The same list where nothing changes: React warns of lists that are made without keys. */
function visibleChildren(children: unknown): unknown {
  if (typeof children === 'string') return visibleLines(children)
  if (!Array.isArray(children)) return children
  const list: readonly unknown[] = children
  const shown = list.map(visibleChildren)
  return shown.some((child, at) => child !== list[at]) ? shown : children
}

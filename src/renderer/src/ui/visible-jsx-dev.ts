/** `visible-jsx` for development, where React is told of places in sources too. */
import type { ElementType, Key, ReactElement } from 'react'
import { Fragment, jsxDEV as reactJsxDev } from 'react/jsx-dev-runtime'
import type { JSXSource } from 'react/jsx-dev-runtime'
import { visibleProps } from './visible-jsx.ts'

export { Fragment }

/** An element, as React makes it. */
export function jsxDEV(
  type: ElementType,
  props: Readonly<Record<string, unknown>>,
  key: Key | undefined,
  isStatic: boolean,
  source?: JSXSource,
  self?: unknown,
): ReactElement {
  return reactJsxDev(type, visibleProps(type, props), key, isStatic, source, self)
}
